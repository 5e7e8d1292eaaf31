import { expect, it, vi } from 'vitest';
import { problem } from '../../../../preload/problems.ts';
import { fail } from '../../outcome.ts';
import type { ChunkBody } from '../provider.ts';
import { captured } from './fixtures/captured.ts';
import { answer, refused, remote, scripted } from './fixtures/scripted.ts';
import { readStored, send } from './send.ts';

const never = new AbortController().signal;
const chunk = { index: 2, offset: 2000, size: 500 };
const buffered = { ...remote, front: 'buffered' as const };
const bodyOf = (bytes: number, more: Partial<ChunkBody> = {}): ChunkBody => ({
  stream: async function* () {
    yield await Promise.resolve(Buffer.alloc(bytes, 'x'));
  },
  signal: never,
  ending: never,
  ...more,
});
const away = fail('retry', problem('server-stalled', { server: 'peer', seconds: 60 }));
const gaveUp = answer(504, '<html>');
const twentyMinutes = 1_200_000;

it('a chunk is waited for as long as its server needs, and closed where a cut would crash the server', async () => {
  const ctx = captured([answer(200), answer(200)]);
  await send(remote, chunk, bodyOf(500), ctx);
  await send(buffered, chunk, bodyOf(500), ctx);
  const [bare, behind] = ctx.requests;
  expect(bare).toMatchObject({ finishBody: true, stallMs: twentyMinutes, most: 1_048_576 + 3 * 250 });
  expect(behind).toMatchObject({ answerMs: twentyMinutes, most: 1_048_576 + 3 * 250 });
  expect(behind).not.toHaveProperty('finishBody');
  expect(ctx.asked[0]?.body).toContain('\r\nContent-Type: application/octet-stream\r\n');
});

it.each([remote, buffered])('a chunk says that its last byte comes next ($front)', async (upload) => {
  const ctx = captured([answer(200), answer(200)]);
  const lastByte = vi.fn();
  await send(upload, chunk, bodyOf(500, { lastByte }), ctx);
  await send(upload, chunk, bodyOf(500), ctx);
  expect(lastByte).toHaveBeenCalledOnce();
});

it('a chunk without an answer fails as it failed', async () => {
  expect(await send(buffered, chunk, bodyOf(500), scripted([away]))).toBe(away);
});

it('an error of the program is no failure of the file', async () => {
  const error = new Error('a bug');
  const failing = bodyOf(500, {
    stream: async function* () {
      yield await Promise.resolve(Buffer.alloc(200));
      throw error;
    },
  });
  await expect(send(remote, chunk, failing, scripted([answer(502, '<html>')]))).rejects.toBe(error);
});

it('a chunk that was cut short of its end is not asked for where the proxy gave up waiting', async () => {
  const refusedIt = vi.fn();
  const ctx = scripted([gaveUp]);
  expect(await send(buffered, chunk, bodyOf(200, { refused: refusedIt }), ctx)).toMatchObject({
    failure: { behaviour: 'server-busy', problem: problem('server-busy', { server: 'peer', status: 504 }) },
  });
  expect(refusedIt).toHaveBeenCalledOnce();
});

it('a success with a refusal’s words is not the server’s own', async () => {
  const odd = answer(200, { error: 'Clé de transfert invalide' });
  expect(await send(remote, chunk, bodyOf(500), scripted([odd]))).toMatchObject({
    failure: { behaviour: 'retry', problem: { code: 'not-this-server' } },
  });
});

it('a limit of the proxy is reported with the size of the chunk', async () => {
  expect(await send(remote, chunk, bodyOf(500), scripted([answer(413, '<html>')]))).toEqual(
    fail('attention', problem('proxy-limit', { server: 'peer', chunk: 500 })),
  );
});

it('an upload that a short chunk has spoilt starts over, and names its server', async () => {
  expect(await send({ ...remote, spoilt: true }, chunk, bodyOf(500), scripted([]))).toEqual(
    fail('restart', problem('cut-spoilt', { server: 'peer' })),
  );
});

it('a key is kept from an answer only where both halves of it are known', () => {
  const complete = { uploaded: true, deleteKey: 'delete' };
  const unknown = { ...remote, shareKey: '' };
  expect(readStored(answer(200, complete), unknown)).not.toHaveProperty('told');
  expect(readStored(answer(200, { ...complete, deleteKey: null }), remote)).not.toHaveProperty('told');
  expect(readStored(answer(200, complete), remote)?.told).toEqual({ shareKey: 'sharekey', deleteKey: 'delete' });
});

it('asking for a chunk that the proxy did not wait for ends when the chunk is cut', async () => {
  const cut = new AbortController();
  const ctx = scripted((request, index) => {
    if (index === 0) cut.abort();
    return index === 0 ? gaveUp : refused(406, request);
  });
  await expect(send(buffered, chunk, bodyOf(500, { signal: cut.signal }), ctx, 0)).rejects.toThrow('aborted');
  expect(ctx.asked).toHaveLength(1);
});

it('asking for a chunk that the proxy did not wait for fails as the question fails', async () => {
  expect(await send(buffered, chunk, bodyOf(500), scripted([gaveUp, away]), 0)).toBe(away);
  const complete = scripted([gaveUp, refused(400, 'Fichier déjà uploadé')]);
  expect(await send(buffered, chunk, bodyOf(500), complete, 0)).toMatchObject({
    failure: { problem: problem('server-busy', { server: 'peer', status: 504 }) },
  });
});
