import { describe, expect, it } from 'vitest';
import { answer } from './fixtures/scripted.ts';
import { storeRefusal, storeWords } from './store-answers.ts';

const xml = (status: number, code: string, message = '') =>
  answer(status, `<?xml version="1.0"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`);
const graph = (status: number, code: string, message = '') => answer(status, { error: { code, message } });

describe('a store', () => {
  it.each([
    ['OneDrive', graph(507, 'quotaLimitReached', 'Insufficient Space Available')],
    ['OneDrive, as 403', graph(403, 'quotaLimitReached')],
    ['OneDrive, by its status alone', answer(507, '')],
    ['MinIO', xml(507, 'XMinioStorageFull', 'Storage backend has reached its minimum free drive threshold.')],
    ['MinIO’s quota of a bucket', xml(400, 'XMinioAdminBucketQuotaExceeded', 'Bucket quota exceeded')],
    ['MinIO behind a front that says 500', xml(500, 'XMinioStorageFull')],
    ['Ceph', xml(403, 'QuotaExceeded')],
    ['OBS', xml(403, 'InsufficientStorageSpace', 'Insufficient storage space.')],
    ['Backblaze', xml(403, 'AccessDenied', 'Cannot upload files, storage cap exceeded.')],
    ['Upyun', answer(403, { code: 40_300_001, msg: 'bucket quota exceeded' })],
  ])('that is full is no store that recovers by itself: %s', (_store, reply) => {
    expect(storeRefusal(reply, 'S', 10)).toEqual({
      ok: false,
      failure: { behaviour: 'attention', problem: { code: 'server-full', params: { server: 'S' } } },
    });
  });

  it.each([
    ['is busy', xml(503, 'SlowDown', 'Reduce your request rate, you exceeded your quota')],
    ['has too many requests', graph(429, 'activityLimitReached')],
    ['has spent its bandwidth', graph(509, 'bandwidthExceeded')],
    ['has a fault', xml(500, 'InternalError')],
    ['is Qiniu, and weary', answer(599, { error: 'internal' })],
  ])('that %s is asked again later', (_what, reply) => {
    expect(storeRefusal(reply, 'S', 10)).toMatchObject({ failure: { behaviour: 'retry' } });
  });

  it.each([
    ['cannot do it at all', xml(501, 'NotImplemented'), 'attention', 'store-refused'],
    ['has no such bucket (Qiniu)', answer(631, { error: 'no such bucket' }), 'attention', 'store-refused'],
    ['has frozen its owner (Qiniu)', answer(419, { error: 'account is frozen' }), 'attention', 'store-refused'],
    ['no longer knows the upload (Qiniu)', answer(612, { error: 'no such uploadId' }), 'restart', 'session-gone'],
    ['says that the upload is over (Qiniu)', answer(701, { error: 'context expired' }), 'restart', 'session-gone'],
  ])('that %s is not asked the same for ever', (_what, reply, behaviour, code) => {
    expect(storeRefusal(reply, 'S', 10)).toMatchObject({ failure: { behaviour, problem: { code } } });
  });

  it('is heard in its own words, in one short line', () => {
    const told = 'Error Status : -1.OSS can not connect to your callbackUrl, please check it';
    expect(storeWords(xml(203, 'CallbackFailed', told))).toBe(`CallbackFailed ${told}`);
    expect(storeWords(answer(403, { msg: 'signature error', code: 1 }))).toBe('signature error');
    expect(storeWords(graph(400, 'invalidRequest', 'a\u0007b\n\u202ec\u2066d'))).toBe('invalidRequest a b c d');
    expect(storeWords(graph(400, 'x', '🙂'.repeat(5_000))).length).toBeLessThanOrEqual(200);
    expect(storeWords(answer(400, { error: 7, msg: 9 }))).toBe('');
  });
});
