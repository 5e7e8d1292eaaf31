import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { bytes, codeOf, KEY, LIFE, listOf, opened, send, sha256 } from './client.ts';
import { presignV4 } from './signature-v4.ts';

const MIB = 1024 * 1024;
const FIRST = bytes(5 * MIB);
const LAST = bytes(1000, 7);
const two = { size: FIRST.length + LAST.length, chunkSize: FIRST.length };
const tagOf = (data: Buffer): string => `"${createHash('md5').update(data).digest('hex')}"`;

describe('an S3 store', () => {
  it('signs as Amazon’s own example does', () => {
    const day = Date.parse('2013-05-24T00:00:00Z');
    const what = { method: 'GET', path: '/test.txt', query: {}, headers: {} };
    const url = presignV4('examplebucket.s3.amazonaws.com', what, day + 86_401_000, day);
    expect(url).toContain('X-Amz-Expires=86400');
    expect(url).toContain('X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404');
  });

  it('makes an object of two parts that came out of order, and tells its bytes', async () => {
    const { store, part, complete } = await opened('s3', two);
    const last = await send(part(1), { body: LAST });
    const first = await send(part(0), { body: FIRST });
    expect([first.status, first.headers.etag, first.headers['content-type']]).toEqual([200, tagOf(FIRST), undefined]);
    const tags = listOf([1, first.headers.etag], [2, last.headers.etag]);
    const done = await send(complete, { method: 'POST', body: tags });
    expect([done.status, done.headers['content-type']]).toEqual([200, 'application/xml']);
    expect(done.text).toMatch(/<Key>uploads\/1\/1_x8 Ä\+_a\.bin<\/Key><ETag>&#34;[\da-f]{32}-2&#34;<\/ETag>/);
    const whole = Buffer.concat([FIRST, LAST]);
    expect(await store.uploaded(KEY)).toEqual({ key: KEY, size: whole.length, sha256: sha256(whole) });
    const content = await send(store.contentUrl(KEY, Date.now() + LIFE), {
      method: 'GET',
      headers: { range: 'bytes=0-0' },
    });
    expect([content.status, content.headers['content-range']]).toEqual([206, `bytes 0-0/${whole.length}`]);
  });

  it.each([
    ['shorter', bytes(999)],
    ['longer', bytes(1001)],
    ['empty', bytes(0)],
  ])('refuses a part that is %s than was signed', async (_, body) => {
    const { part } = await opened('s3');
    const answer = await send(part(0), { body });
    expect([answer.status, codeOf(answer)]).toEqual([403, 'SignatureDoesNotMatch']);
  });

  it.each([
    ['minio', 411, 'MissingContentLength'],
    ['versitygw', 403, 'SignatureDoesNotMatch'],
  ] as const)('like %s refuses chunked encoding', async (like, status, code) => {
    const { part } = await opened('s3', {}, { like });
    const answer = await send(part(0), { body: bytes(1000), chunked: true });
    expect([answer.status, codeOf(answer)]).toEqual([status, code]);
  });

  it.each([
    ['minio', 400],
    ['versitygw', 200],
  ] as const)('like %s answers a second credential in a header with %i', async (like, status) => {
    const { part } = await opened('s3', {}, { like });
    expect((await send(part(0), { body: bytes(1000), headers: { authorization: 'Bearer x' } })).status).toBe(status);
  });

  it('takes any content type', async () => {
    const { part } = await opened('s3');
    const answer = await send(part(0), { body: bytes(1000), headers: { 'content-type': 'text/plain' } });
    expect(answer.status).toBe(200);
  });

  it.each([
    ['another signature', (url: string) => `${url}0`],
    ['another part', (url: string) => url.replace('partNumber=1', 'partNumber=2')],
    ['another object', (url: string) => url.replace('a.bin', 'b.bin')],
    ['a longer life', (url: string) => url.replace(/X-Amz-Expires=\d+/, 'X-Amz-Expires=9999')],
    ['another host', (url: string) => url.replace('127.0.0.1', 'localhost')],
  ])('refuses an address altered to %s', async (_, alter) => {
    const { part } = await opened('s3');
    const answer = await send(alter(part(0)), { body: bytes(1000) });
    expect([answer.status, codeOf(answer)]).toEqual([403, 'SignatureDoesNotMatch']);
  });

  it('refuses another method at a part’s address, and an address without a signature', async () => {
    const { part } = await opened('s3');
    expect(codeOf(await send(part(0), { method: 'POST', body: bytes(1000) }))).toBe('SignatureDoesNotMatch');
    expect(codeOf(await send(part(0).replace(/&X-Amz-Signature=\w+/, '')))).toBe('AccessDenied');
  });

  it('refuses part and completion when their time is over', async () => {
    const { part, complete, pass } = await opened('s3');
    pass(LIFE);
    for (const answer of [await send(part(0), { body: bytes(1000) }), await send(complete, { method: 'POST' })]) {
      expect([answer.status, codeOf(answer)]).toEqual([403, 'AccessDenied']);
      expect(answer.text).toContain('Request has expired');
    }
  });

  it('refuses addresses made for more than a week', async () => {
    const { part } = await opened('s3', { expires: Date.now() + 700_000_000 });
    const answer = await send(part(0), { body: bytes(1000) });
    expect([answer.status, codeOf(answer)]).toEqual([400, 'AuthorizationQueryParametersError']);
  });

  it('takes parts below 5 MiB, and refuses them at completion but for the last', async () => {
    const { part, complete } = await opened('s3');
    const tags = [];
    for (const index of [0, 1, 2]) tags.push((await send(part(index), { body: bytes(1000, index) })).headers.etag);
    const all = listOf([1, tags[0]], [2, tags[1]], [3, tags[2]]);
    const refused = await send(complete, { method: 'POST', body: all });
    expect([refused.status, codeOf(refused)]).toEqual([400, 'EntityTooSmall']);
    expect((await send(complete, { method: 'POST', body: listOf([1, tags[0]]) })).status).toBe(200);
  });

  it.each([
    ['descends', listOf([2, 'x'], [1, 'x']), 'InvalidPartOrder'],
    ['names a part twice', listOf([1, tagOf(bytes(1000))], [1, tagOf(bytes(1000))]), 'InvalidPartOrder'],
    ['has a tag in other letters', listOf([1, tagOf(bytes(1000)).toUpperCase()]), 'InvalidPart'],
    ['has an invented tag', listOf([1, '"00000000000000000000000000000000"']), 'InvalidPart'],
    ['names a part that was not sent', listOf([2, tagOf(bytes(1000))]), 'InvalidPart'],
    ['is empty', listOf(), 'InvalidRequest'],
    ['is none', 'not xml', 'MalformedXML'],
  ])('refuses a list that %s, and stays open', async (_, list, code) => {
    const { part, complete } = await opened('s3', { size: 1000 });
    const tag = (await send(part(0), { body: bytes(1000) })).headers.etag ?? '';
    const refused = await send(complete, { method: 'POST', body: list });
    expect([refused.status, codeOf(refused)]).toEqual([400, code]);
    const bare = listOf([1, tag.replaceAll('"', '')]);
    expect((await send(complete, { method: 'POST', body: bare })).status).toBe(200);
  });

  it('replaces a part that is sent again: the first tag is no longer known', async () => {
    const { store, part, complete } = await opened('s3', { size: 1000 });
    const old = await send(part(0), { body: bytes(1000, 9) });
    const fresh = await send(part(0), { body: bytes(1000) });
    expect(codeOf(await send(complete, { method: 'POST', body: listOf([1, old.headers.etag]) }))).toBe('InvalidPart');
    expect((await send(complete, { method: 'POST', body: listOf([1, fresh.headers.etag]) })).status).toBe(200);
    expect((await store.uploaded(KEY))?.sha256).toBe(sha256(bytes(1000)));
    expect(store.report()).toEqual({
      crashes: 0,
      transfers: { s: { 1: { began: 2, stored: 2, again: 1 } } },
      refused: { InvalidPart: 1 },
      untold: [],
    });
  });

  it('completes short when a part is left out', async () => {
    const { store, part, complete } = await opened('s3', two);
    const first = await send(part(0), { body: FIRST });
    await send(part(1), { body: LAST });
    expect((await send(complete, { method: 'POST', body: listOf([1, first.headers.etag]) })).status).toBe(200);
    expect((await store.uploaded(KEY))?.size).toBe(FIRST.length);
  });

  it.each([
    ['minio', 404],
    ['versitygw', 200],
  ] as const)('like %s answers a second completion with %i, and a part after it as unknown', async (like, status) => {
    const { part, complete } = await opened('s3', { size: 1000 }, { like });
    const list = listOf([1, (await send(part(0), { body: bytes(1000) })).headers.etag]);
    expect((await send(complete, { method: 'POST', body: list })).status).toBe(200);
    expect((await send(complete, { method: 'POST', body: list })).status).toBe(status);
    const late = await send(part(0), { body: bytes(1000) });
    expect([late.status, codeOf(late)]).toEqual([404, 'NoSuchUpload']);
  });

  it('takes a file of nothing as one part of nothing', async () => {
    const { store, part, complete, grant } = await opened('s3', { size: 0 });
    expect(grant.uploadUrls).toHaveLength(1);
    const tag = (await send(part(0))).headers.etag;
    expect(tag).toBe('"d41d8cd98f00b204e9800998ecf8427e"');
    expect((await send(complete, { method: 'POST', body: listOf([1, tag]) })).status).toBe(200);
    expect((await store.uploaded(KEY))?.size).toBe(0);
  });

  it('refuses the ten thousand and first part', async () => {
    const { part, grant } = await opened('s3', { size: 10_001, chunkSize: 1 });
    expect(grant.uploadUrls).toHaveLength(10_001);
    expect((await send(part(9_999), { body: 'x' })).status).toBe(200);
    expect(codeOf(await send(part(10_000), { body: 'x' }))).toBe('InvalidArgument');
  });

  it('has nothing of a part that broke off', async () => {
    const { store, part, complete } = await opened('s3', { size: 1000 });
    await send(part(0), { body: bytes(1000), cutAt: 400 });
    await expect.poll(() => store.report().transfers['s']?.[1]).toEqual({ began: 1, stored: 0, again: 0 });
    const none = listOf([1, tagOf(bytes(400))]);
    expect(codeOf(await send(complete, { method: 'POST', body: none }))).toBe('InvalidPart');
  });

  it.each(['restart', 'kill'] as const)('keeps its address and its parts over a %s', async (how) => {
    const { store, part, complete } = await opened('s3', { size: 1000 });
    const { url } = store;
    const tag = (await send(part(0), { body: bytes(1000) })).headers.etag;
    await store[how]();
    expect(store.url).toBe(url);
    expect((await send(complete, { method: 'POST', body: listOf([1, tag]) })).status).toBe(200);
    expect(store.report().crashes).toBe(how === 'kill' ? 1 : 0);
  });

  it('loses a body under way when it is killed, and waits for it when it ends in order', async () => {
    const { store, part } = await opened('s3', { size: 2000, chunkSize: 2000 }, { patience: 5000 });
    const seen = (): unknown => store.report().transfers['s']?.[1];
    const sendAround = (bodies: number, end: () => Promise<void>): Promise<{ status: number }> => {
      const began = expect.poll(seen).toMatchObject({ began: bodies });
      const hold = began.then(() => Promise.race([end(), new Promise((resolve) => setTimeout(resolve, 100))]));
      return send(part(0), { body: bytes(2000), hold });
    };
    await expect(sendAround(1, store.kill)).rejects.toThrow();
    expect(seen()).toEqual({ began: 1, stored: 0, again: 0 });
    expect((await sendAround(2, store.restart)).status).toBe(200);
    expect(seen()).toEqual({ began: 2, stored: 1, again: 0 });
  });

  it('knows an upload that was given up no more', async () => {
    const { store, part } = await opened('s3');
    expect(await store.abort('s')).toBe(true);
    expect(codeOf(await send(part(0), { body: bytes(1000) }))).toBe('NoSuchUpload');
    expect(await store.abort('s')).toBe(false);
  });

  it('cannot be asked while it is away, and can when it comes back', async () => {
    const { store, part } = await opened('s3');
    await store.away();
    await expect(send(part(0), { body: bytes(1000) })).rejects.toThrow('ECONNREFUSED');
    await expect(store.uploaded(KEY)).rejects.toThrow('The s3 store is away.');
    await store.comeBack();
    expect((await send(part(0), { body: bytes(1000) })).status).toBe(200);
  });

  it('takes relayed files side by side, each with its own bytes', async () => {
    const { store } = await opened('s3', two);
    const all = Array.from({ length: 8 }, (_, n) => ({ key: `relayed ${n}`, data: bytes(200_000 - n, n + 1) }));
    await Promise.all(all.map(({ key, data }) => store.put(key, data)));
    for (const { key, data } of all)
      expect(await store.uploaded(key)).toEqual({ key, size: data.length, sha256: sha256(data) });
  });

  it('stores what the master relays', async () => {
    const { store } = await opened('s3');
    await store.put('relayed.txt', bytes(10), 'text/plain');
    expect((await store.uploaded('relayed.txt'))?.sha256).toBe(sha256(bytes(10)));
    const content = await send(store.contentUrl('relayed.txt', Date.now() + LIFE), { method: 'GET' });
    expect([content.status, content.headers['content-type']]).toEqual([200, 'text/plain']);
    expect(content.headers.etag).toBe(tagOf(bytes(10)));
    await store.put(KEY, Buffer.concat([FIRST, LAST]));
    const range = { range: 'bytes=0-0' };
    const large = await send(store.contentUrl(KEY, Date.now() + LIFE), { method: 'GET', headers: range });
    expect(large.headers.etag).toMatch(/^"[\da-f]{32}-2"$/);
  });

  it('signs for the address under which clients come', async () => {
    const { store, part } = await opened('s3', {}, { publicUrl: 'http://storage.example:8080' });
    expect(store.url).toBe('http://storage.example:8080');
    expect(part(0)).toMatch(/^http:\/\/storage\.example:8080\/bucket\//);
  });
});
