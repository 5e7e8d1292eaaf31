/** Chunks that Cloudreve itself takes: local storage, and any that it relays. */
import { setTimeout as sleep } from 'node:timers/promises';
import { problem } from '../../../../preload/problems.ts';
import { fail, notStored, ok, type Outcome } from '../../outcome.ts';
import type { ProviderContext } from '../provider.ts';
import { call } from './call.ts';
import { bodyOf, chunkPath, type SendChunk } from './chunk-body.ts';
import { codes, completionFailed, isHeld, refusal } from './codes.ts';
import { type Said, wordsOf } from './envelope.ts';
import { unlessDone } from './upload-status.ts';
import type { CloudreveRemote } from './state.ts';
import { accessToken, renewToken } from './tokens.ts';
import { rules } from './version.ts';

type Ctx = ProviderContext<unknown>;

/** Tries for a chunk that came before the ones that it stands on, and ms between them. */
const earlyTries = 5;
const earlyPauseMs = 400;

/** ms in which a site that relays passes on what it still holds of a file: some 125 MiB, on whatever line it has. */
const relayMs = 20 * 60_000;

const patience = ({ policy }: CloudreveRemote): { readonly answerMs?: number } =>
  policy.relay === true ? { answerMs: relayMs } : {};

/**
 * The failure of a refused chunk. protocol: 40011 is said of a session that is gone and of a token that has expired, 40073
 * of a race, of a lost lock, and of a file that has just completed: asking the server tells, before a byte is sent again.
 */
const refusedChunk = (said: Said, ctx: Ctx, name: string): Outcome<never> => {
  const { name: server } = ctx.server;
  if (completionFailed(said)) return notStored(server, wordsOf(said));
  const doubtful: readonly number[] = [codes.sessionGone, codes.locked, codes.notSignedIn, codes.tokenRefused];
  return doubtful.includes(said.code)
    ? fail('retry', problem('server-failed', { server, status: said.code, words: wordsOf(said) }))
    : refusal(said, { server, name });
};

/** Tries of a chunk that no probe can speak for, and ms between them. */
const lastTries = 3;
const lastPauseMs = 300;

/**
 * The one chunk of an empty file. protocol: a probe would complete it, so that sending it is the probe, and what it is
 * answered is judged here: the token first, then a race for the lock, then the file.
 */
const sendEmpty: SendChunk = async (remote, chunk, bytes, ctx) => {
  const { name: server } = ctx.server;
  const token = await accessToken(ctx);
  if (!token.ok) return token;
  for (let attempt = 1; ; attempt++) {
    const body = await bodyOf(remote, chunk, bytes, ctx);
    if (!body.ok) return body;
    const path = chunkPath(remote, chunk.index);
    const said = await call(ctx, { method: 'POST', path, body: body.value, signal: bytes.signal });
    if (!said.ok) return said;
    const { code } = said.value;
    if (code === codes.done) return ok({});
    if (code !== codes.sessionGone && code !== codes.locked) return refusedChunk(said.value, ctx, remote.name);
    if (attempt === lastTries || (code === codes.sessionGone && attempt > 1))
      return unlessDone(remote, ctx, {}, fail('restart', problem('session-gone', { server })));
    if (code === codes.sessionGone) {
      const renewed = await renewToken(ctx, token.value);
      if (!renewed.ok) return renewed;
    } else await sleep(lastPauseMs * attempt, undefined, { signal: bytes.signal });
  }
};

/** POST /file/upload/{session}/{index}. */
export const sendOwn: SendChunk = async (remote, chunk, bytes, ctx) => {
  if (remote.size === 0) return sendEmpty(remote, chunk, bytes, ctx);
  for (let attempt = 1; ; attempt++) {
    const body = await bodyOf(remote, chunk, bytes, ctx);
    if (!body.ok) return body;
    const path = chunkPath(remote, chunk.index);
    const what = { method: 'POST', path, body: body.value, signal: bytes.signal, ...patience(remote) } as const;
    const said = await call(ctx, what);
    if (!said.ok) return said;
    if (said.value.code === codes.done) return ok({});
    // protocol: where probes do not see the lock, an upload that lost it looks alive, and can never complete.
    if (said.value.code === codes.locked && !isHeld(said.value) && !rules.chunksNeedLock(remote.version)) {
      const lost = fail('restart', problem('session-gone', { server: ctx.server.name }));
      const stands = await unlessDone(remote, ctx, {}, lost);
      if (stands.ok || stands.failure.behaviour !== 'restart' || attempt === lastTries) return stands;
      await sleep(lastPauseMs * attempt * (0.5 + Math.random()), undefined, { signal: bytes.signal });
      continue;
    }
    // protocol: without pre-allocation a chunk beyond the stored end is to be sent again later.
    const early =
      said.value.code === codes.inputOutput && chunk.index > 0 && (remote.policy.chunk_concurrency ?? 1) > 1;
    if (!early || attempt === earlyTries) return refusedChunk(said.value, ctx, remote.name);
    await sleep(earlyPauseMs * attempt * (0.5 + Math.random()), undefined, { signal: bytes.signal });
  }
};
