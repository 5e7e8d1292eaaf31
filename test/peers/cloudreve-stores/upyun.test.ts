import { describe, expect, it } from 'vitest';
import { type Answer, bytes, KEY, LIFE, opened, type Opened, send, sha256, startMaster } from './client.ts';

const BOUNDARY = 'a-boundary';
type Field = readonly [name: string, value: string | Buffer];

const field = ([name, value]: Field): Buffer => {
  const file = typeof value === 'string' ? '' : '; filename="a.bin"\r\nContent-Type: image/png';
  const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(value), Buffer.from('\r\n')]);
};

const post = (to: Opened, fields: readonly Field[], cutAt?: number, headers = {}): Promise<Answer> =>
  send(to.part(0), {
    method: 'POST',
    headers: { ...headers, 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
    body: Buffer.concat([...fields.map(field), Buffer.from(`--${BOUNDARY}--\r\n`)]),
    ...(cutAt !== undefined && { cutAt }),
  });

const signed = ({ grant }: Opened): readonly Field[] => [
  ['policy', grant.uploadPolicy ?? ''],
  ['authorization', grant.credential ?? ''],
];

describe('an Upyun store', () => {
  it('takes the whole file in one form, answers, and tells the server afterwards', async () => {
    const master = await startMaster();
    const to = await opened('upyun', { size: 100_000, chunkSize: 0, callback: master.url });
    const done = await post(to, [...signed(to), ['content-type', 'text/plain'], ['file', bytes(100_000)]]);
    expect([done.status, JSON.parse(done.text)]).toMatchObject([200, { code: 200, url: KEY, mimetype: 'text/plain' }]);
    await expect.poll(() => master.calls.length).toBe(1);
    expect(Object.fromEntries(new URLSearchParams(master.calls[0]?.body))).toMatchObject({ code: '200', url: KEY });
    expect((await to.store.uploaded(KEY))?.sha256).toBe(sha256(bytes(100_000)));
    expect(to.store.report().transfers).toEqual({ s: { 1: { began: 1, stored: 1, again: 0 } } });
  });

  it('takes a file of nothing, and one that has the boundary’s beginning in it', async () => {
    const nothing = await opened('upyun', { size: 0 });
    expect((await post(nothing, [...signed(nothing), ['file', bytes(0)]])).status).toBe(200);
    const tricky = Buffer.from(`\r\n--${BOUNDARY.slice(0, -1)}\r\n--`);
    const to = await opened('upyun', { size: tricky.length });
    expect((await post(to, [...signed(to), ['file', tricky]])).status).toBe(200);
    expect((await to.store.uploaded(KEY))?.sha256).toBe(sha256(tricky));
  });

  it.each<readonly [string, number, (to: Opened) => readonly Field[]]>([
    ['without a policy', 400, (to) => [...signed(to).slice(1), ['file', bytes(5)]]],
    ['without an authorization', 401, (to) => [...signed(to).slice(0, 1), ['file', bytes(5)]]],
    ['without a file', 400, signed],
    ['with the file before the policy', 400, (to) => [['file', bytes(5)], ...signed(to)]],
    ['with a field behind the file', 400, (to) => [...signed(to), ['file', bytes(5)], ['content-type', 'x']]],
    ['with a policy that was altered', 401, (to) => [['policy', 'e30='], ...signed(to).slice(1), ['file', bytes(5)]]],
    ['with a shorter file', 403, (to) => [...signed(to), ['file', bytes(4)]]],
    ['with a longer file', 403, (to) => [...signed(to), ['file', bytes(6)]]],
  ])('refuses a form %s', async (_, status, fields) => {
    const to = await opened('upyun', { size: 5 });
    expect((await post(to, fields(to))).status).toBe(status);
    expect(await to.store.uploaded(KEY)).toBeUndefined();
  });

  it('refuses a form whose time is over, and what is no form', async () => {
    const to = await opened('upyun', { size: 5 });
    expect((await send(to.part(0), { method: 'POST', body: bytes(5) })).status).toBe(400);
    to.pass(LIFE + 1000);
    expect((await post(to, [...signed(to), ['file', bytes(5)]])).status).toBe(403);
  });

  it('refuses a credential in a header, which the site’s own token would be', async () => {
    const to = await opened('upyun', { size: 5 });
    const own = { authorization: 'Bearer x' };
    expect((await post(to, [...signed(to), ['file', bytes(5)]], undefined, own)).status).toBe(401);
    expect(await to.store.uploaded(KEY)).toBeUndefined();
  });

  it('has nothing of a form that broke off', async () => {
    const to = await opened('upyun', { size: 1000 });
    await post(to, [...signed(to), ['file', bytes(1000)]], 1200);
    await expect.poll(() => to.store.report().transfers['s']?.[1]).toEqual({ began: 1, stored: 0, again: 0 });
    expect(await to.store.uploaded(KEY)).toBeUndefined();
  });
});
