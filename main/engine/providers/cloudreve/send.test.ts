import { describe, expect, it } from 'vitest';
import {
  answer,
  bytesOf,
  chunkAt,
  done,
  file,
  linesOf,
  missing,
  placeholder,
  policy,
  remote,
  said,
  scripted,
  sessionGone,
  unlocked,
} from './fixtures/scripted.ts';
import { send } from './send.ts';
import type { CloudreveRemote } from './state.ts';

const on = (type: string, more: Partial<CloudreveRemote> = {}): CloudreveRemote => ({
  ...remote,
  policy: { ...policy, type },
  ...more,
});
const sent = (to: CloudreveRemote, index: number, ctx: ReturnType<typeof scripted>) =>
  send(to, chunkAt(index, to), bytesOf(chunkAt(index, to)), ctx);
const octets = 'application/octet-stream';
const xml = (status: number, code: string, message = '') =>
  answer(status, `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`);

describe('a chunk for Cloudreve itself', () => {
  it('has its exact length, its index and the token', async () => {
    const ctx = scripted([done()]);
    expect(await sent(remote, 2, ctx)).toEqual({ ok: true, value: {} });
    expect(ctx.asked[0]).toMatchObject({
      request: 'POST /file/upload/session1/2',
      headers: { authorization: 'Bearer access1', 'content-type': octets },
      length: 5,
      body: 'xxxxx',
    });
  });

  it('is the whole file where it is relayed, whatever the policy’s kind', async () => {
    const ctx = scripted([done()]);
    await sent(on('s3', { chunkSize: 0, policy: { ...policy, type: 's3', relay: true } }), 0, ctx);
    expect(ctx.asked[0]).toMatchObject({ request: 'POST /file/upload/session1/0', length: 25 });
    // What the site has not passed on yet when it has all of it may take many minutes on its own line.
    expect(ctx.asked[0]?.answerMs).toBeGreaterThanOrEqual(10 * 60_000);
    const own = scripted([done()]);
    await sent(remote, 0, own);
    expect(own.asked[0]?.answerMs).toBeUndefined();
  });

  it('that came before the ones it stands on is sent again a little later', async () => {
    const early = said(50004, undefined, 'I/O');
    const ctx = scripted([early, done()]);
    expect(await sent(on('local', { policy: { ...policy, chunk_concurrency: 3 } }), 1, ctx)).toMatchObject({
      ok: true,
    });
    expect(await sent(remote, 1, scripted([early]))).toMatchObject({ failure: { behaviour: 'retry' } });
  });

  it.each([
    [unlocked, 'retry', 'server-failed'],
    [sessionGone, 'retry', 'server-failed'],
    [missing, 'restart', 'session-gone'],
    [said(40013, undefined, 'Invalid Content-Length (expected: 10)'), 'fatal', 'server-refused'],
    [said(40006), 'fatal', 'server-refused'],
    [said(50001, undefined, 'database'), 'retry', 'server-failed'],
    [said(50004), 'retry', 'server-failed'],
  ])('is refused by the answer %#', async (reply, behaviour, code) => {
    expect(await sent(remote, 0, scripted([reply]))).toMatchObject({ failure: { behaviour, problem: { code } } });
  });

  it('that is refused for its lock starts anew where no probe sees locks, unless sending it again cures that', async () => {
    const old = { ...remote, version: '4.10.1' };
    const refused = (line: string) => (line.startsWith('GET') ? placeholder() : unlocked);
    expect(await sent(old, 2, scripted(refused))).toMatchObject({
      failure: { behaviour: 'restart', problem: { code: 'session-gone' } },
    });
    const race = scripted([unlocked, placeholder(), done()]);
    expect(await sent(old, 2, race)).toEqual({ ok: true, value: {} });
    expect(linesOf(race).filter((line) => line.startsWith('POST'))).toHaveLength(2);
    expect(await sent(old, 2, scripted([unlocked, file()]))).toEqual({ ok: true, value: {} });
    const since = { ...remote, version: '4.11.0' };
    expect(await sent(since, 2, scripted([unlocked]))).toMatchObject({ failure: { behaviour: 'retry' } });
  });

  describe('of an empty file', () => {
    const empty = { ...remote, size: 0 };
    it('is one request without bytes', async () => {
      const ctx = scripted([done()]);
      expect(await sent(empty, 0, ctx)).toEqual({ ok: true, value: {} });
      expect(ctx.asked[0]).toMatchObject({ request: 'POST /file/upload/session1/0', length: 0 });
    });

    it('whose session is gone is looked up, and starts anew where the file is not there', async () => {
      const refused = (reply: typeof unlocked) => (line: string) => (line.startsWith('GET') ? placeholder() : reply);
      const refreshing = scripted((line) => (line.endsWith('refresh') ? answer(502) : refused(sessionGone)(line)));
      expect(await sent(empty, 0, refreshing)).toMatchObject({ failure: { behaviour: 'server-busy' } });
      expect(await sent(empty, 0, scripted(refused(unlocked)))).toMatchObject({ failure: { behaviour: 'restart' } });
      const complete = scripted((line) => (line.startsWith('GET') ? file({ size: 0 }) : unlocked));
      expect(await sent(empty, 0, complete)).toEqual({ ok: true, value: {} });
    });
  });
});

describe('a chunk for a node', () => {
  const node = on('remote', {
    uploadUrls: ['https://node.example/api/v4/slave/upload/session1'],
    credential: 'Bearer Cr sig=:99',
  });

  it('carries the credential as it was told, its index, and no header that is signed', async () => {
    const ctx = scripted([done()]);
    expect(await sent(node, 1, ctx)).toEqual({ ok: true, value: {} });
    expect(ctx.asked[0]).toEqual({
      request: 'POST https://node.example/api/v4/slave/upload/session1?chunk=1',
      headers: { authorization: 'Bearer Cr sig=:99', 'content-type': octets },
      body: 'x'.repeat(10),
      length: 10,
    });
  });

  it.each([40011, 40013, 40073, 50007, 40005, 40071, 403])(
    'that is refused with %d is looked up in the file: done, or started anew',
    async (code) => {
      expect(await sent(node, 2, scripted([said(code), file()]))).toEqual({ ok: true, value: {} });
      expect(await sent(node, 2, scripted([said(code), placeholder()]))).toMatchObject({
        failure: { behaviour: 'restart' },
      });
    },
  );

  it('beyond the written end is harmless', async () => {
    expect(await sent(node, 2, scripted([said(50004)]))).toMatchObject({ failure: { behaviour: 'retry' } });
  });
});

describe.each(['s3', 'ks3', 'cos', 'oss', 'obs'])('a part for %s', (type) => {
  const store = on(type, {
    uploadUrls: [
      'https://s3.example/b?partNumber=1',
      'https://s3.example/b?partNumber=2',
      'https://s3.example/b?partNumber=3',
    ],
  });

  it('goes to its own address with its length and type, without the account’s token, and keeps its tag', async () => {
    const ctx = scripted([answer(200, '', { headers: { etag: '"tag"' } })]);
    expect(await sent(store, 1, ctx)).toEqual({ ok: true, value: { tag: '"tag"' } });
    expect(ctx.asked[0]).toEqual({
      request: 'PUT https://s3.example/b?partNumber=2',
      headers: { 'content-type': octets },
      body: 'x'.repeat(10),
      length: 10,
    });
  });

  it.each([
    [xml(403, 'AccessDenied', 'Request has expired'), 'restart', 'session-gone'],
    [xml(403, 'SignatureDoesNotMatch'), 'attention', 'store-refused'],
    [xml(404, 'NoSuchUpload'), 'restart', 'session-gone'],
    [xml(400, 'AuthorizationQueryParametersError', 'seven days'), 'attention', 'policy-unusable'],
    [xml(503, 'SlowDown'), 'retry', 'server-failed'],
    [xml(500, 'InternalError'), 'retry', 'server-failed'],
    [answer(413, '<html>'), 'attention', 'proxy-limit'],
    [answer(200, '<html>Hotel'), 'retry', 'not-this-server'],
    [answer(200), 'retry', 'not-this-server'],
  ])('is refused by the answer %#', async (reply, behaviour, code) => {
    expect(await sent(store, 0, scripted([reply]))).toMatchObject({ failure: { behaviour, problem: { code } } });
  });
});

describe('a part for Qiniu', () => {
  const qiniu = on('qiniu', { uploadUrls: ['https://up.example/buckets/b/objects/k/uploads/u'], credential: 'tok' });

  it('is counted from 1, carries the upload token, and keeps the tag of its answer', async () => {
    const ctx = scripted([answer(200, { etag: 'tag', md5: 'x' })]);
    expect(await sent(qiniu, 0, ctx)).toEqual({ ok: true, value: { tag: 'tag' } });
    expect(ctx.asked[0]).toMatchObject({
      request: 'PUT https://up.example/buckets/b/objects/k/uploads/u/1',
      headers: { authorization: 'UpToken tok' },
      length: 10,
    });
    expect(await sent(qiniu, 0, scripted([answer(200, '<html>')]))).toMatchObject({ failure: { behaviour: 'retry' } });
    // A tag is kept for every part.
    expect(await sent(qiniu, 0, scripted([answer(200, { etag: 'x'.repeat(1e6) })]))).toMatchObject({
      failure: { behaviour: 'retry' },
    });
  });

  it('of an upload that Qiniu no longer knows starts anew', async () => {
    const gone = answer(612, { error: 'no such uploadId' });
    expect(await sent(qiniu, 0, scripted([gone]))).toMatchObject({ failure: { behaviour: 'restart' } });
  });
});

describe('a file for Upyun', () => {
  const upyun = on('upyun', {
    chunkSize: 0,
    uploadUrls: ['https://v0.example/bucket'],
    credential: 'UPYUN sig',
    uploadPolicy: 'cG9s',
    mimeType: 'image/png',
  });

  it('is one form, whose file comes last', async () => {
    const ctx = scripted([answer(200, { code: 200 })]);
    expect(await sent(upyun, 0, ctx)).toEqual({ ok: true, value: {} });
    const [seen] = ctx.asked;
    expect(seen?.request).toBe('POST https://v0.example/bucket');
    expect(seen?.length).toBe(seen?.body.length);
    const names = [...(seen?.body ?? '').matchAll(/ name="([^"]+)"/g)].map(([, name]) => name);
    expect(names).toEqual(['policy', 'authorization', 'content-type', 'file']);
    expect(seen?.body).toContain('image/png\r\n\r\nxxxxx');
  });

  it('whose completion failed is looked up', async () => {
    expect(await sent(upyun, 0, scripted([answer(503, { msg: 'notify' }), file()]))).toEqual({ ok: true, value: {} });
    expect(await sent(upyun, 0, scripted([answer(503), placeholder()]))).toMatchObject({
      failure: { behaviour: 'retry' },
    });
  });
});

describe('a fragment for OneDrive', () => {
  const drive = on('onedrive', { uploadUrls: ['https://drive.example/up'] });
  const overlap = answer(416, { error: { code: 'invalidRange', innererror: { code: 'fragmentOverlap' } } });
  const expecting = (range: string) => answer(200, { nextExpectedRanges: [range] });

  it('says which bytes it is of how many, and signs nothing', async () => {
    const ctx = scripted([answer(202, { nextExpectedRanges: ['20-'] })]);
    expect(await sent(drive, 1, ctx)).toEqual({ ok: true, value: {} });
    expect(ctx.asked[0]).toEqual({
      request: 'PUT https://drive.example/up',
      headers: { 'content-range': 'bytes 10-19/25', 'content-type': octets },
      body: 'x'.repeat(10),
      length: 10,
    });
  });

  it('that overlaps goes on where the store stands', async () => {
    const ctx = scripted([overlap, expecting('14-24'), answer(202, { nextExpectedRanges: ['20-'] })]);
    expect(await sent(drive, 1, ctx)).toEqual({ ok: true, value: {} });
    expect(ctx.asked[2]).toMatchObject({ headers: { 'content-range': 'bytes 14-19/25' }, length: 6, body: 'xxxxxx' });
    expect(await sent(drive, 1, scripted([overlap, expecting('14-24'), overlap]))).toMatchObject({
      failure: { behaviour: 'retry' },
    });
    expect(await sent(drive, 1, scripted([overlap, expecting('20-24')]))).toEqual({ ok: true, value: {} });
    expect(await sent(drive, 1, scripted([overlap, expecting('5-24')]))).toMatchObject({
      failure: { behaviour: 'restart' },
    });
  });

  it('of an upload that is gone starts anew', async () => {
    const gone = answer(404, { error: { code: 'itemNotFound' } });
    expect(await sent(drive, 1, scripted([gone]))).toMatchObject({ failure: { behaviour: 'restart' } });
  });

  it('that is the last one, of an upload that another attempt made whole meanwhile, is not missed', async () => {
    const gone = answer(404, { error: { code: 'itemNotFound' } });
    const ctx = scripted([gone, said(0)]);
    expect(await sent(drive, 2, ctx)).toEqual({ ok: true, value: {} });
    expect(linesOf(ctx)[1]).toBe('POST /callback/onedrive/session1/hush');
    expect(await sent(drive, 2, scripted([overlap, gone, said(0)]))).toEqual({ ok: true, value: {} });
    expect(await sent(drive, 2, scripted([gone, said(-1)]))).toMatchObject({ failure: { behaviour: 'restart' } });
    // Who cannot say it now is asked again.
    expect(await sent(drive, 2, scripted([gone, said(50004)]))).toMatchObject({ failure: { behaviour: 'retry' } });
  });
});

it('a chunk for a kind of storage that is not known is not sent', async () => {
  const ctx = scripted([]);
  expect(await sent(on('load_balance'), 0, ctx)).toMatchObject({
    failure: { behaviour: 'attention', problem: { code: 'policy-unusable' } },
  });
  expect(linesOf(ctx)).toEqual([]);
});
