/** From paths that a person gave to queued transfers: looks at each file, refuses in words, queues the rest. */
import { isDeepStrictEqual } from 'node:util';
import { firstNames } from '../../../preload/format.ts';
import { usualExcludes, type Patterns } from '../../../preload/patterns.ts';
import { problem, type Problem } from '../../../preload/problems.ts';
import { isStopped } from '../../../preload/states.ts';
import type { Engine } from '../engine.ts';
import { fieldOf, judgeFields, messageIn } from '../field-values.ts';
import { fail, ok, type Outcome } from '../outcome.ts';
import type { TransferOptions } from '../providers/provider.ts';
import { Placing, workOutPlaces, type Unplaced } from '../queue/places.ts';
import type { ServerPort } from '../queue/server-port.ts';
import { expand, type Found } from '../source/expand.ts';
import { isSameFile, type Identity } from '../source/identity.ts';
import type { Transfer } from '../store/rows.ts';
import { AddedFolders } from './added-folders.ts';
import { UploadedBefore, type Before, type Patience } from './uploaded-before.ts';
import { takeBack } from './take-back.ts';

export type AddRequest = {
  readonly paths: readonly string[];
  readonly serverId: string;
  readonly options: TransferOptions;
  readonly group: boolean;
  readonly paused: boolean;
  readonly priority: number;
  readonly followLinks: boolean;
  /** What is taken of the folders among the paths; absent: everything. */
  readonly patterns?: Patterns;
  /** Files that were uploaded before are uploaded again; paths: only these of all that is found. */
  readonly again?: boolean | readonly string[] | undefined;
  /** The drop it is part of: a new one, or an earlier one that goes on. */
  readonly drop?: 'new' | number | undefined;
  /** More items of the drop are to come. */
  readonly dropGoesOn?: boolean | undefined;
  /** Hears of each file that is found, and can cancel it all. */
  readonly watch?: AddWatch | undefined;
};

/** `found`: called with the bytes of a file. `signal`: when it is aborted, nothing stays queued. */
export type AddWatch = { readonly found: (bytes: number) => void; readonly signal: AbortSignal };

export type Added = {
  readonly ids: readonly number[];
  readonly groupId: number | undefined;
  readonly dropId: number | undefined;
  readonly refused: readonly { readonly path: string; readonly problem: Problem }[];
  readonly notices: readonly Problem[];
  /** Files that were uploaded before in the same way, and that their server still has: they are not queued. */
  readonly before: readonly Before[];
};

/** Files that become rows in one write. */
const batch = 1_000;
/** Notices that repeat for each file of a folder are told so many times at most. */
const noticesMost = 100;
/** Names of skipped files that are kept for words. */
const namesMost = 10;

/** The transfer of the same unchanged file to the same server in the same way that has not ended. */
export const unfinished = (
  engine: Pick<Engine, 'store'>,
  serverId: string,
  identity: Identity,
  options: TransferOptions,
): Transfer | undefined =>
  engine.store.transfers
    .unfinished(serverId, identity.path)
    .find(
      (row) =>
        row.groupId === undefined &&
        row.wish !== 'cancel' &&
        row.wish !== 'remove' &&
        isSameFile(row.identity, identity) &&
        isDeepStrictEqual(row.options, options),
    );

/** What is wrong with a request whatever its files are; `undefined`: nothing. */
export const judgeRequest = (
  { provider, context }: ServerPort,
  { options, group }: Pick<AddRequest, 'options' | 'group'>,
): Problem | undefined => {
  const { name } = context.server;
  if (group && provider.group === undefined) return problem('groups-unsupported', { server: name });
  if (options.key !== undefined && !provider.capabilities.ownKey)
    return problem('option-unsupported', { option: '--key', server: name });
  if (options.expirySeconds !== undefined && !provider.capabilities.expiry)
    return problem('option-unsupported', { option: '--expire', server: name });
  const extra = options.extra ?? {};
  const text = fieldOf(provider.transferFields, 'message');
  if (text !== undefined && (extra[text.key] ?? '') !== '' && messageIn(provider.transferFields, extra) === undefined)
    return problem('recipient-missing', { server: name });
  return judgeFields(provider.transferFields, extra, name);
};

/**
 * Queues files and folders for a server. Fails with server-unknown, groups-unsupported, option-unsupported,
 * option-invalid, group-too-small, group-too-large, and with adding-cancelled where `watch` cancelled it: nothing is queued
 * then, but of what was cancelled that which was uploaded by then.
 */
export const addFiles = async (
  engine: Pick<Engine, 'store' | 'servers' | 'queue'>,
  request: AddRequest,
  patience?: Patience,
): Promise<Outcome<Added>> => {
  const port = engine.servers.port(request.serverId);
  if (!port.ok) return port;
  const { provider, context } = port.value;
  const { server } = context;
  const refuse = (p: Problem): Outcome<never> => fail('fatal', p);
  const strange = judgeRequest(port.value, request);
  if (strange !== undefined) return refuse(strange);

  const refused: { path: string; problem: Problem }[] = [];
  const notices: Problem[] = [];
  const told = new Set<string>();
  const ids: number[] = [];
  /** Files that are on their way there already: the same command again goes on, and sends nothing twice. */
  const taken: Transfer[] = [];
  let waiting: Unplaced[] = [];
  // The key of a group is the group's; its files get keys of their own.
  const { key, ...keyless } = request.options;
  const options = request.group ? keyless : request.options;

  const { drops } = engine.store;
  const goesOn = request.dropGoesOn ?? false;
  // One whose links went out already is over: what comes late is a drop of its own.
  const known = typeof request.drop === 'number' && drops.isOpen(request.drop) ? request.drop : undefined;
  let dropId = known;
  /** Made with its first member, so that nothing waits for an empty one. */
  const dropOf = (): number | undefined =>
    request.drop === undefined ? undefined : (dropId ??= drops.add(Date.now(), goesOn));
  let batchId: number | undefined;
  /** What a command adds is one batch, too, whose links nobody waits for. */
  const batchOf = (): number | undefined => dropOf() ?? (batchId ??= drops.add(Date.now(), false, false));
  const { naming } = provider;
  const placing = naming === undefined ? undefined : new Placing(engine.store, naming, server);
  if (placing !== undefined) await workOutPlaces(engine.store, (id) => engine.servers.port(id), Date.now);
  const folders = new AddedFolders(engine.store, request.serverId);
  const tell = (notice: Problem): void => {
    const said = JSON.stringify(notice);
    if (told.size >= noticesMost || told.has(said)) return;
    told.add(said);
    notices.push(notice);
  };

  /** Names of what the patterns skip, without what systems leave in folders: nobody misses that. */
  const skipped: string[] = [];
  let skippedCount = 0;
  const usual = new Set(usualExcludes.map((name) => name.toLowerCase()));
  const only = typeof request.again === 'object' ? new Set(request.again) : undefined;
  /** Paths and folders of the files so far: what is named twice is uploaded once. */
  const seen = new Set<string>();
  const take = (file: Found): void => {
    if (only?.has(file.path) === false) return;
    if (file.kind === 'excluded') {
      if (usual.has(file.name.toLowerCase())) return;
      skippedCount++;
      if (skipped.length < namesMost) skipped.push(file.name);
      return;
    }
    if (file.kind === 'refused') {
      refused.push({ path: file.path, problem: file.problem });
      return;
    }
    const place = JSON.stringify([file.identity.path, ...file.folder]);
    if (seen.has(place)) return;
    seen.add(place);
    const { size } = file.identity;
    const admission = provider.admit({ name: file.name, folder: file.folder, size, path: file.path }, options, server);
    if ('refused' in admission) {
      refused.push({ path: file.path, problem: admission.refused });
      return;
    }
    admission.notices.forEach(tell);
    waiting.push({
      serverId: request.serverId,
      path: file.path,
      name: admission.name,
      folder: admission.folder ?? file.folder,
      local: file.folder,
      size,
      identity: file.identity,
      options: admission.options,
      groupId: undefined,
      priority: request.priority,
      createdAt: Date.now(),
      wish: request.paused ? 'pause' : 'run',
      notices: admission.notices,
    });
  };

  const isTaken = ({ identity, options: own }: Unplaced): boolean => {
    const same = unfinished(engine, request.serverId, identity, own);
    if (same !== undefined) taken.push(same);
    return same !== undefined;
  };
  // A group is uploaded as a whole.
  const asking =
    (request.again ?? false) !== false || request.group
      ? undefined
      : new UploadedBefore(engine.store, port.value, patience, request.watch?.signal);
  const before: Before[] = [];
  /** Keeps only the files in `waiting` that are queued. */
  const sift = async (): Promise<void> => {
    waiting = waiting.filter((file) => !isTaken(file));
    const known = await asking?.among(waiting);
    if (known === undefined || known.size === 0) return;
    before.push(...known.values());
    waiting = waiting.filter((file) => !known.has(file));
  };

  const queue = (groupId?: number): void => {
    // While the server was asked, another call may have queued the same files.
    if (groupId === undefined) waiting = waiting.filter((file) => !isTaken(file));
    if (waiting.length > 0)
      engine.store.transaction(() => {
        const batch = placing === undefined ? dropOf() : batchOf();
        const files = waiting.map((file) => ({ ...file, folderId: folders.of(file, batch) }));
        const rows = placing?.page(files, batch) ?? files;
        ids.push(...engine.store.transfers.add(rows.map((row) => ({ ...row, groupId, dropId: batch }))));
        rows.flatMap((row) => row.notices).forEach(tell);
      });
    waiting = [];
  };

  for await (const file of expand(request.paths, {
    followLinks: request.followLinks,
    patterns: request.patterns ?? {},
    signal: request.watch?.signal,
  })) {
    if (file.kind === 'file') request.watch?.found(file.identity.size);
    take(file);
    // A group is judged as a whole, so it is queued as a whole; its size is limited by the server.
    if (request.group || waiting.length < batch) continue;
    await sift();
    queue();
  }
  if (!request.group) await sift();
  if (request.watch?.signal.aborted === true)
    return refuse(problem('adding-cancelled', { count: await takeBack(engine, ids) }));
  // A folder of which nothing is left is refused, in words of its own.
  if (skippedCount > 0 && seen.size > 0)
    tell(problem('files-excluded', { count: skippedCount, names: firstNames(skipped) }));
  if (!request.group) {
    queue();
    folders.end();
    for (const { id, name } of taken.slice(0, noticesMost)) notices.push(problem('already-queued', { id, name }));
    if (taken.length > 0 && request.drop !== undefined) {
      const dropped = dropOf();
      engine.store.transfers.updateAll({ ids: taken.map(({ id }) => id) }, { dropId: dropped });
    }
    if (known !== undefined) drops.goesOn(known, goesOn);
    const stopped = taken.filter(({ state }) => isStopped(state)).map(({ id }) => id);
    if (stopped.length > 0 && !request.paused) await engine.queue.wish({ ids: stopped }, 'resume');
    engine.queue.pump();
    return ok({ ids: [...taken.map(({ id }) => id), ...ids], groupId: undefined, dropId, refused, notices, before });
  }

  const count = waiting.length;
  const limit = provider.limits(server.settings).groupSize;
  if (count < 2) return refuse(refused[0]?.problem ?? problem('group-too-small', { count }));
  if (limit !== undefined && count > limit)
    return refuse(problem('group-too-large', { count, limit, server: server.name }));
  const groupId = engine.store.transaction(() => {
    const id = engine.store.groups.add({
      serverId: request.serverId,
      options: key === undefined ? keyless : { ...keyless, key },
      count,
      createdAt: Date.now(),
    });
    queue(id);
    folders.end();
    return id;
  });
  engine.queue.pump();
  if (known !== undefined) drops.goesOn(known, goesOn);
  return ok({ ids, groupId, dropId, refused, notices, before });
};
