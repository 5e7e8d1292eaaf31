import { describe, expect, it } from 'vitest';
import { BlockTag } from './block-tag.ts';
import { bytes, KEY, LIFE, opened, type Opened, send, sha256, startMaster, type Answer } from './client.ts';

const MIB = 1024 * 1024;
const token = ({ grant }: Opened): Readonly<Record<string, string>> => ({
  authorization: `UpToken ${grant.credential ?? ''}`,
});
const partOf = (to: Opened, number: number, body: Buffer, headers = token(to)): Promise<Answer> =>
  send(`${to.part(0)}/${number}`, { headers: { ...headers, 'content-type': 'application/octet-stream' }, body });
const completeOf = (to: Opened, parts: readonly unknown[], headers = token(to)): Promise<Answer> =>
  send(to.part(0), { method: 'POST', headers, body: JSON.stringify({ mimeType: 'text/plain', parts }) });
const tagOf = (answer: Answer): string => (JSON.parse(answer.text) as { etag: string }).etag;
const errorOf = (answer: Answer): unknown => [answer.status, (JSON.parse(answer.text) as { error: unknown }).error];

describe('a Qiniu store', () => {
  it('tags nothing and more than a block as Qiniu does', () => {
    expect(new BlockTag().digest()).toBe('Fto5o-5ea0sNMlW_75VgGJCv2AcJ');
    const large = new BlockTag();
    large.update(Buffer.alloc(4 * MIB + 1));
    expect(large.digest()).toMatch(/^l[\w-]{27}$/);
  });

  it('makes an object of its parts, calls the server, and hands its answer on', async () => {
    const master = await startMaster();
    const to = await opened('qiniu', { size: MIB + 10, chunkSize: MIB, callback: master.url });
    const last = await partOf(to, 2, bytes(10));
    const first = await partOf(to, 1, bytes(MIB));
    const parts = [first, last].map((answer, index) => ({ etag: tagOf(answer), partNumber: index + 1 }));
    const done = await completeOf(to, parts);
    expect([done.status, done.text]).toEqual([200, '{"code":0,"msg":""}']);
    expect(JSON.parse(master.calls[0]?.body ?? '')).toEqual({ size: MIB + 10 });
    expect((await to.store.uploaded(KEY))?.sha256).toBe(sha256(Buffer.concat([bytes(MIB), bytes(10)])));
    expect(errorOf(await completeOf(to, parts))).toEqual([612, 'no such uploadId']);
    expect(errorOf(await partOf(to, 1, bytes(1)))).toEqual([612, 'no such uploadId']);
  });

  it.each([
    ['none', {}, 'token not specified'],
    ['a Bearer', { authorization: 'Bearer x' }, 'token not specified'],
    ['an altered', { authorization: 'UpToken AKIAIOSFODNN7EXAMPLE:x:e30=' }, 'bad token'],
  ])('refuses a part with %s token', async (_, headers, error) => {
    expect(errorOf(await partOf(await opened('qiniu'), 1, bytes(5), headers as Record<string, string>))).toEqual([
      401,
      error,
    ]);
  });

  it('refuses a token whose time is over, and one for another object', async () => {
    const to = await opened('qiniu');
    const other = await to.store.open({
      session: 't',
      key: 'other',
      size: 5,
      chunkSize: 0,
      expires: Date.now() + LIFE,
    });
    const headers = { authorization: `UpToken ${other.credential ?? ''}` };
    expect((await partOf(to, 1, bytes(5), headers)).status).toBe(403);
    to.pass(LIFE + 1000);
    expect(errorOf(await partOf(to, 1, bytes(5)))).toEqual([401, 'expired token']);
  });

  it('replaces a part that is sent again', async () => {
    const to = await opened('qiniu', { size: 10, chunkSize: 0 });
    const old = tagOf(await partOf(to, 1, bytes(10, 9)));
    const fresh = tagOf(await partOf(to, 1, bytes(10)));
    expect(errorOf(await completeOf(to, [{ etag: old, partNumber: 1 }]))).toEqual([400, 'invalid part']);
    expect((await completeOf(to, [{ etag: fresh, partNumber: 1 }])).status).toBe(200);
  });

  it.each([
    ['descends', [2, 1]],
    ['is empty', []],
    ['has small parts but for the last', [1, 2]],
  ])('refuses a list that %s', async (_, numbers) => {
    const to = await opened('qiniu');
    const tags = [tagOf(await partOf(to, 1, bytes(1000))), tagOf(await partOf(to, 2, bytes(1000)))];
    const parts = numbers.map((partNumber) => ({ etag: tags[partNumber - 1], partNumber }));
    expect((await completeOf(to, parts)).status).toBe(400);
  });

  it('refuses more bytes than were announced', async () => {
    const to = await opened('qiniu', { size: 5, chunkSize: 0 });
    const etag = tagOf(await partOf(to, 1, bytes(6)));
    expect((await completeOf(to, [{ etag, partNumber: 1 }])).status).toBe(413);
  });

  it('says that the server could not be called, with the object there', async () => {
    const master = await startMaster();
    const to = await opened('qiniu', { size: 5, chunkSize: 0, callback: master.url });
    to.store.breakCallback();
    const etag = tagOf(await partOf(to, 1, bytes(5)));
    expect(errorOf(await completeOf(to, [{ etag, partNumber: 1 }]))).toEqual([579, 'callback failed']);
    expect((await to.store.uploaded(KEY))?.size).toBe(5);
    expect(to.store.report().untold).toEqual(['s']);
  });
});
