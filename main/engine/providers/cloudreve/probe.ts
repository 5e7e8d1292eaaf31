/** Is a session still alive? Asked without a byte of the file. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ok, type Outcome } from '../../outcome.ts';
import type { ProviderContext } from '../provider.ts';
import { call } from './call.ts';
import { codes, isHeld, refusal } from './codes.ts';
import { chunkPath } from './send-own.ts';
import type { CloudreveRemote } from './state.ts';

/** `unlocked`: the lock of the upload is not there: just completed, a race, or lost with a restart. */
export type Life = 'alive' | 'gone' | 'unlocked';

/**
 * An empty POST to the first chunk. protocol: a living session answers 40013, one whose bytes go elsewhere 40006; never on
 * a file of zero bytes, which it would complete. Fails as `call` does.
 *
 * @throws a RangeError for an upload of zero bytes
 */
export const probe = async (remote: CloudreveRemote, ctx: ProviderContext<unknown>): Promise<Outcome<Life>> => {
  if (remote.size === 0) throw new RangeError('a probe would complete an empty file');
  const said = await call(ctx, { method: 'POST', path: chunkPath(remote, 0) });
  if (!said.ok) return said;
  const { code } = said.value;
  if (code === codes.lengthWrong || code === codes.notRelayed) return ok('alive');
  if (code === codes.sessionGone || code === codes.pathMissing) return ok('gone');
  if (code === codes.locked && !isHeld(said.value)) return ok('unlocked');
  return refusal(said.value, { server: ctx.server.name, name: remote.name });
};

/** Tries after which a lock counts as lost for good, and ms between them. */
const tries = 3;
const pauseMs = 300;

/** Probes again for as long as the missing lock may be a race. */
export const probePatiently = async (
  remote: CloudreveRemote,
  ctx: ProviderContext<unknown>,
): Promise<Outcome<Life>> => {
  let life = await probe(remote, ctx);
  for (let n = 1; n < tries && life.ok && life.value === 'unlocked'; n++) {
    await sleep(pauseMs * n * (0.5 + Math.random()), undefined, { signal: ctx.signal });
    life = await probe(remote, ctx);
  }
  return life;
};
