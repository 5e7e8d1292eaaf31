/** A name that is locked though no file is there: whose lock it is, and what becomes of the upload. */
import { z } from 'zod';
import { problem } from '../../../../preload/problems.ts';
import { fail, ok, type Outcome } from '../../outcome.ts';
import type { ProviderContext } from '../provider.ts';
import { revealed } from '../bounds.ts';
import { call } from './call.ts';
import { serverNow } from '../server-clock.ts';
import { codes } from './codes.ts';
import type { Said } from './envelope.ts';
import { type CloudreveRemote, remoteSchema } from './state.ts';

type Ctx = ProviderContext<unknown>;

const locksSchema = z.array(z.looseObject({ path: z.string(), token: revealed() }));

/** The token of the lock on just this address, where that is the only lock in the way. */
const tokenOf = (said: Said, uri: string): string | undefined => {
  const [lock, ...others] = locksSchema.safeParse(said.data).data ?? [];
  return lock?.path === uri && others.length === 0 ? lock.token : undefined;
};

/** The last abandoned session of an upload, where it was for this address and may still hold its lock. */
const lastOf = (earlier: unknown, uri: string, ctx: Ctx): CloudreveRemote | undefined => {
  const read = remoteSchema.safeParse(earlier);
  return read.success && read.data.uri === uri && serverNow(ctx) < read.data.expires ? read.data : undefined;
};

/**
 * Frees the lock that an own session left. protocol: an administrator who deletes an unfinished file leaves its lock, which
 * the answer 40073 shows with its token; cancelling that session then answers 40016, and any client that knows the token may
 * free the lock. Any other lock is somebody else's.
 *
 * @param said the answer 40073 to a create at `uri`
 * @param earlier see `Job.earlier`
 * @returns nothing where the name is free now. Fails with `attention` lock-held where the lock is not ours, and as `call`
 */
export const freeOwnLock = async (
  said: Said,
  uri: string,
  name: string,
  earlier: unknown,
  ctx: Ctx,
): Promise<Outcome<void>> => {
  const token = tokenOf(said, uri);
  const last = lastOf(earlier, uri, ctx);
  const held = fail('attention', problem('lock-held', { server: ctx.server.name, name }));
  if (token === undefined || last === undefined) return held;
  const cancelled = await call(ctx, { method: 'DELETE', path: '/file/upload', json: { id: last.session, uri } });
  if (!cancelled.ok) return cancelled;
  if (cancelled.value.code !== codes.pathMissing) return held;
  const freed = await call(ctx, { method: 'DELETE', path: '/file/lock', json: { tokens: [token] } });
  if (!freed.ok) return freed;
  // A lock that was released in between is refused as a parameter; the next create shows it.
  return freed.value.code === codes.done || freed.value.code === codes.parameter ? ok(undefined) : held;
};
