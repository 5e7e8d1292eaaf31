import { describe, expect, it } from 'vitest';
import { problem } from '../../../../preload/problems.ts';
import type { Answer, Http } from '../../http/http.ts';
import { fail, ok } from '../../outcome.ts';
import { type ChunkBody, FailureError } from '../provider.ts';
import { answer, refused, remote, scripted } from './fixtures/scripted.ts';
import { send } from './send.ts';

const never = new AbortController().signal;
const chunk = { index: 2, offset: 2000, size: 500 };
const buffered = { ...remote, front: 'buffered' as const };
const changed = new FailureError({
  behaviour: 'attention',
  problem: problem('file-changed', { path: '/a', what: 'size' }),
});
/** A chunk's body that gives so many bytes, then fails or ends. */
const bodyOf = (bytes: number, error?: Error): ChunkBody => ({
  stream: async function* () {
    yield await Promise.resolve(Buffer.alloc(bytes, 'x'));
    if (error !== undefined) throw error;
  },
  signal: never,
  ending: never,
});
const whole = bodyOf(500);
const short = bodyOf(200);
const failing = bodyOf(200, changed);
const done = answer(200, { uploaded: true, shareKey: 'sharekey', deleteKey: 'delete', uploadedAt: 5, expireDate: 9 });

describe('a chunk', () => {
  it('travels as one file part that ends with its boundary', async () => {
    const ctx = scripted([answer(200)]);
    expect(await send(remote, chunk, whole, ctx)).toEqual({ ok: true, value: {} });
    const [seen] = ctx.asked;
    expect(seen?.request).toBe('PUT /files/uploadChunk?transferkey=transferkey1&chunk=2');
    expect(seen?.headers).toBeUndefined();
    expect(seen?.body).toMatch(/^--(\S+)\r\n.*name="file"; filename="chunk"\r\n.*\r\n\r\nx{500}\r\n--\1--\r\n$/s);
  });

  it('that completes the upload gives the delete key', async () => {
    expect(await send(remote, chunk, whole, scripted([done]))).toEqual({
      ok: true,
      value: {
        remote: { ...remote, complete: true, deleteKey: 'delete', uploadedAt: 5, expireDate: 9 },
        told: { shareKey: 'sharekey', deleteKey: 'delete' },
      },
    });
  });

  it.each<[Answer, string, string]>([
    [refused(400, 'Chunk déjà uploadé'), 'retry', 'server-failed'],
    [refused(400, 'Chunk précédent non uploadé'), 'retry', 'server-failed'],
    [refused(400, 'Fichier déjà uploadé'), 'retry', 'server-failed'],
    [refused(400, 'Clé de transfert invalide'), 'restart', 'session-gone'],
    [refused(400, 'Chunk manquant'), 'fatal', 'server-refused'],
    [answer(413, '<html>Too Large'), 'attention', 'proxy-limit'],
    [answer(200, '<html>Sign in'), 'retry', 'not-this-server'],
    [answer(200, { ok: true }), 'retry', 'not-this-server'],
    [answer(403, '<html>Blocked'), 'retry', 'not-this-server'],
    [answer(403, ''), 'retry', 'not-this-server'],
    [answer(403, { message: 'Forbidden' }), 'retry', 'not-this-server'],
    [answer(404, { error: 'Not Found' }), 'retry', 'not-this-server'],
    [answer(429, ''), 'server-busy', 'server-busy'],
    [answer(502, '<html>'), 'server-busy', 'server-busy'],
    [answer(504, '<html>'), 'server-busy', 'server-busy'],
    [refused(500, 'Internal Server Error'), 'retry', 'server-failed'],
  ])('is not stored by the answer %#', async (reply, behaviour, code) => {
    expect(await send(remote, chunk, whole, scripted([reply]))).toMatchObject({
      ok: false,
      failure: { behaviour, problem: { code } },
    });
  });

  it('keeps the time that the server asked to wait', async () => {
    const busy = answer(503, '', { retryAfterMs: 4000 });
    expect(await send(remote, chunk, whole, scripted([busy]))).toMatchObject({ failure: { afterMs: 4000 } });
  });

  it('that ends early on a bare server is closed, and spoils the upload', async () => {
    const ctx = scripted([answer(200)]);
    expect(await send(remote, chunk, short, ctx)).toMatchObject({
      ok: true,
      value: { remote: { spoilt: true }, short: { behaviour: 'restart', problem: { code: 'cut-spoilt' } } },
    });
    expect(ctx.asked[0]?.body).toMatch(/x{200}\r\n--\S+--\r\n$/);
  });

  it('that ends early as the last one gives its delete key all the same', async () => {
    expect(await send(remote, chunk, short, scripted([done]))).toMatchObject({
      ok: true,
      value: { remote: { spoilt: true, complete: true, deleteKey: 'delete' }, told: { deleteKey: 'delete' } },
    });
  });

  it('whose file fails is closed on a bare server, and tells the failure', async () => {
    const ctx = scripted([answer(200)]);
    expect(await send(remote, chunk, failing, ctx)).toMatchObject({
      ok: true,
      value: { remote: { spoilt: true }, short: changed.failure },
    });
    expect(ctx.asked[0]?.body).toMatch(/x{200}\r\n--\S+--\r\n$/);
    expect(await send(remote, chunk, failing, scripted([answer(502, '<html>')]))).toEqual({
      ok: false,
      failure: changed.failure,
    });
  });

  it('whose file fails is cut behind a buffering front', async () => {
    await expect(send(buffered, chunk, failing, scripted([answer(200)]))).rejects.toBe(changed);
  });

  it('waits for its answer for 20 minutes behind a buffering proxy, as on a bare server', async () => {
    const answersAfter = 100_000;
    const http: Http = {
      send: async ({ body, stallMs = 60_000, answerMs = 0 }) => {
        if (body === undefined || 'json' in body) throw new Error('no body');
        for await (const piece of body.stream()) expect(piece).toBeDefined();
        return Math.max(stallMs, answerMs) < answersAfter
          ? fail('retry', problem('server-stalled', { server: 'peer', seconds: 60 }))
          : ok(done);
      },
    };
    for (const upload of [buffered, remote])
      expect(await send(upload, chunk, whole, { ...scripted([]), http })).toMatchObject({
        ok: true,
        value: { told: { deleteKey: 'delete' } },
      });
  });

  it('is asked for where the proxy gave up waiting, and is not sent again', async () => {
    const gaveUp = answer(504, '<html>');
    const working = refused(406, 'Not Acceptable');
    const ctx = scripted([gaveUp, working, working, refused(400, 'Chunk déjà uploadé')]);
    expect(await send(buffered, chunk, whole, ctx, 0)).toEqual({ ok: true, value: {} });
    expect(ctx.asked.map(({ body }) => body.length > 0)).toEqual([true, false, false, false]);
    const complete = scripted([gaveUp, working, refused(400, 'Fichier déjà uploadé')]);
    expect(await send(buffered, chunk, whole, complete, 0)).toMatchObject({ failure: { behaviour: 'server-busy' } });
  });

  it('is asked for no longer than 20 minutes', async () => {
    let now = 0;
    const ctx = scripted([answer(504, '<html>'), ...Array.from({ length: 3 }, () => refused(406, 'Not Acceptable'))], {
      now: () => (now += 6 * 60_000),
    });
    expect(await send(buffered, chunk, whole, ctx, 0)).toMatchObject({ failure: { problem: { code: 'server-busy' } } });
    expect(ctx.asked).toHaveLength(4);
  });

  it('is asked for no longer where the clock is set back', async () => {
    const times = [1e12, 1e12 + 1, 1e12 + 2];
    const ctx = scripted([answer(504, '<html>'), ...Array.from({ length: 9 }, () => refused(406, 'Not Acceptable'))], {
      now: () => times.shift() ?? 1e9,
    });
    expect(await send(buffered, chunk, whole, ctx, 0)).toMatchObject({ failure: { problem: { code: 'server-busy' } } });
    expect(ctx.asked).toHaveLength(3);
  });

  it.each([
    ['a refusal', answer(502, '<html>'), 1],
    ['no answer in time', answer(504, '<html>'), 0],
  ])('is said to be on its way no more by %s', async (_what, reply, times) => {
    let calls = 0;
    const gone = refused(400, 'Clé de transfert invalide');
    await send(buffered, chunk, { ...whole, refused: () => calls++ }, scripted([reply, gone]), 0);
    expect(calls).toBe(times);
  });

  it('is not sent to an upload that a short one has spoilt', async () => {
    expect(await send({ ...remote, spoilt: true }, chunk, whole, scripted([]))).toMatchObject({
      failure: { behaviour: 'restart' },
    });
  });
});
