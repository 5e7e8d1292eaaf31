/** What a create made whose answer was lost: it is taken over only where it is certainly of this upload. */
import { ok, type Outcome } from '../../outcome.ts';
import type { Job, Opening, ProviderContext } from '../provider.ts';
import { toServer } from '../server-clock.ts';
import { conflictIn } from './fields.ts';
import { findByName, removeFile, uploadsOf } from './file-call.ts';
import { numbered } from './name.ts';
import { type Plan, planOf } from './plan.ts';
import { datetimeOf, isCompleted, type RemoteFile, timeOf } from './remote-file.ts';
import type { FilesNestSettings } from './state.ts';

type Ctx = ProviderContext<FilesNestSettings>;

/** ms by which a time in whole seconds and a clock that is known by whole seconds may differ. */
const slackMs = 2_000;

/** The checksum that goes with a create. */
export const checksumFor = (job: Job, { api }: FilesNestSettings): string | undefined =>
  api === 'seed' ? job.hashes?.sha256 : undefined;

/**
 * The file that an earlier create of this upload made; `undefined`: there is none that is certainly its own. protocol: another client's
 * may have the name, and is left alone.
 */
export const lostCreate = async (
  name: string,
  job: Job,
  plan: Plan,
  ctx: Ctx,
): Promise<Outcome<RemoteFile | undefined>> => {
  if (!job.createInDoubt || job.createTriedAt === undefined) return ok(undefined);
  const found = await findByName(name, ctx);
  if (!found.ok || found.value === undefined) return found;
  const file = found.value;
  const made = timeOf(file.created_at);
  const isLikely =
    file.status_name === 'in_progress' &&
    file.create_datetime === datetimeOf(job.modifiedAt) &&
    file.checksum === checksumFor(job, ctx.server.settings) &&
    made !== undefined &&
    made >= toServer(ctx, job.createTriedAt) - slackMs;
  if (!isLikely) return ok(undefined);
  const uploads = await uploadsOf(file, plan.count, ctx);
  if (!uploads.ok) return uploads;
  if (uploads.value === undefined || uploads.value.some(isCompleted)) return ok(undefined);
  return ok({ ...file, uploads: [...uploads.value] });
};

/** Names that are looked at: its own, and those it may have tried after that one. */
const namesMost = 20;

/** See `Provider.freeDoubt`. */
export const freeDoubt = async ({ job, context: ctx }: Opening<FilesNestSettings>): Promise<Outcome<void>> => {
  const plan = planOf(job, ctx.server.settings, ctx.server.name);
  if ('refused' in plan) return ok(undefined);
  const tries = conflictIn(job.options) === 'rename' ? namesMost : 1;
  for (let n = 1; n <= tries; n++) {
    const found = await lostCreate(n === 1 ? job.name : numbered(job.name, n), job, plan, ctx);
    if (!found.ok) return found;
    if (found.value !== undefined) return removeFile(found.value.id, ctx);
  }
  return ok(undefined);
};
