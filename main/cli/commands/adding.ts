/** Queues paths; what `add` and `upload` have in common. */
import { resolve } from 'node:path';
import type { CallInput, CallOutput } from '../../../preload/contract.ts';
import { bytes } from '../../../preload/format.ts';
import { isPattern, patternLongest } from '../../../preload/patterns.ts';
import { m } from '../../../preload/paraglide/messages.js';
import { exits, UsageError } from '../exits.ts';
import { fieldValues } from '../fields.ts';
import { parseSeconds, parseWhole } from '../quantities.ts';
import { tellNotice, tellRefused, withSession, type Common, type Host, type Session } from '../session.ts';
import { lookThrough } from '../looking.ts';
import { serverPart } from '../targets.ts';
import { countBefore, tellBefore } from '../uploaded-before.ts';

export type AddOptions = Common & {
  readonly server?: string;
  readonly expire?: string;
  readonly key?: string;
  readonly group?: boolean;
  readonly priority?: string;
  readonly paused?: boolean;
  /** Uploads what was uploaded before, too. */
  readonly again?: boolean;
  readonly followLinks?: boolean;
  readonly exclude?: readonly string[];
  readonly include?: readonly string[];
  /** False by `--no-default-excludes`. */
  readonly defaultExcludes?: boolean;
  readonly set?: readonly string[];
};

type Added = CallOutput<'transfers.add'>;

/** Reads what can be judged without anybody: throws `UsageError`. */
export const readAddOptions = (
  paths: readonly string[],
  options: AddOptions,
): {
  readonly expirySeconds?: number;
  readonly priority?: number;
} => {
  for (const pattern of [...(options.exclude ?? []), ...(options.include ?? [])])
    if (!isPattern(pattern)) throw new UsageError(m.usage_pattern({ pattern, longest: patternLongest }));
  if (paths.some((path) => path === '')) throw new UsageError(m.usage_path_empty());
  if (options.key !== undefined && paths.length > 1 && options.group !== true)
    throw new UsageError(m.usage_key_one_file());
  return {
    ...(options.expire === undefined ? {} : { expirySeconds: parseSeconds(options.expire) }),
    ...(options.priority === undefined ? {} : { priority: parseWhole(options.priority, '--priority', -100, 100) }),
  };
};

/** Queues the paths, and says what was refused and what is worth knowing. */
export const addPaths = async (session: Session, paths: readonly string[], options: AddOptions): Promise<Added> => {
  const { client, out, host } = session;
  const read = readAddOptions(paths, options);
  const fields = (await client.call('app.kinds', {})).flatMap((kind) => kind.transferFields);
  const extra = fieldValues(fields, options, options.set);
  const input: CallInput<'transfers.add'> = {
    // Another process may queue them, and its folder is not this one's.
    paths: paths.map((path) => resolve(host.io.cwd, path)),
    ...(await serverPart(client, options.server)),
    ...read,
    ...(options.key === undefined ? {} : { key: options.key }),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
    group: options.group === true,
    paused: options.paused === true,
    followLinks: options.followLinks === true,
    ...(options.again === true ? { again: true } : {}),
    ...(options.exclude === undefined ? {} : { exclude: [...options.exclude] }),
    ...(options.include === undefined ? {} : { include: [...options.include] }),
    ...(options.defaultExcludes === false ? { usualExcludes: false } : {}),
  };
  const added = await lookThrough(session, (token) => client.call('transfers.add', { ...input, token }));
  for (const { path, problem } of added.refused) tellRefused(out, { path }, problem);
  // Of a folder, the same may be said of each file.
  for (const [, notice] of new Map(added.notices.map((one) => [one.message, one]))) tellNotice(out, notice);
  tellBefore(out, added.before);
  if (out.json && added.added.length > 0)
    out.object({ event: 'added', ids: added.added, groupId: added.groupId ?? null });
  return added;
};

/** `add PATH…` */
export const add = (host: Host, paths: readonly string[], options: AddOptions): Promise<number> => {
  readAddOptions(paths, options);
  return withSession(host, options, { serve: false }, async (session) => {
    const { client, connection, out } = session;
    const { added, refused, before } = await addPaths(session, paths, options);
    if (added.length > 0 && !out.json) {
      const { totals } = await client.call('transfers.list', { filter: { ids: added }, limit: 1 });
      const [first = ''] = added;
      const what = { count: added.length, size: bytes(totals.bytes), first, last: added.at(-1) ?? '' };
      out.line(m.terminal_queued(what));
      if (connection.owns()) out.aside(m.terminal_not_sent_yet(), 'note');
    }
    countBefore(out, before);
    return refused.length > 0 ? exits.failed : exits.done;
  });
};
