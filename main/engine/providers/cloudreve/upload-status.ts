/** How an upload is doing on the server: whether its session lives, and whether its file is done. */
import { setTimeout as sleep } from 'node:timers/promises';
import { problem } from '../../../../preload/problems.ts';
import { fail, notStored, ok, type Outcome } from '../../outcome.ts';
import type { ProviderContext } from '../provider.ts';
import { call } from './call.ts';
import { chunkPath } from './chunk-body.ts';
import { codes, isHeld, refusal } from './codes.ts';
import { storeOf } from './policy.ts';
import { askFile, isFolder, type RemoteFile, sessionOf } from './remote-file.ts';
import { nothingOf } from './site.ts';
import type { CloudreveRemote } from './state.ts';
import { accessToken, renewToken } from './tokens.ts';

type Ctx = ProviderContext<unknown>;

/**
 * How an upload stands by its file. `under-way`: its session is in the metadata. `done`: protocol: the size is right, no
 * session is left, and the content is neither nothing nor what was there before. `gone`: anything else.
 */
export const standing = (
  file: RemoteFile | undefined,
  remote: CloudreveRemote,
  nothing = remote.nothing,
): 'under-way' | 'done' | 'gone' => {
  if (file === undefined || isFolder(file)) return 'gone';
  const session = sessionOf(file);
  if (session === remote.session) return 'under-way';
  if (session !== undefined || file.size !== remote.size) return 'gone';
  const { primary_entity: content } = file;
  if (content === undefined || content === null || content === '') return 'gone';
  return content === nothing || content === remote.previous ? 'gone' : 'done';
};

/** How an upload stands by its file. Fails as `call` does. */
export const standingOf = async (remote: CloudreveRemote, ctx: Ctx): Promise<Outcome<ReturnType<typeof standing>>> => {
  const file = await askFile(remote.uri, ctx);
  return file.ok ? ok(standing(file.value, remote)) : file;
};

/** For a chunk or a completion that was refused: `value` where the file is done all the same, else the failure. */
export const unlessDone = async <T>(
  remote: CloudreveRemote,
  ctx: Ctx,
  value: T,
  failure: Outcome<never>,
): Promise<Outcome<T>> => {
  const stands = await standingOf(remote, ctx);
  if (!stands.ok) return stands;
  return stands.value === 'done' ? ok(value) : failure;
};

/** `unlocked`: the lock of the upload is not there: just completed, a race, or lost with a restart. */
type Life = 'alive' | 'gone' | 'unlocked';

/**
 * An empty POST to the first chunk. protocol: a living session answers 40013, one whose bytes go elsewhere 40006; never on
 * a file of zero bytes, which it would complete. Fails as `call` does.
 *
 * @throws a RangeError for an upload of zero bytes
 */
export const probe = async (remote: CloudreveRemote, ctx: Ctx): Promise<Outcome<Life>> => {
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
const triesMost = 3;
const probePauseMs = 300;

/** Probes again for as long as the missing lock may be a race. */
export const probePatiently = async (remote: CloudreveRemote, ctx: Ctx): Promise<Outcome<Life>> => {
  let life = await probe(remote, ctx);
  for (let n = 1; n < triesMost && life.ok && life.value === 'unlocked'; n++) {
    await sleep(probePauseMs * n * (0.5 + Math.random()), undefined, { signal: ctx.signal });
    life = await probe(remote, ctx);
  }
  return life;
};

/** Whether the session lives; its file first, where the probe leaves a doubt. */
export const lifeOf = async (remote: CloudreveRemote, ctx: Ctx): Promise<Outcome<Life | 'done'>> => {
  const token = await accessToken(ctx);
  if (!token.ok) return token;
  // protocol: a probe would complete a file of zero bytes; the file tells as much.
  const life: Outcome<Life> = remote.size === 0 ? ok('gone') : await probe(remote, ctx);
  if (!life.ok || life.value === 'alive') return life;
  const stands = await standingOf(remote, ctx);
  if (!stands.ok) return stands;
  if (stands.value !== 'under-way') return ok(stands.value);
  if (remote.size === 0) return ok('alive');
  if (life.value === 'gone') {
    // protocol: 40011 is also what an expired token gets, and its file stands there as before.
    const renewed = await renewToken(ctx, token.value);
    if (!renewed.ok) return renewed;
  }
  const again = await probePatiently(remote, ctx);
  if (!again.ok || again.value === 'alive') return again;
  const last = await standingOf(remote, ctx);
  if (!last.ok) return last;
  return ok(last.value === 'done' ? 'done' : again.value);
};

/** Stores that tell the site themselves, a moment after they answered. */
const tellLater = new Set(['oss', 'obs', 'qiniu', 'upyun']);
/** Whether a file may be whole later than the answer. protocol: a site that relays passes on what a lost connection brought. */
const isLater = ({ policy }: CloudreveRemote): boolean => policy.relay === true || tellLater.has(storeOf(policy) ?? '');
const looksMost = 6;
const lookPauseMs = 400;

/**
 * The file that an upload has become. protocol: a chunk can answer 0 without the file completing; the last one again never
 * helps. Fails with `restart` verify-length, not-completed, session-gone.
 */
export const settled = async (remote: CloudreveRemote, ctx: Ctx): Promise<Outcome<RemoteFile>> => {
  const { name: server } = ctx.server;
  const nothing = await nothingOf(remote.nothing, ctx);
  if (!nothing.ok) return nothing;
  const looks = isLater(remote) ? looksMost : 1;
  for (let n = 1; ; n++) {
    const file = await askFile(remote.uri, ctx);
    if (!file.ok) return file;
    const stands = standing(file.value, remote, nothing.value);
    if (stands === 'done' && file.value !== undefined) return ok(file.value);
    if (stands === 'under-way' && n < looks) {
      await sleep(lookPauseMs * n, undefined, { signal: ctx.signal });
      continue;
    }
    if (stands === 'under-way') {
      return notStored(server, tellLater.has(storeOf(remote.policy) ?? '') ? 'store-silent' : undefined);
    }
    const other =
      file.value !== undefined && file.value.size !== remote.size && file.value.primary_entity !== remote.previous;
    return other
      ? fail('restart', problem('verify-length', { server, stored: file.value.size, size: remote.size }))
      : fail('restart', problem('session-gone', { server }));
  }
};
