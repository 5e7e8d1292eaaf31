import { describe, expect, it } from 'vitest';
import { type Answer, bytes, KEY, LIFE, opened, type Opened, send, sha256 } from './client.ts';

const UNIT = 320 * 1024;
const FILE = bytes(2 * UNIT + 100);
const wish = { size: FILE.length, chunkSize: UNIT };

const put = (
  to: Opened,
  from: number,
  end: number,
  more: { total?: number; body?: Buffer; cutAt?: number } = {},
): Promise<Answer> =>
  send(to.part(0), {
    headers: { 'content-range': `bytes ${from}-${end - 1}/${more.total ?? FILE.length}` },
    body: more.body ?? FILE.subarray(from, end),
    ...(more.cutAt !== undefined && { cutAt: more.cutAt }),
  });
const ranges = async (to: Opened): Promise<unknown> =>
  (JSON.parse((await send(to.part(0), { method: 'GET' })).text) as Record<string, unknown>)['nextExpectedRanges'];
const errorOf = ({ status, text }: Answer): unknown => {
  const { error } = JSON.parse(text) as { error: { code: string; innererror?: { code: string } } };
  return [status, error.code, error.innererror?.code];
};

describe('a OneDrive store', () => {
  it('takes fragments in order, says where it goes on, and forgets the session at the end', async () => {
    const to = await opened('onedrive', wish);
    expect(await ranges(to)).toEqual(['0-']);
    const first = await put(to, 0, UNIT);
    expect([first.status, JSON.parse(first.text)]).toMatchObject([202, { nextExpectedRanges: [`${UNIT}-`] }]);
    expect((await put(to, UNIT, 2 * UNIT)).status).toBe(202);
    const done = await put(to, 2 * UNIT, FILE.length);
    expect([done.status, JSON.parse(done.text)]).toMatchObject([
      201,
      { size: FILE.length, name: KEY.split('/').at(-1) },
    ]);
    expect((await to.store.uploaded(KEY))?.sha256).toBe(sha256(FILE));
    expect(errorOf(await put(to, 0, UNIT))).toEqual([404, 'itemNotFound', undefined]);
  });

  it('answers what it has as an overlap, and what lies ahead as out of order', async () => {
    const to = await opened('onedrive', wish);
    await put(to, 0, UNIT);
    expect(errorOf(await put(to, 0, UNIT))).toEqual([416, 'invalidRange', 'fragmentOverlap']);
    expect(errorOf(await put(to, 2 * UNIT, FILE.length))).toEqual([416, 'invalidRange', undefined]);
    expect(await ranges(to)).toEqual([`${UNIT}-`]);
    expect(to.store.report().transfers['s']?.[0]).toEqual({ began: 1, stored: 1, again: 1 });
  });

  it.each<readonly [string, (to: Opened) => Promise<Answer>]>([
    ['is no multiple of 320 KiB and not the last', (to) => put(to, 0, UNIT - 1)],
    ['is longer than its range', (to) => put(to, 0, UNIT, { body: bytes(UNIT + 1) })],
    ['is shorter than its range', (to) => put(to, 0, UNIT, { body: bytes(UNIT - 1) })],
    ['has nothing in it', (to) => put(to, 0, 0, { total: 0 })],
    ['ends behind the file', (to) => put(to, 0, UNIT, { total: 100 })],
    ['has no range', (to) => send(to.part(0), { body: FILE })],
  ])('refuses a fragment that %s', async (_, ask) => {
    const to = await opened('onedrive', wish);
    expect(errorOf(await ask(to))).toEqual([400, 'invalidRequest', undefined]);
    expect(await ranges(to)).toEqual(['0-']);
  });

  it('refuses a fragment that tells another length of the whole than the first', async () => {
    const to = await opened('onedrive', wish);
    await put(to, 0, UNIT);
    expect(errorOf(await put(to, UNIT, 2 * UNIT, { total: 2 * UNIT }))).toEqual([400, 'invalidRequest', undefined]);
    expect(await ranges(to)).toEqual([`${UNIT}-`]);
  });

  it('refuses a credential beside the address, and a fragment without a length', async () => {
    const to = await opened('onedrive', wish);
    const headers = { 'content-range': `bytes 0-${UNIT - 1}/${FILE.length}` };
    const body = bytes(UNIT);
    expect((await send(to.part(0), { headers: { ...headers, authorization: 'Bearer x' }, body })).status).toBe(401);
    expect((await send(to.part(0), { headers, body, chunked: true })).status).toBe(411);
  });

  it('lives on with each fragment, and not for ever', async () => {
    const to = await opened('onedrive', wish);
    to.pass(LIFE - 5000);
    expect((await put(to, 0, UNIT)).status).toBe(202);
    to.pass(LIFE - 5000);
    expect(await ranges(to)).toEqual([`${UNIT}-`]);
    to.pass(10_000);
    expect(errorOf(await put(to, UNIT, 2 * UNIT))).toEqual([404, 'itemNotFound', undefined]);
  });

  it('has nothing of a fragment that broke off, and goes on where it was after a kill', async () => {
    const to = await opened('onedrive', wish);
    await put(to, 0, UNIT);
    await put(to, UNIT, 2 * UNIT, { cutAt: 1000 });
    await to.store.kill();
    expect(await ranges(to)).toEqual([`${UNIT}-`]);
    await put(to, UNIT, 2 * UNIT);
    await put(to, 2 * UNIT, FILE.length);
    expect((await to.store.uploaded(KEY))?.sha256).toBe(sha256(FILE));
  });

  it('gives a session up, for the client and for the master', async () => {
    const to = await opened('onedrive', wish);
    expect((await send(to.part(0), { method: 'DELETE' })).status).toBe(204);
    expect(await to.store.abort('s')).toBe(false);
    expect((await put(to, 0, UNIT)).status).toBe(404);
  });
});
