/** What a client of Cloudreve must survive: the reference's list, a test each. */
import { describe, expect, it } from 'vitest';
import { cancel } from './cancel.ts';
import { freeDoubt } from './taken-name.ts';
import {
  alive,
  answer,
  broken,
  bytesOf,
  chunkAt,
  done,
  file,
  held,
  job,
  linesOf,
  missing,
  nothing,
  now,
  placeholder,
  progress,
  refreshed,
  remote,
  said,
  scripted,
  session,
  sessionGone,
  tokens,
  unlocked,
} from './fixtures/scripted.ts';
import { leftovers } from './leftovers.ts';
import { open } from './open.ts';
import { probe } from './upload-status.ts';
import { resume } from './resume.ts';
import { send } from './send.ts';
import { verify } from './verify.ts';

const restart = { ok: false, failure: { behaviour: 'restart' } };
const retry = { ok: false, failure: { behaviour: 'retry' } };
const sendChunk = (ctx: ReturnType<typeof scripted>, index: number) =>
  send(remote, chunkAt(index), bytesOf(chunkAt(index)), ctx);

describe('what a client must survive', () => {
  it('1: an access token that expires is told by 40011 on a chunk, and the same session goes on', async () => {
    const cut = scripted([sessionGone]);
    expect(await sendChunk(cut, 1)).toMatchObject(retry);
    const ctx = scripted([
      sessionGone,
      said(401, undefined, 'Login required'),
      refreshed('access2'),
      placeholder(),
      alive,
    ]);
    expect(await resume(remote, progress([0]), ctx)).toMatchObject({ ok: true, value: { stored: [] } });
    expect(linesOf(ctx)).toEqual([
      'POST /file/upload/session1/0',
      'GET /file/info?uri=cloudreve%3A%2F%2Fmy%2Fa.bin',
      'POST /session/token/refresh',
      'GET /file/info?uri=cloudreve%3A%2F%2Fmy%2Fa.bin',
      'POST /file/upload/session1/0',
    ]);
    expect(ctx.asked.at(-1)?.headers['authorization']).toBe('Bearer access2');
  });

  it('2: a lock that an orderly restart took makes the upload start anew, after a few tries and a look', async () => {
    const ctx = scripted((line) => (line.startsWith('POST') ? unlocked : placeholder()));
    expect(await resume(remote, progress([0]), ctx)).toMatchObject(restart);
    expect(linesOf(ctx).filter((line) => line.startsWith('POST')).length).toBe(4);
  });

  it('2: a lock that was missing for a moment only does not', async () => {
    const ctx = scripted([unlocked, placeholder(), unlocked, alive]);
    expect(await resume(remote, progress([0]), ctx)).toMatchObject({ ok: true, value: { stored: [] } });
  });

  it('3: after a crash the session is gone, and the placeholder that holds the name is taken over', async () => {
    const gone = scripted([sessionGone, placeholder(), refreshed('access2'), sessionGone, placeholder()]);
    expect(await resume(remote, progress([0]), gone)).toMatchObject(restart);
    const ctx = scripted([said(40004, undefined, 'Object existed'), placeholder('of the crash'), session()]);
    expect(await open(job, ctx)).toMatchObject({ ok: true, value: { remote: { session: 'session1' } } });
    expect(ctx.asked.map(({ body }) => body && (JSON.parse(body) as { entity_type: string }).entity_type)).toEqual([
      '',
      '',
      'version',
    ]);
  });

  it('4: a chunk that answers 0 without the file completing is not believed, and not sent again', async () => {
    const ctx = scripted([placeholder()]);
    expect(await verify(remote, ctx)).toMatchObject({
      failure: { behaviour: 'restart', problem: { code: 'not-completed' } },
    });
    expect(linesOf(ctx)).toEqual(['GET /file/info?uri=cloudreve%3A%2F%2Fmy%2Fa.bin']);
  });

  it('4: a completion that failed once is not tried again, since every repetition answers 0', async () => {
    for (const words of ['Failed to update placeholder file', 'Failed to commit file change'])
      expect(await sendChunk(scripted([said(50001, undefined, words)]), 2)).toMatchObject({
        failure: { behaviour: 'restart', problem: { code: 'not-completed' } },
      });
    const database = said(50001, undefined, 'Failed to get file');
    const me = done({ id: 'me' });
    expect(await sendChunk(scripted([database, me]), 2)).toMatchObject(retry);
  });

  it('5: the lost answer of the last chunk is looked up in the file before the upload counts as failed', async () => {
    const ctx = scripted([sessionGone, file()]);
    const lost = { ...progress([0, 1]), inFlight: [{ index: 2, begun: true }] };
    expect(await resume(remote, lost, ctx)).toMatchObject({ ok: true, value: { stored: [2] } });
    expect(linesOf(ctx)).toHaveLength(2);
  });

  it.each([
    ['of another size', { size: 24 }, 'verify-length'],
    ['that still has its session', { metadata: { 'sys:upload_session_id': 'session1' } }, 'not-completed'],
    ['with the content of nothing', { primary_entity: nothing }, 'session-gone'],
    ['with the content that it had before', { primary_entity: 'old' }, 'session-gone'],
    ['that has no content', { primary_entity: '' }, 'session-gone'],
  ])('6: a file %s is not done', async (_what, more, code) => {
    const over = { ...remote, previous: 'old' };
    expect(await verify(over, scripted([file(more)]))).toMatchObject({
      failure: { behaviour: 'restart', problem: { code } },
    });
    expect(await verify(over, scripted([file()]))).toMatchObject({
      ok: true,
      value: { proof: { by: 'server-status', detail: 'size: 25, path: /a.bin', path: '/a.bin' } },
    });
  });

  describe('7: a lost create answer', () => {
    const inDoubt = { ...job, createInDoubt: true, createTriedAt: now - 1_000 };
    const taken = said(40004, undefined, 'Object existed');

    it('frees the upload that it made, by the id that is found, and creates anew', async () => {
      const ctx = scripted([taken, placeholder('found'), done(), missing, session()]);
      expect(await open(inDoubt, ctx)).toMatchObject({ ok: true });
      expect(ctx.asked[2]).toMatchObject({
        request: 'DELETE /file/upload',
        body: '{"id":"found","uri":"cloudreve://my/a.bin"}',
      });
    });

    it.each([
      ['of another size', 'lock-held', { extended_info: { storage_used: 7, entities: [{ id: 'e', size: 7 }] } }],
      [
        'of another time',
        'name-busy',
        { extended_info: { storage_used: 25, entities: [{ id: 'e', size: 25, created_at: '2026-11-21T04:00:00Z' }] } },
      ],
    ])('does not touch a running upload %s', async (_what, code, more) => {
      const ctx = scripted([taken, placeholder('theirs', more), held, placeholder('theirs', more)]);
      expect(await open(inDoubt, ctx)).toMatchObject({ ok: false, failure: { problem: { code } } });
      expect(linesOf(ctx).filter((line) => line.startsWith('DELETE'))).toEqual([]);
    });
  });

  it('8: what a create made whose answer was lost is freed, too, where it is given up before it was opened', async () => {
    const inDoubt = { ...job, createInDoubt: true, createTriedAt: now - 1_000 };
    const ctx = scripted([placeholder('found'), done(), missing]);
    expect(await freeDoubt(inDoubt, ctx)).toEqual({ ok: true, value: undefined });
    expect(ctx.asked[1]?.body).toBe('{"id":"found","uri":"cloudreve://my/a.bin"}');
    for (const there of [
      missing,
      file(),
      placeholder('theirs', { extended_info: { entities: [{ id: 'e', size: 7 }] } }),
    ]) {
      const other = scripted([there]);
      expect(await freeDoubt(inDoubt, other)).toEqual({ ok: true, value: undefined });
      expect(linesOf(other)).toHaveLength(1);
    }
    const renaming = { ...inDoubt, options: { extra: { conflict: 'rename' } } };
    const second = scripted([file(), placeholder('found'), done(), missing]);
    expect(await freeDoubt(renaming, second)).toEqual({ ok: true, value: undefined });
    expect(second.asked[2]?.body).toBe('{"id":"found","uri":"cloudreve://my/a%20(1).bin"}');
  });

  it('8: an upload that is given up is cancelled, and abandoned placeholders are found', async () => {
    const ctx = scripted([placeholder(), done(), missing]);
    expect(await cancel(remote, ctx)).toEqual({ ok: true, value: {} });
    expect(ctx.asked[1]?.body).toBe('{"id":"session1","uri":"cloudreve://my/a.bin"}');
    const page = (files: readonly unknown[]) => done({ files, pagination: { page_size: 0, is_cursor: true } });
    const found = scripted([
      page([{ type: 0, name: 'a.bin', path: 'cloudreve://my/sub/a.bin', size: 0 }]),
      placeholder('left', { path: 'cloudreve://my/sub/a.bin' }),
      page([]),
    ]);
    expect(await leftovers.find(found)).toEqual({
      ok: true,
      value: [{ id: 'left', name: 'a.bin', path: '/sub/a.bin', size: 25, since: now, kind: 'unfinished' }],
    });
  });

  it('9: nothing large is sent again before an empty request has told that the session lives', async () => {
    const ctx = scripted([sessionGone]);
    expect(await sendChunk(ctx, 0)).toMatchObject(retry);
    expect(linesOf(ctx)).toHaveLength(1);
    const asked = scripted([alive]);
    expect(await resume(remote, progress([]), asked)).toMatchObject({ ok: true });
    expect(asked.asked).toMatchObject([{ request: 'POST /file/upload/session1/0', body: '' }]);
  });

  it('9: an empty file is never probed, which would complete it', async () => {
    const empty = { ...remote, size: 0 };
    await expect(probe(empty, scripted([]))).rejects.toThrow(RangeError);
    const ctx = scripted([placeholder()]);
    expect(await resume(empty, progress([], {}, 1), ctx)).toMatchObject({ ok: true, value: { stored: [] } });
  });

  it.each([
    [answer(413, '<html>Too Large'), 'attention', 'proxy-limit'],
    [answer(502, '<html>Bad Gateway'), 'server-busy', 'server-busy'],
    [answer(504, '<html>'), 'server-busy', 'server-busy'],
    [answer(524, '<html>'), 'server-busy', 'server-busy'],
    [answer(200, '<html>Welcome'), 'retry', 'not-this-server'],
    [answer(404, '404 page not found'), 'retry', 'not-this-server'],
    [answer(200, { code: 0 }), 'retry', 'not-this-server'],
    [answer(200, { code: '0', msg: '' }), 'retry', 'not-this-server'],
    [answer(503, { code: 503, msg: 'upstream away' }), 'server-busy', 'server-busy'],
    [answer(500, { code: 500, msg: 'panic' }), 'retry', 'server-failed'],
    [answer(429, { code: 429, msg: 'slow down' }), 'server-busy', 'server-busy'],
  ])('10: a proxy’s answer %# is not taken for the server’s', async (reply, behaviour, code) => {
    expect(await sendChunk(scripted([reply]), 0)).toMatchObject({
      ok: false,
      failure: { behaviour, problem: { code } },
    });
  });

  it('11: each chunk comes from a body that looks at the source, and a source that has changed ends it', async () => {
    const changed = new Error('changed');
    const body = {
      ...bytesOf(chunkAt(0)),
      stream: async function* () {
        yield await Promise.resolve(Buffer.alloc(3));
        throw changed;
      },
    };
    await expect(send(remote, chunkAt(0), body, scripted([done()]))).rejects.toBe(changed);
  });

  it('12: a server that ends in an orderly way may answer late or not at all, and the session is asked after it', async () => {
    expect(await sendChunk(scripted([broken]), 2)).toMatchObject(retry);
    expect(await sendChunk(scripted([said(-1)]), 2)).toMatchObject(retry);
  });

  it('of a token that was refused for good waits for the person, whose upload is kept', async () => {
    const ctx = scripted([said(40020, undefined, 'Invalid token')], {
      secret: JSON.stringify(tokens({ accessExpires: now - 1 })),
    });
    expect(await resume(remote, progress([0]), ctx)).toMatchObject({
      failure: { behaviour: 'attention', scope: 'account', problem: { code: 'signed-out' } },
    });
  });
});
