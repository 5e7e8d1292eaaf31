/** A chunk whose answer the proxy did not wait for: the server may still be storing it, and is asked until it has. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from '../../http/http.ts';
import { type Outcome, ok } from '../../outcome.ts';
import type { Chunk, ProviderContext, Sent } from '../provider.ts';
import { refusal } from './answers.ts';
import { probe } from './probe.ts';
import { answerMs, type StendRemote, type StendSettings } from './state.ts';

/** Statuses by which proxies say that they passed the request on and got no answer in time. */
const noAnswerInTime: ReadonlySet<number> = new Set([504, 524]);

/** Whether a proxy answered that it passed the request on and got no answer in time. */
export const gaveUpWaiting = (answer: Answer): boolean => noAnswerInTime.has(answer.status);

/** ms between two questions. */
export const askEveryMs = 2_000;

/**
 * Asks for up to 20 minutes. A value: the chunk is stored. Fails as the proxy's answer says where the upload is complete
 * (its delete key went with the answer that the proxy dropped, which `resume` reports) or the time is over, and as
 * `probe` does. Rejects when `signal` is aborted.
 */
export const untilStored = async (
  remote: StendRemote,
  chunk: Chunk,
  { answer, signal }: { readonly answer: Answer; readonly signal: AbortSignal },
  ctx: ProviderContext<StendSettings>,
  everyMs: number,
): Promise<Outcome<Sent<StendRemote>>> => {
  const since = ctx.now();
  // Either way round: a clock that is set back must not make this ask for longer.
  while (Math.abs(ctx.now() - since) < answerMs) {
    await sleep(everyMs, undefined, { signal });
    const standing = await probe(ctx, remote.transferKey, chunk.index);
    if (!standing.ok) return standing;
    if (standing.value === 'stored') return ok({});
    if (standing.value !== 'wanted') break;
  }
  return refusal(answer, { server: ctx.server.name, chunk: chunk.size });
};
