/** POST /files: a file under a name that is free, or that is chosen as the user wished. */
import { type Problem, problem } from '../../../../preload/problems.ts';
import type { Answer } from '../../http/http.ts';
import { fail, failed, ok, type Outcome } from '../../outcome.ts';
import type { Job, Opened, Opening, ProviderContext } from '../provider.ts';
import { dataOf, isAbout, refusal } from './answers.ts';
import { call } from './call.ts';
import { conflictIn } from './fields.ts';
import { removeFile, removeOwn, uploadsOf } from './file-call.ts';
import { look } from './look.ts';
import { checksumFor, lostCreate } from './lost-create.ts';
import { numbered } from './name.ts';
import { type Plan, planOf } from './plan.ts';
import { datetimeOf, fileSchema, type RemoteFile, timeOf } from './remote-file.ts';
import { serverNow } from '../server-clock.ts';
import { type FilesNestRemote, type FilesNestSettings, keptRemote } from './state.ts';

type Ctx = ProviderContext<FilesNestSettings>;

/** ms that what the server said of itself is trusted without asking again. */
const freshMs = 60_000;

const current = async (
  ctx: Ctx,
): Promise<Outcome<{ readonly settings: FilesNestSettings; readonly asked: boolean }>> => {
  const { server, http } = ctx;
  const age = ctx.now() - server.settings.checkedAt;
  if (age >= 0 && age < freshMs) return ok({ settings: server.settings, asked: false });
  const seen = await look(server, http);
  return seen.ok ? ok({ settings: { ...server.settings, ...seen.value, checkedAt: ctx.now() }, asked: true }) : seen;
};

const create = (name: string, job: Job, { count }: Plan, ctx: Ctx): Promise<Outcome<Answer>> => {
  const checksum = checksumFor(job, ctx.server.settings);
  return call(ctx, {
    method: 'POST',
    path: '/files?include=uploads',
    body: {
      json: {
        name,
        create_datetime: datetimeOf(job.modifiedAt),
        ...(checksum === undefined ? {} : { checksum }),
        chunks_count: count,
      },
    },
  });
};

/** What is remembered of a file that was made, or taken over. */
const begun = async (
  file: RemoteFile,
  name: string,
  job: Job,
  plan: Plan,
  ctx: Ctx,
): Promise<Outcome<FilesNestRemote>> => {
  const checksum = checksumFor(job, ctx.server.settings);
  // Where they cannot be read now, a resume does: the file is known, and must not be made twice.
  const uploads = await uploadsOf(file, plan.count, ctx);
  if (uploads.ok && uploads.value === undefined) {
    const freed = await removeFile(file.id, ctx);
    if (!freed.ok) return freed;
    const { name: server } = ctx.server;
    return fail('attention', problem('not-this-server', { server, got: 'chunks-not-file' }));
  }
  return ok({
    id: file.id,
    name: file.name ?? name,
    created: timeOf(file.created_at) ?? serverNow(ctx),
    ...(file.created_at === undefined ? {} : { createdAt: file.created_at }),
    ...plan,
    uploads: uploads.ok ? (uploads.value ?? []).map(({ id }) => id) : [],
    checksumFirst: checksum !== undefined,
    ...(checksum === undefined ? {} : { checksum }),
  });
};

/** The highest number that is tried behind a name, and creates of one opening. */
const numbersMost = 100_000;
const createsMost = 100;

/** Frees the name of this upload's own earlier session, which may still hold it. */
const freeEarlier = async (name: string, { earlier }: Job, ctx: Ctx): Promise<Outcome<boolean>> => {
  const read = keptRemote.schema.safeParse(earlier);
  if (!read.success || read.data.name !== name) return ok(false);
  const freed = await removeOwn(read.data, ctx);
  return freed.ok ? ok(true) : freed;
};

type Made = { readonly file: RemoteFile; readonly name: string };

const taken = (name: string, job: Job, server: string): Outcome<'other-name'> => {
  const holder = job.ownAt?.(name);
  if (holder === 'upload') return ok('other-name');
  // It is cleaned up soon.
  if (holder === 'leftover')
    return failed({
      behaviour: 'retry',
      problem: problem('name-busy', { server, name }),
      scope: 'transfer',
      nothingMade: true,
    });
  const conflict = conflictIn(job.options);
  if (conflict === 'rename') return ok('other-name');
  return conflict === 'skip'
    ? fail('left-out', problem('name-skipped', { server, name }))
    : fail('attention', problem('name-taken', { server, name }), { scope: 'transfer' });
};

const make = async (job: Job, plan: Plan, ctx: Ctx): Promise<Outcome<Made>> => {
  const { name: server } = ctx.server;
  let name = job.name;
  let freed = false;
  let number = 1;
  for (let creates = 0; creates < createsMost; creates++) {
    const answer = await create(name, job, plan, ctx);
    if (!answer.ok) return answer;
    if (answer.value.status === 201 || answer.value.status === 200) {
      const file = dataOf(answer.value, fileSchema, server);
      return file.ok ? ok({ file: file.value, name }) : file;
    }
    if (isAbout(answer.value, 'checksum') && checksumFor(job, ctx.server.settings) === undefined)
      return fail('attention', problem('checksum-first', { server }), { scope: 'server' });
    if (!isAbout(answer.value, 'name')) return refusal(answer.value, { server });
    const lost = await lostCreate(name, job, plan, ctx);
    if (!lost.ok) return lost;
    if (lost.value !== undefined) return ok({ file: lost.value, name });
    if (!freed) {
      const earlier = await freeEarlier(name, job, ctx);
      if (!earlier.ok) return earlier;
      freed = true;
      if (earlier.value) continue;
    }
    const next = taken(name, job, server);
    if (!next.ok) return next;
    do name = numbered(job.name, ++number);
    while (job.ownAt?.(name) !== undefined && number < numbersMost);
  }
  return fail('attention', problem('name-taken', { server, name: job.name }), { scope: 'transfer' });
};

/** See `Provider.open`. protocol: not idempotent: after a lost answer the name is taken, by the file that it made. */
export const open = async ({
  job,
  context,
}: Opening<FilesNestSettings>): Promise<Outcome<Opened<FilesNestRemote, FilesNestSettings>>> => {
  const { name: server } = context.server;
  const seen = await current(context);
  if (!seen.ok) return seen;
  const { settings, asked } = seen.value;
  const ctx: Ctx = { ...context, server: { ...context.server, settings } };
  const plan = planOf(job, settings, server);
  if ('refused' in plan) return fail('fatal', plan.refused);
  if (settings.api === 'seed' && job.hashes?.sha256 === undefined)
    return fail('attention', problem('checksum-first', { server }), { scope: 'server' });
  const made = await make(job, plan, ctx);
  if (!made.ok) return made;
  const { file, name } = made.value;
  const remote = await begun(file, name, job, plan, ctx);
  if (!remote.ok) return remote;
  const stored = remote.value.name;
  const notices: Problem[] =
    stored === job.name ? [] : [problem('name-numbered', { server, name: job.name, used: stored })];
  return ok({
    remote: remote.value,
    ...(stored === job.name ? {} : { name: stored }),
    notices,
    ...(asked ? { settings } : {}),
  });
};
