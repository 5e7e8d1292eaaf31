import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { bytes, codeOf, KEY, LIFE, listOf, octets, opened, send, sha256, startMaster } from './client.ts';

const md5 = (data: Buffer): string => createHash('md5').update(data).digest('hex');
const forbid = { 'x-cos-forbid-overwrite': 'true' };
const all = { ...octets, 'x-oss-complete-all': 'yes', 'x-oss-forbid-overwrite': 'true' };

describe.each(['ks3', 'cos', 'oss', 'obs'] as const)('a part for %s', (kind) => {
  it('is taken with the content type that was signed, and answered with its tag', async () => {
    const { part } = await opened(kind);
    const answer = await send(part(0), { headers: octets, body: bytes(1000) });
    const tag = md5(bytes(1000));
    expect([answer.status, answer.headers.etag]).toEqual([200, `"${kind === 'oss' ? tag.toUpperCase() : tag}"`]);
  });

  it.each([
    ['another content type', { 'content-type': 'text/plain' }],
    ['none', {}],
  ])('is refused with %s', async (_, headers) => {
    const { part } = await opened(kind);
    const answer = await send(part(0), { headers, body: bytes(1000) });
    expect([answer.status, codeOf(answer)]).toEqual([403, 'SignatureDoesNotMatch']);
  });

  it('is refused without a length', async () => {
    const { part } = await opened(kind);
    const answer = await send(part(0), { headers: octets, body: bytes(1000), chunked: true });
    expect([answer.status, codeOf(answer)]).toEqual([411, 'MissingContentLength']);
  });

  it('is refused with a second credential', async () => {
    const { part } = await opened(kind);
    const headers = { ...octets, authorization: 'Bearer x' };
    expect((await send(part(0), { headers, body: bytes(1000) })).status).toBe(400);
  });

  it('is refused when its time is over', async () => {
    const { part, pass } = await opened(kind);
    pass(LIFE);
    const answer = await send(part(0), { headers: octets, body: bytes(1000) });
    expect([answer.status, codeOf(answer)]).toEqual([403, 'AccessDenied']);
  });

  it.each([
    ['part', (url: string) => url.replace('partNumber=1', 'partNumber=2')],
    ['upload', (url: string) => url.replace(/uploadId=\w/, 'uploadId=z')],
    ['object', (url: string) => url.replace('a.bin', 'b.bin')],
  ])('is refused at the address of another %s', async (_, alter) => {
    const { part } = await opened(kind);
    const answer = await send(alter(part(0)), { headers: octets, body: bytes(1000) });
    expect([answer.status, codeOf(answer)]).toEqual([403, 'SignatureDoesNotMatch']);
  });
});

describe.each(['ks3', 'cos'] as const)('a part for %s', (kind) => {
  it('is refused with another length than was signed', async () => {
    const { part } = await opened(kind);
    const answer = await send(part(0), { headers: octets, body: bytes(999) });
    expect([answer.status, codeOf(answer)]).toEqual([403, 'SignatureDoesNotMatch']);
  });
});

describe.each([
  ['ks3', octets],
  ['cos', forbid],
  ['obs', octets],
] as const)('completing for %s', (kind, headers) => {
  it('makes an object of the listed parts, and knows the upload no more', async () => {
    const { store, part, complete } = await opened(kind, { size: 1000 });
    const tag = (await send(part(0), { headers: octets, body: bytes(1000) })).headers.etag;
    const question = { method: 'POST', headers, body: listOf([1, tag]) };
    expect((await send(complete, question)).status).toBe(200);
    expect((await store.uploaded(KEY))?.sha256).toBe(sha256(bytes(1000)));
    expect(codeOf(await send(complete, question))).toBe('NoSuchUpload');
  });

  it('refuses small parts but for the last, and a list that descends', async () => {
    const { part, complete } = await opened(kind);
    const tags = [];
    for (const index of [0, 1])
      tags.push((await send(part(index), { headers: octets, body: bytes(1000) })).headers.etag);
    const small = listOf([1, tags[0]], [2, tags[1]]);
    expect(codeOf(await send(complete, { method: 'POST', headers, body: small }))).toBe('EntityTooSmall');
    const descending = listOf([2, tags[1]], [1, tags[0]]);
    expect(codeOf(await send(complete, { method: 'POST', headers, body: descending }))).toBe('InvalidPartOrder');
  });
});

describe.each(['ks3', 'obs'] as const)('completing for %s', (kind) => {
  it('is refused with another content type than was signed', async () => {
    const { complete } = await opened(kind);
    const headers = { 'content-type': 'application/xml' };
    const answer = await send(complete, { method: 'POST', headers, body: listOf([1, 'x']) });
    expect([answer.status, codeOf(answer)]).toEqual([403, 'SignatureDoesNotMatch']);
  });
});

describe('completing for cos', () => {
  it('is refused without the header that was signed', async () => {
    const { complete } = await opened('cos');
    const answer = await send(complete, { method: 'POST', body: listOf([1, 'x']) });
    expect([answer.status, codeOf(answer)]).toEqual([403, 'SignatureDoesNotMatch']);
  });

  it('never replaces an object', async () => {
    const { store, part, complete } = await opened('cos', { size: 1000 });
    await store.put(KEY, bytes(5));
    const tag = (await send(part(0), { headers: octets, body: bytes(1000) })).headers.etag;
    const answer = await send(complete, { method: 'POST', headers: forbid, body: listOf([1, tag]) });
    expect([answer.status, codeOf(answer)]).toEqual([409, 'FileAlreadyExists']);
  });
});

describe('completing for oss', () => {
  it('takes all parts that are there, calls the server, and hands its answer on', async () => {
    const master = await startMaster();
    const { store, part, complete } = await opened('oss', { size: 1000, callback: master.url });
    await send(part(0), { headers: octets, body: bytes(1000) });
    const done = await send(complete, { method: 'POST', headers: all });
    expect([done.status, done.text]).toEqual([200, '{"code":0,"msg":""}']);
    expect(master.calls).toMatchObject([{ path: new URL(master.url).pathname }]);
    expect(JSON.parse(master.calls[0]?.body ?? '')).toEqual({ source_name: KEY, size: 1000 });
    expect((await store.uploaded(KEY))?.sha256).toBe(sha256(bytes(1000)));
  });

  it.each(['x-oss-complete-all', 'x-oss-forbid-overwrite', 'content-type'])('is refused without %s', async (name) => {
    const { complete } = await opened('oss');
    const headers = Object.fromEntries(Object.entries(all).filter(([key]) => key !== name));
    expect(codeOf(await send(complete, { method: 'POST', headers }))).toBe('SignatureDoesNotMatch');
  });

  it('is refused with a body', async () => {
    const { part, complete } = await opened('oss', { size: 1000 });
    await send(part(0), { headers: octets, body: bytes(1000) });
    expect(codeOf(await send(complete, { method: 'POST', headers: all, body: listOf() }))).toBe('InvalidArgument');
  });

  it('completes short when a part was never sent', async () => {
    const { store, part, complete } = await opened('oss', { size: 2000 });
    await send(part(1), { headers: octets, body: bytes(1000) });
    expect((await send(complete, { method: 'POST', headers: all })).status).toBe(200);
    expect((await store.uploaded(KEY))?.size).toBe(1000);
  });

  it('never replaces an object, and takes no small parts but the last', async () => {
    const { store, part, complete } = await opened('oss');
    for (const index of [0, 1]) await send(part(index), { headers: octets, body: bytes(1000) });
    expect(codeOf(await send(complete, { method: 'POST', headers: all }))).toBe('EntityTooSmall');
    const other = await opened('oss', { size: 1000 });
    await other.store.put(KEY, bytes(5));
    await send(other.part(0), { headers: octets, body: bytes(1000) });
    expect((await send(other.complete, { method: 'POST', headers: all })).status).toBe(409);
    expect(await store.uploaded(KEY)).toBeUndefined();
  });
});

describe.each([
  ['oss', all, ''],
  ['obs', octets, 'a list'],
] as const)('a callback that fails at %s', (kind, headers, list) => {
  it.each(['refused', 'broken'] as const)('(%s) is told as 203, with the object there', async (how) => {
    const master = await startMaster();
    master.answer = { status: 401, body: '{"code":40011,"msg":""}' };
    const { store, part, complete } = await opened(kind, { size: 1000, callback: master.url });
    if (how === 'broken') store.breakCallback();
    const tag = (await send(part(0), { headers: octets, body: bytes(1000) })).headers.etag;
    const done = await send(complete, { method: 'POST', headers, body: list && listOf([1, tag]) });
    expect([done.status, codeOf(done)]).toEqual([203, 'CallbackFailed']);
    expect(done.text).toContain(`Error Status : ${how === 'broken' ? '-1.OSS can not connect' : '401.'}`);
    expect((await store.uploaded(KEY))?.size).toBe(1000);
    expect(store.report().untold).toEqual(how === 'broken' ? ['s'] : []);
  });
});
