/**
 * What the server has, after any break: probe, look at the file, renew the token once, look again; else the session is
 * freed and the file starts anew.
 */
import { problem } from '../../../../preload/problems.ts';
import { fail, ok, type Outcome } from '../../outcome.ts';
import type { Progress, ProviderContext, Resumed } from '../provider.ts';
import { serverNow } from '../server-clock.ts';
import { codes, refusal } from './codes.ts';
import { seesNone, tellSite } from './complete.ts';
import { keyOf } from './crypt.ts';
import { contentBegun, isOfSession } from './origin.ts';
import { storeOf } from './policy.ts';
import { askFile } from './remote-file.ts';
import { askStored } from './send-onedrive.ts';
import { askNode, nodeLost } from './send-remote.ts';
import type { CloudreveRemote, CloudreveSettings } from './state.ts';
import { lifeOf } from './upload-status.ts';
import { rules } from './version.ts';

type Ctx = ProviderContext<CloudreveSettings>;
type Found = Outcome<Resumed<CloudreveRemote, CloudreveSettings>>;

const unacknowledged = (progress: Progress, below: number): readonly number[] =>
  Array.from({ length: below }, (_, index) => index).filter((index) => !progress.acknowledged(index));

const gone = (remote: CloudreveRemote, ctx: Ctx): Outcome<never> => {
  const { name: server } = ctx.server;
  if (serverNow(ctx) < remote.expires) return fail('restart', problem('session-gone', { server }));
  const hours = Math.max(1, Math.round((remote.expires - remote.created) / 3_600_000));
  return fail('restart', problem('deadline-passed', { hours, server }));
};

/**
 * OneDrive forgets an upload that is whole, and one that is over. Where only answers are missing it may be whole: the
 * site, which then looks for the file there, tells.
 */
const letGo = async (
  remote: CloudreveRemote,
  progress: Progress,
  ctx: Ctx,
): Promise<Outcome<readonly number[] | undefined>> => {
  const missing = unacknowledged(progress, progress.count);
  if (missing.length === 0) return ok([]);
  if (!missing.every((index) => progress.inFlight.some((chunk) => chunk.index === index && chunk.begun)))
    return ok(undefined);
  const told = await tellSite(remote, ctx);
  if (told.ok) return ok(missing);
  return seesNone(told.failure) ? ok(undefined) : told;
};

/** What a store that can be asked has; `undefined` where it no longer knows the upload. */
const storedAt = async (
  remote: CloudreveRemote,
  progress: Progress,
  ctx: Ctx,
): Promise<Outcome<readonly number[] | undefined>> => {
  const store = storeOf(remote.policy);
  if (store === 'remote' && remote.size > 0) {
    const said = await askNode(remote, 0, ctx);
    if (!said.ok) return said;
    if (said.value.code === codes.lengthWrong) return ok([]);
    return nodeLost(said.value) ? ok(undefined) : refusal(said.value, { server: ctx.server.name, name: remote.name });
  }
  if (store === 'onedrive') {
    const bytes = await askStored(remote, ctx);
    if (!bytes.ok) return bytes.failure.behaviour === 'restart' ? letGo(remote, progress, ctx) : bytes;
    const whole = bytes.value >= remote.size ? progress.count : Math.floor(bytes.value / remote.chunkSize);
    const missing = Array.from({ length: progress.count - whole }, (_, n) => whole + n);
    return ok(missing.some(progress.acknowledged) ? undefined : unacknowledged(progress, whole));
  }
  return ok([]);
};

/**
 * Whether what is left to send would spoil what is there. protocol: below 4.7 the first chunk sent again truncates the
 * file; below 4.18 it completes with holes as soon as the last index has arrived.
 */
const spoilt = (remote: CloudreveRemote, progress: Progress): boolean => {
  const some = unacknowledged(progress, progress.count).length < progress.count;
  if (storeOf(remote.policy) !== 'own' || !some) return false;
  if (!rules.firstChunkAgainHarmless(remote.version) && !progress.acknowledged(0)) return true;
  const last = progress.count - 1;
  return (
    !rules.waitsForAllChunks(remote.version) && progress.acknowledged(last) && unacknowledged(progress, last).length > 0
  );
};

/**
 * Whether a file that is done is of this upload, and not of another one that had its name since. What was sent to the last
 * chunk counts as its own; where the record knows of less (it may be a backup's), the time of the content tells.
 */
const isOwn = async (remote: CloudreveRemote, progress: Progress, ctx: Ctx): Promise<Outcome<boolean>> => {
  if (remote.size === 0) return ok(true);
  const begun = new Set(progress.inFlight.filter((chunk) => chunk.begun).map(({ index }) => index));
  if (unacknowledged(progress, progress.count).every((index) => begun.has(index))) return ok(true);
  const file = await askFile(remote.uri, ctx, true);
  if (!file.ok) return file;
  return ok(file.value !== undefined && isOfSession(contentBegun(file.value), remote));
};

/** See `Provider.resume`. protocol: no call tells which chunks are there: what was acknowledged stands in our own record. */
export const resume = async (remote: CloudreveRemote, progress: Progress, ctx: Ctx): Promise<Found> => {
  const life = await lifeOf(remote, ctx);
  if (!life.ok) return life;
  if (life.value === 'done') {
    const own = await isOwn(remote, progress, ctx);
    if (!own.ok) return own;
    if (!own.value) return gone(remote, ctx);
    return ok({
      remote: { ...remote, completed: true },
      stored: unacknowledged(progress, progress.count),
      notices: [],
    });
  }
  if (life.value !== 'alive' || serverNow(ctx) >= remote.expires) return gone(remote, ctx);
  if (spoilt(remote, progress)) return gone(remote, ctx);
  if (remote.iv !== undefined) {
    const key = await keyOf(remote, ctx);
    if (!key.ok) return key;
    if (key.value === undefined) return fail('restart', problem('upload-key-lost', { server: ctx.server.name }));
  }
  const stored = await storedAt(remote, progress, ctx);
  if (!stored.ok) return stored;
  return stored.value === undefined ? gone(remote, ctx) : ok({ remote, stored: stored.value, notices: [] });
};
