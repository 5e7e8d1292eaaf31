/**
 * Changes the terms of uploads that were added earlier: server, folder, expiry, key, and what else their server asks for.
 * Reading a row, judging it and writing it is one turn of the event loop, and so is the step of a lane from its last look at
 * the row to the mark that a create is about to leave: a create has either all of a change or nothing of it.
 */
import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { problem, type Problem } from '../../../preload/problems.ts';
import { isActive, unfinishedStates } from '../../../preload/states.ts';
import type { Engine } from '../engine.ts';
import type { JsonObject } from '../json.ts';
import { fail, ok, type Outcome } from '../outcome.ts';
import type { Candidate, TransferOptions } from '../providers/provider.ts';
import { bulk, partsOf } from '../queue/order.ts';
import { workOutPlaces } from '../queue/places.ts';
import type { ServerPort } from '../queue/server-port.ts';
import { identify } from '../source/identity.ts';
import type { Transfer, TransferFilter, TransferPatch } from '../store/rows.ts';
import { judgeRequest, unfinished } from './add-files.ts';
import { optionsFor } from './carried-options.ts';
import { hasBegun, isStuck, whyFixed, whyOver } from './change-terms.ts';

/** What is to change; what is absent stays. `null`: as if it had never been given. */
export type Change = {
  readonly serverId?: string | undefined;
  readonly expirySeconds?: number | null | undefined;
  readonly key?: string | null | undefined;
  /** Values of transfer fields, by key. */
  readonly extra?: JsonObject | undefined;
};

export type Changed = {
  readonly changed: readonly number[];
  /** What was refused, and why. An upload of which a part was changed is in `changed` as well. */
  readonly unchanged: readonly { readonly id: number; readonly problem: Problem }[];
  readonly notices: readonly Problem[];
};

/** One term, and the options with its new value. */
type Step = { readonly term: string; readonly apply: (options: TransferOptions) => TransferOptions };

/** An object with another value under a key; null: without the key. */
const withValue = <T extends object>(before: T, key: string, value: unknown): T => {
  const { [key]: _, ...others } = before as Record<string, unknown>;
  return (value === null ? others : { ...others, [key]: value }) as T;
};

const stepsOf = ({ expirySeconds, key, extra = {} }: Change): readonly Step[] => {
  const own = (term: string, name: keyof TransferOptions, value: unknown): readonly Step[] =>
    value === undefined ? [] : [{ term, apply: (options) => withValue(options, name, value) }];
  return [
    ...own('expiry', 'expirySeconds', expirySeconds),
    ...own('key', 'key', key),
    ...Object.entries(extra).map(([term, value]) => ({
      term,
      apply: (options: TransferOptions) => ({ ...options, extra: withValue(options.extra ?? {}, term, value) }),
    })),
  ];
};

/** Which rows a change is about: of many, those that are over are not meant. */
export const meantBy = (filter: TransferFilter): TransferFilter =>
  filter.ids === undefined && filter.states === undefined ? { ...filter, states: unfinishedStates } : filter;

/** What becomes of one row: what is refused of the change, and what is written where anything of it is left. */
type Judged = {
  readonly refused: readonly Problem[];
  readonly notices: readonly Problem[];
  readonly patch?: TransferPatch & { readonly options: TransferOptions };
  /** To another server. */
  readonly moves: boolean;
};

const refusing = (...refused: readonly Problem[]): Judged => ({ refused, notices: [], moves: false });

const judge = (engine: Engine, row: Transfer, change: Change, several: number): Judged => {
  const over = whyOver(row);
  if (over !== undefined) return refusing(over);
  const from = engine.servers.port(row.serverId);
  const moves = change.serverId !== undefined && change.serverId !== row.serverId;
  const to = moves ? engine.servers.port(change.serverId ?? '') : from;
  if (!to.ok) return refusing(to.failure.problem);
  const whyNot = (term: string): Problem | undefined => whyFixed(engine, from.ok ? from.value : to.value, row, term);
  const stays = moves ? whyNot('server') : undefined;
  if (stays !== undefined) return refusing(stays);

  const carried = moves ? optionsFor(engine, row, from.ok ? from.value : undefined, to.value) : undefined;
  const before = carried?.options ?? row.options;
  let options = before;
  const refused: Problem[] = [];
  for (const { term, apply } of stepsOf(change)) {
    const next = apply(options);
    if (isDeepStrictEqual(next, options)) continue;
    const many = term === 'key' && several > 1 && next.key !== undefined;
    // On the way to another server, nothing of it is fixed there.
    const why = many
      ? problem('change-key-several', { count: several })
      : moves && term !== 'key'
        ? undefined
        : whyNot(term);
    if (why === undefined) options = next;
    else refused.push(why);
  }
  if (!moves && isDeepStrictEqual(options, row.options)) return refusing(...refused);
  const wrong = judgeRequest(to.value, { options, group: false });
  if (wrong !== undefined) return refusing(...refused, wrong);
  const { provider, context } = to.value;
  const file = fileOf(row);
  const admission = provider.admit(file, options, context.server);
  if ('refused' in admission) return refusing(...refused, admission.refused);
  if (!moves) {
    const isPlaced = provider.naming !== undefined && !hasBegun(row);
    const patch = { options: admission.options, ...(isPlaced ? { place: '' } : {}) };
    return { refused, notices: admission.notices.filter(({ code }) => code === 'key-normalised'), patch, moves };
  }
  const same = unfinished(engine, context.server.id, row.identity, admission.options);
  if (same !== undefined) return refusing(...refused, problem('already-queued', { id: same.id, name: same.name }));
  const name = from.ok ? givenName(row, from.value, to.value) : undefined;
  return {
    refused,
    notices: [...(carried?.notices ?? []), ...admission.notices],
    moves,
    patch: {
      serverId: context.server.id,
      name: name ?? admission.name,
      folder: name === undefined ? (admission.folder ?? row.folder) : row.folder,
      options: admission.options,
    },
  };
};

const fileOf = ({ path, folder, size }: Transfer): Candidate => ({ name: basename(path), folder, size, path });

/** The name on the other server of what the user renamed, or what has its folders in its name; `undefined`: its own. */
const givenName = (row: Transfer, from: ServerPort, to: ServerPort): string | undefined => {
  const usual = from.provider.admit(fileOf(row), row.options, from.context.server);
  if ('refused' in usual || usual.name === row.name) return undefined;
  const given = to.provider.admit({ ...fileOf(row), name: row.name, folder: [] }, row.options, to.context.server);
  return 'refused' in given ? undefined : given.name;
};

/** It waits for nothing any more, and what its last server said of it is over. */
const afresh = (row: Transfer): TransferPatch => ({
  ...(isActive(row.state) || row.state === 'waiting' ? { state: row.wish === 'pause' ? 'paused' : 'queued' } : {}),
  ...(isStuck(row) ? {} : { problem: undefined }),
  waitFor: undefined,
  waitUntil: undefined,
  attempts: 0,
  mismatches: 0,
});

/** The batch whose links it belongs to; a new one where those went out without it. */
const batchOf = ({ store }: Engine, { dropId }: Transfer): number =>
  dropId !== undefined && store.drops.isOpen(dropId) ? dropId : store.drops.add(Date.now(), false);

/**
 * An upload of which a server has something goes to another one: a new row takes its place, and the old one is cleaned up on its
 * server and leaves the list. The file is sent as it is now.
 */
const replace = async (engine: Engine, old: Transfer, change: Change): Promise<Outcome<void>> => {
  const { store, queue } = engine;
  const identity = await identify(old.path);
  if (!identity.ok) return identity;
  const row = store.transfers.get(old.id);
  // Removed, retried or done while its file was looked at.
  if (row === undefined || !isStuck(row))
    return fail('fatal', problem('change-over', { state: row?.state ?? 'removed' }));
  const { size } = identity.value;
  const { refused, patch } = judge(engine, { ...row, size }, change, 1);
  if (patch === undefined) return fail('fatal', refused[0] ?? problem('change-over', { state: row.state }));
  store.transaction(() =>
    store.transfers.add([
      {
        ...row,
        serverId: patch.serverId ?? row.serverId,
        name: patch.name ?? row.name,
        folder: patch.folder ?? row.folder,
        options: patch.options,
        identity: identity.value,
        size,
        place: '',
        folderId: row.folderId && store.folders.onServer(row.folderId, patch.serverId ?? row.serverId),
        groupId: undefined,
        dropId: batchOf(engine, row),
        createdAt: Date.now(),
        wish: 'run',
        notices: [],
      },
    ]),
  );
  await queue.wish({ ids: [row.id] }, 'remove');
  return ok(undefined);
};

/**
 * Changes what still can be changed of the uploads that are meant, and says of the rest why not. What has not begun may change
 * everything, its server included. What waits for the user, or failed, may change its server, too, and is retried. Values are
 * judged as when files are added; one that its server does not take leaves its upload as it is.
 */
export const changeBatch = async (engine: Engine, filter: TransferFilter, change: Change): Promise<Changed> => {
  const { store, queue, servers } = engine;
  const about = meantBy(filter);
  const several = store.transfers.totals(about).count;
  const changed: number[] = [];
  const unchanged: { id: number; problem: Problem }[] = [];
  const notices = new Map<string, Problem>();
  /** Folders that may have one file alone now: those that files left, and those that they are in on the other server. */
  const folders = new Set<number>();
  const noteFolders = ({ folderId }: Transfer): void => {
    if (folderId === undefined) return;
    folders.add(folderId);
    const there = store.folders.onServer(folderId, change.serverId ?? '');
    if (there !== undefined) folders.add(there);
  };
  for (const part of partsOf(about)) {
    let after: string | undefined;
    do {
      if (after !== undefined) await nextTurn();
      const page = store.transfers.page(part, 'newest', { limit: bulk, ...(after === undefined ? {} : { after }) });
      const [leaving, going, restarted, retried]: [Transfer[], number[], number[], number[]] = [[], [], [], []];
      store.transaction(() => {
        for (const row of page.rows) {
          const { refused, notices: told, patch, moves } = judge(engine, row, change, several);
          for (const why of refused) unchanged.push({ id: row.id, problem: why });
          if (patch === undefined && refused.length > 0) continue;
          for (const notice of told) notices.set(JSON.stringify(notice), notice);
          if (moves && (hasBegun(row) || row.groupId !== undefined)) {
            leaving.push(row);
            continue;
          }
          changed.push(row.id);
          if (patch === undefined) continue;
          const isRestarted = !hasBegun(row) && (moves || patch.options.key !== row.options.key);
          // Those that go to another server go there together, and the folders that they were added with go with them.
          const { serverId, ...rest } = patch;
          if (serverId !== undefined) going.push(row.id);
          store.transfers.update(row.id, {
            ...(isRestarted ? afresh(row) : {}),
            ...rest,
            ...(moves && isStuck(row) ? { dropId: batchOf(engine, row) } : {}),
          });
          if (moves) noteFolders(row);
          if (isRestarted) restarted.push(row.id);
          if (isStuck(row) && !hasBegun(row)) retried.push(row.id);
        }
        if (change.serverId !== undefined && going.length > 0)
          store.transfers.updateAll({ ids: going }, { serverId: change.serverId });
      });
      // In the same turn of the event loop as the write.
      queue.rewritten(restarted);
      if (retried.length > 0) await queue.wish({ ids: retried }, 'retry');
      for (const row of leaving) {
        const replaced = await replace(engine, row, change);
        noteFolders(row);
        if (replaced.ok) changed.push(row.id);
        else unchanged.push({ id: row.id, problem: replaced.failure.problem });
      }
      after = page.next;
    } while (after !== undefined);
  }
  store.folders.dissolveSmall([...folders]);
  // Where two would meet under one name now, one of them is numbered.
  await workOutPlaces(store, (id) => servers.port(id), Date.now);
  queue.touched();
  queue.pump();
  return { changed, unchanged, notices: [...notices.values()] };
};
