import { describe, expect, it } from 'vitest';
import {
  answer,
  broken,
  done,
  file,
  job,
  linesOf,
  missing,
  now,
  placeholder,
  policy,
  progress,
  remote,
  said,
  scripted,
  sessionGone,
  unlocked,
} from './fixtures/scripted.ts';
import { finish } from './finish.ts';
import { verify } from './verify.ts';
import type { CloudreveRemote } from './state.ts';

const tags = { 0: '"a"', 1: '"b&"', 2: 'c' };
const all = progress([0, 1, 2], tags);
const on = (type: string, more: Partial<CloudreveRemote> = {}): CloudreveRemote => ({
  ...remote,
  policy: { ...policy, type },
  uploadUrls: ['https://store.example/up'],
  completeUrl: 'https://store.example/complete',
  credential: 'tok',
  ...more,
});
const xml = (status: number, code: string) => answer(status, `<Error><Code>${code}</Code></Error>`);
const list =
  '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"a"</ETag></Part><Part><PartNumber>2</PartNumber><ETag>"b&amp;"</ETag></Part><Part><PartNumber>3</PartNumber><ETag>c</ETag></Part></CompleteMultipartUpload>';
const callback = (status: number, code: number) => ({ ...said(code), status });
const kept: CloudreveRemote[] = [];
const remember = (next: CloudreveRemote) => void kept.push(next);
const end = (of: CloudreveRemote, ctx: ReturnType<typeof scripted>, with_ = job) =>
  finish(with_, of, all, ctx, remember);

describe('finishing', () => {
  it('is nothing where the last chunk completes the file', async () => {
    for (const type of ['local', 'remote', 'upyun']) {
      const ctx = scripted([]);
      expect(await end(on(type), ctx)).toMatchObject({ ok: true });
      expect(linesOf(ctx)).toEqual([]);
    }
  });

  it.each([
    ['s3', {}, list, 'GET /callback/s3/session1/hush'],
    ['ks3', {}, list, 'GET /callback/ks3/session1/hush'],
    ['cos', { 'x-cos-forbid-overwrite': 'true' }, list, 'GET /callback/cos/session1/hush'],
    ['oss', { 'x-oss-forbid-overwrite': 'true', 'x-oss-complete-all': 'yes' }, '', undefined],
    ['obs', {}, list, undefined],
  ])(
    'completes the object on %s, and tells the site where the store does not',
    async (type, headers, body, callback) => {
      kept.length = 0;
      const ctx = scripted([answer(200, '<CompleteMultipartUploadResult/>'), done()]);
      expect(await end(on(type), ctx)).toMatchObject({ ok: true, value: { remote: { completed: true } } });
      expect(ctx.asked[0]).toMatchObject({
        request: 'POST https://store.example/complete',
        headers: { ...headers, 'content-type': 'application/octet-stream' },
        body,
      });
      expect(linesOf(ctx)[1]).toBe(callback);
      expect(ctx.asked[1]?.headers['authorization']).toBeUndefined();
      // Completing is not asked for twice after a kill.
      expect(kept).toMatchObject([{ completed: true }]);
    },
  );

  it('completes the object on Qiniu by its tags', async () => {
    const ctx = scripted([answer(200, { key: 'k' })]);
    expect(await end(on('qiniu'), ctx)).toMatchObject({ ok: true });
    expect(ctx.asked[0]).toMatchObject({
      request: 'POST https://store.example/up',
      headers: { authorization: 'UpToken tok' },
      body: '{"mimeType":"application/octet-stream","parts":[{"etag":"\\"a\\"","partNumber":1},{"etag":"\\"b&\\"","partNumber":2},{"etag":"c","partNumber":3}]}',
    });
  });

  it('tells the site of a file on OneDrive', async () => {
    const ctx = scripted([done()]);
    expect(await end(on('onedrive'), ctx)).toMatchObject({ ok: true });
    expect(linesOf(ctx)).toEqual(['POST /callback/onedrive/session1/hush']);
  });

  it('leaves no part out: without a tag it starts anew', async () => {
    const ctx = scripted([]);
    const outcome = await finish(job, on('s3'), progress([0, 1, 2], { 0: 'a', 2: 'c' }), ctx, remember);
    expect(outcome).toMatchObject({ failure: { behaviour: 'restart' } });
    expect(linesOf(ctx)).toEqual([]);
  });

  it('tells the site though the completion’s answer was lost, and the object is complete already', async () => {
    expect(await end(on('s3'), scripted([broken]))).toMatchObject({ failure: { behaviour: 'retry' } });
    expect(await end(on('s3'), scripted([xml(404, 'NoSuchUpload'), done()]))).toMatchObject({ ok: true });
    expect(await end(on('cos'), scripted([xml(409, 'FileAlreadyExists'), done()]))).toMatchObject({ ok: true });
    expect(await end(on('oss'), scripted([xml(404, 'NoSuchUpload'), file()]))).toMatchObject({ ok: true });
    expect(await end(on('oss'), scripted([xml(404, 'NoSuchUpload'), missing]))).toMatchObject({
      failure: { behaviour: 'restart', problem: { code: 'session-gone' } },
    });
  });

  it.each([
    ['oss', 'a completion whose answer was lost', xml(404, 'NoSuchUpload')],
    ['oss', 'an object that is there already', xml(409, 'FileAlreadyExists')],
    ['qiniu', 'a completion whose answer was lost', answer(612, { error: 'no such uploadId' })],
    ['oss', 'a site that was slower than the store is patient', xml(203, 'CallbackFailed')],
    ['qiniu', 'a site that was slower than the store is patient', answer(579, { error: 'callback failed' })],
  ])('waits on %s for the store’s own call to the site, after %s', async (type, _what, reply) => {
    expect(await end(on(type), scripted([reply, placeholder(), file()]))).toMatchObject({ ok: true });
  });

  it('does not wait for ever for an object whose upload was swept before it was completed', async () => {
    kept.length = 0;
    const swept = () => scripted([xml(404, 'NoSuchUpload'), callback(400, -1)]);
    let of = on('s3');
    for (let n = 1; n < 8; n++) {
      expect(await end(of, swept())).toMatchObject({ failure: { behaviour: 'retry' } });
      of = kept.at(-1) ?? of;
    }
    expect(await end(of, swept())).toMatchObject({ failure: { behaviour: 'restart' } });
    // The site that saw it late is believed.
    expect(await end(of, scripted([xml(404, 'NoSuchUpload'), done()]))).toMatchObject({ ok: true });
  });

  it.each([
    [xml(200, 'InternalError'), 'retry', 'not-this-server'],
    [xml(400, 'EntityTooSmall'), 'attention', 'part-too-small'],
    [xml(400, 'InvalidPart'), 'restart', 'not-completed'],
    [xml(403, 'ExpiredToken'), 'restart', 'session-gone'],
    [xml(503, 'SlowDown'), 'retry', 'server-failed'],
  ])('is refused by the store’s answer %#', async (reply, behaviour, code) => {
    expect(await end(on('s3'), scripted([reply]))).toMatchObject({ failure: { behaviour, problem: { code } } });
  });

  it.each([
    ['repeated, the file done', [callback(401, 40011), file()], undefined],
    ['of a server that was killed', [callback(401, 40011), placeholder()], 'restart'],
    ['with a wrong secret', [callback(401, 40020), placeholder()], 'restart'],
    ['before the store has it', [callback(400, -1)], 'retry'],
    ['of another size', [callback(400, 40055)], 'restart'],
    ['of a server that was restarted', [callback(400, 40073), placeholder()], 'restart'],
    ['whose placeholder is gone', [callback(400, 40016), missing], 'restart'],
  ])('judges a callback %s', async (_what, replies, behaviour) => {
    const outcome = await end(on('s3', { completed: true }), scripted(replies));
    if (behaviour === undefined) expect(outcome).toMatchObject({ ok: true });
    else expect(outcome).toMatchObject({ failure: { behaviour } });
  });

  it('ends with the store’s own words where its call to the site failed', async () => {
    const words = 'Error Status : -1.OSS can not connect to your callbackUrl, please check it';
    const failed = answer(203, `<Error><Code>CallbackFailed</Code><Message>${words}</Message></Error>`);
    const ctx = scripted((line) => (line.startsWith('POST') ? failed : placeholder()));
    expect(await end(on('oss'), ctx)).toMatchObject({
      failure: {
        behaviour: 'restart',
        problem: { code: 'not-completed', params: { words: `CallbackFailed ${words}` } },
      },
    });
    const differs = { ...said(40055, undefined, 'File size not match, expected: 25, actual: 24'), status: 400 };
    expect(await end(on('s3', { completed: true }), scripted([differs]))).toMatchObject({
      failure: {
        behaviour: 'restart',
        problem: { code: 'not-completed', params: { words: expect.stringContaining('actual: 24') as string } },
      },
    });
  }, 20_000);

  it('waits a moment for the store’s own call to the site, and no longer', async () => {
    expect(await verify(on('oss'), scripted([placeholder(), placeholder(), file()]))).toMatchObject({ ok: true });
    const never = scripted(() => placeholder());
    const first = (reply: ReturnType<typeof answer>) =>
      scripted((line) => (line.startsWith('POST') ? reply : placeholder()));
    const restart = (code: string) => ({ failure: { behaviour: 'restart', problem: { code } } });
    const outcomes = await Promise.all([
      verify(on('obs'), never),
      end(on('oss'), first(xml(404, 'NoSuchUpload'))),
      end(on('qiniu'), first(answer(612, { error: 'no such uploadId' }))),
      end(on('oss'), first(xml(203, 'CallbackFailed'))),
      end(on('qiniu'), first(answer(579, { error: 'callback failed' }))),
    ]);
    expect(outcomes).toMatchObject(
      ['not-completed', 'session-gone', 'session-gone', 'not-completed', 'not-completed'].map(restart),
    );
    expect(never.asked.length).toBe(6);
  }, 20_000);

  it('waits a moment for what a site that relays still passes on for a connection that was lost', async () => {
    const relayed = on('s3', { policy: { ...policy, type: 's3', relay: true } });
    expect(await verify(relayed, scripted([placeholder(), file()]))).toMatchObject({ ok: true });
  });

  describe('with a share', () => {
    const sharing = { ...job, options: { extra: { share: true, 'share-expire': 3600, 'share-password': 'abc' } } };
    const link = done('http://localhost:5212/s/id1/abc');

    it('shares the file once it is done, on the address that the person uses', async () => {
      kept.length = 0;
      const ctx = scripted([file(), link]);
      const outcome = await end(remote, ctx, sharing);
      expect(outcome).toMatchObject({
        ok: true,
        value: { remote: { share: { id: 'id1', link: 'https://site.example/s/id1/abc', expiresAt: now + 3_600_500 } } },
      });
      expect(ctx.asked[1]).toMatchObject({
        request: 'PUT /share',
        body: '{"uri":"cloudreve://my/a.bin","is_private":true,"password":"abc","expire":3600,"downloads":0}',
      });
      expect(kept.at(-1)).toHaveProperty('sharing');
      if (!outcome.ok || outcome.value.remote === undefined) throw new Error('no remote');
      expect(await verify(outcome.value.remote, scripted([file()]))).toMatchObject({
        value: { share: { key: 'id1' }, notices: [] },
      });
      expect(linesOf(scripted([]))).toEqual([]);
    });

    const inFolder = (folder: string) => done({ id: 'id9', name: 'a.bin', source_type: 0, source_uri: folder });
    const shares = [{ id: 'id9', name: 'a.bin', created_at: new Date(now).toISOString(), password: 'abc' }];

    it('finds the share whose answer was lost, so that there are not two', async () => {
      const earlier = { ...remote, sharing: now };
      const ctx = scripted([file(), done({ shares, pagination: {} }), inFolder('cloudreve://JvSn@my')]);
      expect(await end(earlier, ctx, sharing)).toMatchObject({ value: { remote: { share: { id: 'id9' } } } });
      expect(ctx.asked[2]?.request).toBe('GET /share/info/id9?owner_extended=true&password=abc');
      const none = scripted([file(), done({ shares: null, pagination: {} }), link]);
      expect(await end(earlier, none, sharing)).toMatchObject({ value: { remote: { share: { id: 'id1' } } } });
    });

    it('takes no share for its own that is of a file of that name in another folder', async () => {
      const ctx = scripted([file(), done({ shares, pagination: {} }), inFolder('cloudreve://JvSn@my/Other'), link]);
      expect(await end({ ...remote, sharing: now }, ctx, sharing)).toMatchObject({
        value: { remote: { share: { id: 'id1' } } },
      });
    });

    it('asks no share for more than it tells, and makes its own', async () => {
      const ctx = scripted([
        file(),
        done({ shares, pagination: {} }),
        said(40069, undefined, 'Incorrect password'),
        link,
      ]);
      expect(await end({ ...remote, sharing: now }, ctx, sharing)).toMatchObject({
        value: { remote: { share: { id: 'id1' } } },
      });
    });

    it('is done without one where the account may not share, and it is told', async () => {
      const outcome = await end(remote, scripted([file(), said(40007)]), sharing);
      expect(outcome).toMatchObject({ ok: true, value: { remote: { shareRefused: true } } });
      if (!outcome.ok || outcome.value.remote === undefined) throw new Error('no remote');
      expect(await verify(outcome.value.remote, scripted([file()]))).toMatchObject({
        value: { notices: [{ code: 'share-not-allowed' }] },
      });
    });

    it('shares nothing that is not done', async () => {
      expect(await end(remote, scripted([placeholder()]), sharing)).toMatchObject({
        failure: { behaviour: 'restart' },
      });
    });
  });

  it('is judged by the file whatever its session says', async () => {
    for (const reply of [sessionGone, unlocked])
      expect(await end(on('s3', { completed: true }), scripted([reply, file()]))).toMatchObject({ ok: true });
  });
});
