import { describe, expect, it } from 'vitest';
import { type Answer, bytes, KEY, LIFE, opened, type Opened, send, sha256, startMaster } from './client.ts';

const FILE = bytes(2500);
const size = FILE.length;
const pieceOf = (index: number): Buffer => FILE.subarray(index * 1000, (index + 1) * 1000);

interface More {
  readonly body?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly chunked?: boolean;
  readonly cutAt?: number;
}

const chunk = (
  to: Opened,
  index: number,
  { body = pieceOf(index), headers, query, ...more }: More = {},
): Promise<Answer> =>
  send(to.part(0) + (query ?? `?chunk=${index}`), {
    method: 'POST',
    headers: headers ?? { authorization: to.grant.credential ?? '' },
    body,
    ...more,
  });
const codeOf = ({ status, text }: Answer): unknown => {
  const { code, msg } = JSON.parse(text) as { code: number; msg: string };
  return status === 200 ? [code, msg] : status;
};
const OK = [0, ''];

describe('a Cloudreve node', () => {
  it('takes chunks, tells the master with a signature, and forgets the session', async () => {
    const master = await startMaster();
    const to = await opened('remote', { size, callback: master.url });
    for (const index of [0, 1, 2]) expect(codeOf(await chunk(to, index))).toEqual(OK);
    const [call] = master.calls;
    expect(call && to.store.refuseCallback(call)).toBeUndefined();
    expect(to.store.refuseCallback({ path: call?.path ?? '', headers: {}, body: '' })?.code).toBe(403);
    const bad = { path: call?.path ?? '', headers: { authorization: 'Bearer Cr x:99999999999' }, body: '' };
    expect(to.store.refuseCallback(bad)?.code).toBe(40071);
    expect((await to.store.uploaded(KEY))?.sha256).toBe(sha256(FILE));
    expect(codeOf(await chunk(to, 2))).toEqual([40011, '']);
    const content = await send(to.store.contentUrl(KEY, Date.now() + LIFE), { method: 'GET' });
    expect([content.status, content.headers['content-length']]).toEqual([200, String(size)]);
  });

  it.each<readonly [string, (credential: string) => Readonly<Record<string, string>>, unknown]>([
    ['none', () => ({}), [403, 'authorization header is missing']],
    ['a token of the master', () => ({ authorization: 'Bearer eyJ.x.y' }), [40071, 'sign expired']],
    ['an altered one', (own) => ({ authorization: `${own}x` }), [40071, 'sign expired']],
    ['another signature', (own) => ({ authorization: own.replace('Cr ', 'Cr A') }), [40071, 'invalid sign']],
    ['a Bearer put before it', (own) => ({ authorization: `Bearer ${own}` }), [40071, 'invalid sign']],
    ['a X-Cr header beside it', (own) => ({ authorization: own, 'x-cr-version': '1' }), [40071, 'invalid sign']],
  ])('refuses with HTTP 200: %s', async (_, headers, code) => {
    const to = await opened('remote', { size });
    expect(codeOf(await chunk(to, 0, { headers: headers(to.grant.credential ?? '') }))).toEqual(code);
  });

  it('refuses the credential of another session', async () => {
    const to = await opened('remote', { size });
    const other = await to.store.open({
      session: 't',
      key: 'other',
      size,
      chunkSize: 1000,
      expires: Date.now() + LIFE,
    });
    const headers = { authorization: other.credential ?? '' };
    expect(codeOf(await chunk(to, 0, { headers }))).toEqual([40071, 'invalid sign']);
  });

  it('lets X-Cr-Filename, other headers and other words of the query through', async () => {
    const to = await opened('remote', { size });
    const headers = { authorization: to.grant.credential ?? '', 'x-cr-filename': 'a', cookie: 'a=b' };
    expect(codeOf(await chunk(to, 0, { headers, query: '?a=b&chunk=0&c=d' }))).toEqual(OK);
  });

  it('says that its time is over', async () => {
    const to = await opened('remote', { size });
    to.pass(LIFE + 1000);
    expect(codeOf(await chunk(to, 0))).toEqual([40005, 'signature expired']);
  });

  it.each<readonly [string, number, Buffer, number]>([
    ['short', 0, bytes(999), 1000],
    ['long', 0, bytes(1001), 1000],
    ['empty', 0, bytes(0), 1000],
    ['long at the end', 2, bytes(1000), 500],
    ['past the end', 3, bytes(1000), -500],
  ])('refuses a chunk that is %s, and the session lives on', async (_, index, body, expected) => {
    const to = await opened('remote', { size });
    expect(codeOf(await chunk(to, index, { body }))).toEqual([40013, `Invalid Content-Length (expected: ${expected})`]);
    expect(codeOf(await chunk(to, 0))).toEqual(OK);
  });

  it('refuses chunked encoding, but for one with the length beside it', async () => {
    const to = await opened('remote', { size });
    expect(codeOf(await chunk(to, 0, { chunked: true }))).toEqual([40013, 'Invalid Content-Length (expected: 1000)']);
    const headers = { authorization: to.grant.credential ?? '', 'x-expected-entity-length': '1000' };
    const short = [50004, 'Uploaded data does not match purposed size'];
    expect(codeOf(await chunk(to, 0, { chunked: true, headers, body: bytes(999) }))).toEqual(short);
    expect(codeOf(await chunk(to, 0, { chunked: true, headers }))).toEqual(OK);
    expect(codeOf(await chunk(to, 0, { query: '?chunk=-1' }))).toEqual([50004, 'Failed to upload file']);
  });

  it.each(['', '?chunk=x', '?chunk=1x', '?chunk=0x1'])(
    'takes a chunk with the query "%s" as the first, and overwrites it',
    async (query) => {
      const to = await opened('remote', { size });
      await chunk(to, 0);
      await chunk(to, 1);
      expect(codeOf(await chunk(to, 1, { query }))).toEqual(OK);
      const stored = await to.store.uploaded(KEY);
      expect(stored?.sha256).toBe(sha256(Buffer.concat([pieceOf(1), pieceOf(1)])));
    },
  );

  it('without preallocation refuses what lies beyond the written end, and with it does not', async () => {
    const master = await startMaster();
    const sparse = await opened('remote', { size, callback: master.url });
    expect(codeOf(await chunk(sparse, 2))).toEqual([50004, 'Failed to upload file']);
    for (const index of [0, 1, 2]) expect(codeOf(await chunk(sparse, index))).toEqual(OK);
    const whole = await opened('remote', { size, preallocate: true, callback: master.url });
    for (const index of [2, 0, 1]) expect(codeOf(await chunk(whole, index))).toEqual(OK);
    expect(master.calls).toHaveLength(2);
    expect((await whole.store.uploaded(KEY))?.sha256).toBe(sha256(FILE));
  });

  it('takes the whole at any index where there are no chunks, and nothing as one chunk', async () => {
    const whole = await opened('remote', { size, chunkSize: 0 });
    expect(codeOf(await chunk(whole, 1, { body: FILE }))).toEqual(OK);
    expect((await whole.store.uploaded(KEY))?.sha256).toBe(sha256(FILE));
    const nothing = await opened('remote', { size: 0 });
    expect(codeOf(await chunk(nothing, 0, { body: bytes(0) }))).toEqual(OK);
    expect(codeOf(await chunk(nothing, 0, { body: bytes(0) }))).toEqual([40011, '']);
  });

  it('does not count a chunk that broke off, though its beginning is written', async () => {
    const master = await startMaster();
    const to = await opened('remote', { size: 1000, callback: master.url });
    await chunk(to, 0, { cutAt: 400 });
    await expect.poll(async () => (await to.store.uploaded(KEY))?.size).toBe(400);
    expect(master.calls).toHaveLength(0);
    expect(codeOf(await chunk(to, 0))).toEqual(OK);
    expect((await to.store.uploaded(KEY))?.sha256).toBe(sha256(pieceOf(0)));
  });

  it('of 4.18 never completes after it could not tell the master once', async () => {
    const master = await startMaster();
    const to = await opened('remote', { size: 1000, callback: master.url });
    to.store.breakCallback();
    expect(codeOf(await chunk(to, 0))).toEqual([50007, 'Slave cannot send callback request']);
    to.store.mendCallback();
    expect(codeOf(await chunk(to, 0))).toEqual(OK);
    expect(master.calls).toHaveLength(0);
  });

  it('of 4.17 tells the master again when the last chunk comes again', async () => {
    const master = await startMaster();
    const to = await opened('remote', { size: 1000, callback: master.url }, { version: '4.17.0' });
    to.store.breakCallback();
    expect(codeOf(await chunk(to, 0))).toEqual([50007, 'Slave cannot send callback request']);
    to.store.mendCallback();
    expect(codeOf(await chunk(to, 0))).toEqual(OK);
    expect(master.calls).toHaveLength(1);
    expect(codeOf(await chunk(to, 0))).toEqual([40011, '']);
  });

  it('of 4.17 completes with the last index, whatever is missing', async () => {
    const master = await startMaster();
    const to = await opened('remote', { size, preallocate: true, callback: master.url }, { version: '4.17.0' });
    expect(codeOf(await chunk(to, 2))).toEqual(OK);
    expect(master.calls).toHaveLength(1);
    expect((await to.store.uploaded(KEY))?.size).toBe(size);
  });

  it('of 4.0 cuts the file off when the first chunk comes again', async () => {
    const to = await opened('remote', { size }, { version: '4.0.0' });
    await chunk(to, 0);
    await chunk(to, 1);
    expect(codeOf(await chunk(to, 0))).toEqual(OK);
    expect(codeOf(await chunk(to, 2))).toEqual([50004, 'Failed to upload file']);
  });

  it.each([
    [40011, 'Upload session does not exist or expired'],
    [40073, 'Lock expired'],
  ])('hands the master’s refusal %i on', async (code, msg) => {
    const master = await startMaster();
    master.answer = { status: 401, body: JSON.stringify({ code, msg }) };
    const to = await opened('remote', { size: 1000, callback: master.url });
    expect(codeOf(await chunk(to, 0))).toEqual([code, msg]);
  });

  it('goes on after a restart, and after being away', async () => {
    const master = await startMaster();
    const to = await opened('remote', { size, callback: master.url });
    await chunk(to, 0);
    await to.store.restart();
    await chunk(to, 1);
    await to.store.away();
    await expect(chunk(to, 2)).rejects.toThrow('ECONNREFUSED');
    await to.store.comeBack();
    expect(codeOf(await chunk(to, 2))).toEqual(OK);
    expect((await to.store.uploaded(KEY))?.sha256).toBe(sha256(FILE));
    expect(master.calls).toHaveLength(1);
  });

  it('forgets its sessions when it is killed, also after a restart', async () => {
    const to = await opened('remote', { size });
    await chunk(to, 0);
    await to.store.restart();
    await to.store.kill();
    expect(codeOf(await chunk(to, 1))).toEqual([40011, '']);
    expect(await to.store.abort('s')).toBe(true);
  });

  it('forgets a session that was cancelled', async () => {
    const to = await opened('remote', { size });
    await chunk(to, 0);
    expect(await to.store.abort('s')).toBe(true);
    expect(codeOf(await chunk(to, 1))).toEqual([40011, '']);
    expect(await to.store.uploaded(KEY)).toBeUndefined();
  });

  it('knows no other route, and no preflight', async () => {
    const to = await opened('remote', { size });
    for (const method of ['OPTIONS', 'PUT']) {
      const answer = await send(to.part(0), { method });
      expect([answer.status, answer.headers['content-type'], answer.text]).toEqual([
        404,
        'text/plain',
        '404 page not found',
      ]);
    }
  });

  it('waits for a body under way at an orderly end', async () => {
    const to = await opened('remote', { size: 1_000_000, chunkSize: 0 }, { patience: 5000 });
    const sending = chunk(to, 0, { body: bytes(1_000_000) });
    await expect.poll(() => to.store.report().transfers['s']?.[0]?.began).toBe(1);
    await to.store.restart();
    expect(codeOf(await sending)).toEqual(OK);
  });
});
