/** A name that is taken: whose it is, and what becomes of the upload. */
import { problem } from '../../../../preload/problems.ts';
import { fail, failed, ok, type Outcome } from '../../outcome.ts';
import type { Conflict } from '../account.ts';
import type { Job, ProviderContext } from '../provider.ts';
import { toServer } from '../server-clock.ts';
import { timeOf } from './clock.ts';
import { ofFile } from './codes.ts';
import { freeSession } from './free.ts';
import { numbered } from './name.ts';
import { chosen, pathFor } from './options.ts';
import { uriOf } from './uri.ts';
import { askFile, createdAt, isFolder, isHollow, type RemoteFile, sessionOf } from './remote-file.ts';

type Ctx = ProviderContext<unknown>;

/** What to do next. */
export type Claim =
  | { readonly next: 'again' }
  | { readonly next: 'over'; readonly previous?: string; readonly hollow: boolean; readonly fileCreated?: number }
  | { readonly next: 'other-name' };

/** ms around the time of a create whose answer was lost in which the server must have made what it made. */
const slackMs = 15_000;
const longestMs = 10 * 60_000;

/**
 * Whether a running upload is the one whose create answer was lost. protocol: known by the declared size and the time,
 * since it may as well be another client's.
 */
const isLostCreate = (file: RemoteFile, job: Job, ctx: Ctx): boolean => {
  if (!job.createInDoubt || sessionOf(file) === undefined || job.createTriedAt === undefined) return false;
  const tried = toServer(ctx, job.createTriedAt);
  return (file.extended_info?.entities ?? []).some(({ size, created_at: at }) => {
    const made = timeOf(at);
    return size === job.size && made !== undefined && made >= tried - slackMs && made <= tried + longestMs;
  });
};

/** Whether a placeholder holds as much room as this upload would: then it is likely an earlier session of its own. */
const isLikelyOurs = (file: RemoteFile, job: Job): boolean =>
  (file.extended_info?.entities ?? []).some(({ size }) => size === job.size);

/**
 * Whether a name belongs to another upload of ours. The queue gives each a name of its own; a server whose database compares
 * names more loosely answers for the other one, by its name.
 */
const isOurOther = (file: RemoteFile, job: Job): boolean => job.ownAt?.(file.name) === 'upload';

/** By the person's wish, where the name belongs to somebody. */
const byWish = (conflict: Conflict, file: RemoteFile, server: string): Outcome<Claim> => {
  const { name } = file;
  if (conflict === 'rename') return ok({ next: 'other-name' });
  if (conflict === 'skip') return fail('left-out', problem('name-skipped', { server, name }));
  if (conflict === 'ask' || isFolder(file)) return fail('attention', problem('name-exists', { server, name }));
  const previous = file.primary_entity;
  return ok({
    next: 'over',
    hollow: false,
    ...(previous === undefined || previous === null || previous === '' ? {} : { previous }),
    ...withCreated(file),
  });
};

const withCreated = (file: RemoteFile): { readonly fileCreated?: number } => {
  const at = createdAt(file);
  return at === undefined ? {} : { fileCreated: at };
};

/** What holds the name; `undefined` where it is free by now: an upload of our own whose answer was lost is freed. */
const holderOf = async (uri: string, job: Job, ctx: Ctx): Promise<Outcome<RemoteFile | undefined>> => {
  const asked = await askFile(uri, ctx, true);
  if (!asked.ok || asked.value === undefined) return asked;
  const session = sessionOf(asked.value);
  if (session === undefined || !isLostCreate(asked.value, job, ctx)) return asked;
  const freed = await freeSession(uri, session, ctx);
  return freed.ok ? ok(undefined) : freed;
};

/** Names that are looked at for what a lost create made: its own, and those it may have tried after that one. */
const namesMost = 20;

/**
 * See `Provider.freeDoubt`. protocol: abandoned placeholders are never swept, and keep their room and their name.
 */
export const freeDoubt = async (job: Job, ctx: Ctx): Promise<Outcome<void>> => {
  const read = chosen(job.options.extra);
  if ('refused' in read) return ok(undefined);
  const { to, conflict } = read.value;
  for (let n = 0; n < namesMost; n++) {
    const uri = uriOf(pathFor(to, job.folder, n === 0 ? job.name : numbered(job.name, n)));
    const holder = await holderOf(uri, job, ctx);
    if (!holder.ok) return holder;
    if (holder.value === undefined || conflict !== 'rename') break;
  }
  return ok(undefined);
};

/**
 * After 40004. What holds the name without content (a dead upload's placeholder, a ghost) is taken over, which a live one
 * refuses; an upload of our own whose answer was lost is freed.
 */
export const afterTaken = async (
  uri: string,
  job: Job,
  conflict: Conflict,
  nothing: string | undefined,
  ctx: Ctx,
): Promise<Outcome<Claim>> => {
  const holder = await holderOf(uri, job, ctx);
  if (!holder.ok) return holder;
  const file = holder.value;
  if (file === undefined) return ok({ next: 'again' });
  if (isOurOther(file, job)) return ok({ next: 'other-name' });
  if (isHollow(file, nothing)) return ok({ next: 'over', hollow: true, ...withCreated(file) });
  return byWish(conflict, file, ctx.server.name);
};

/** After 40073 on taking a name over: an upload is running there. */
export const afterHeld = async (uri: string, job: Job, conflict: Conflict, ctx: Ctx): Promise<Outcome<Claim>> => {
  const { name: server } = ctx.server;
  const holder = await holderOf(uri, job, ctx);
  if (!holder.ok) return holder;
  const file = holder.value;
  if (file === undefined) return ok({ next: 'again' });
  const { name } = file;
  if (conflict === 'rename' || isOurOther(file, job)) return ok({ next: 'other-name' });
  // protocol: it ends by becoming a file, by being cancelled, or with its session, and this upload looks again. Our own abandoned
  // one is cleaned up soon.
  if (conflict === 'skip' || job.ownAt?.(name) === 'leftover' || isLikelyOurs(file, job))
    return failed({ behaviour: 'retry', problem: problem('name-busy', { server, name }), ...ofFile });
  // Another's upload is a question for the person.
  return fail('attention', problem('lock-held', { server, name }));
};
