/** Answers the contract: one handler a call. A missing handler, or one that drifted, does not compile. */
import type { CallOutput, ParsedInput, ProblemView } from '../../preload/contract.ts';
import { problem, type Problem } from '../../preload/problems.ts';
import type { Patterns } from '../../preload/patterns.ts';
import { problemView } from '../../preload/problem-view.ts';
import { addFiles, type Added, type AddRequest, type AddWatch } from '../engine/actions/add-files.ts';
import { admitFiles } from '../engine/actions/admit-files.ts';
import type { Engine } from '../engine/engine.ts';
import type { Outcome } from '../engine/outcome.ts';
import { providers } from '../engine/providers/registry.ts';
import { revokeShare, type Revocations } from '../engine/actions/revoke-shares.ts';
import { extendShare, firstDownloads, takeExpiring } from '../engine/actions/share-notices.ts';
import { changeBatch } from '../engine/actions/change-batch.ts';
import { changeable } from '../engine/actions/changeable.ts';
import { decide } from '../engine/actions/decide.ts';
import { decisionsFor } from '../engine/actions/decisions.ts';
import { isWide, meantBy } from '../engine/queue/bulk-wishes.ts';
import type { Transfer, TransferFilter } from '../engine/store/rows.ts';
import { createAccountHandlers, rememberFolder, withLastFolder } from './account-handlers.ts';
import { causesIn } from './causes.ts';
import { defined } from './defined.ts';
import { foldersPart, foldersView, rowsView } from './folder-views.ts';
import { must, noticesView, ProblemError, serverOf, type Handlers, type Host } from './handling.ts';
import { diagnostics } from './diagnostics.ts';
import { levelInEnv } from './owner-log.ts';
import { createLinkHandlers } from './links.ts';
import { createServerHandlers } from './server-handlers.ts';
import type { Adding } from './adding.ts';
import type { SignIns } from './sign-ins.ts';
import {
  dropView,
  fieldView,
  groupView,
  historyView,
  settingsView,
  shareView,
  totalsView,
  transferView,
} from './views.ts';

export const createHandlers = (
  engine: Engine,
  host: Host,
  {
    signIns,
    revocations,
    adding,
  }: { readonly signIns: SignIns; readonly revocations: Revocations; readonly adding: Adding },
): Handlers => {
  const { queue, servers, settings, store } = engine;
  const queueView = (): CallOutput<'queue.start'> => {
    const { running, problem: reason } = queue.status;
    return reason === undefined ? { running } : { running, problem: problemView(reason) };
  };
  const defaultServer = (): string => {
    const all = servers.all();
    const chosen = settings.get().defaultServerId;
    const only = all.length === 1 ? all[0] : all.find((server) => server.id === chosen);
    if (only !== undefined) return only.id;
    throw new ProblemError(
      all.length === 0
        ? problem('server-none')
        : problem('server-choice', { names: all.map((server) => server.name).join(', ') }),
    );
  };
  /** Where files go that are added, and what is asked of them, with what is usual in place of what was not said. */
  const askedOf = (
    input: Pick<ParsedInput<'transfers.add'>, 'serverId' | 'expirySeconds' | 'key' | 'extra' | 'group'>,
  ): Pick<AddRequest, 'serverId' | 'options' | 'group'> => {
    const serverId = input.serverId === undefined ? defaultServer() : serverOf(engine, input.serverId).id;
    const usual = serverOf(engine, serverId).defaultExpirySeconds ?? settings.get().defaultExpirySeconds ?? undefined;
    const most = servers.limits(serverId).expirySeconds ?? Infinity;
    // What a person says for these files is refused where it is too long; what is only usual gives way.
    const expirySeconds = input.expirySeconds ?? (usual === undefined ? undefined : Math.min(usual, most));
    return {
      serverId,
      options: defined({ expirySeconds, key: input.key, extra: input.extra }),
      group: input.group ?? false,
    };
  };
  const transferOf = (id: number): NonNullable<ReturnType<typeof store.transfers.get>> => {
    const row = store.transfers.get(id);
    if (row === undefined) throw new ProblemError(problem('transfer-unknown', { id }));
    return row;
  };
  const filterOf = (filter: ParsedInput<'transfers.wish'>['filter']): TransferFilter => {
    // A person who names a transfer that is not there is told so, instead of nothing happening.
    const ids = new Set(filter.ids);
    if (store.transfers.totals({ ids: [...ids] }).count < ids.size) ids.forEach(transferOf);
    return defined(filter);
  };
  /** What is taken of added folders. */
  const patternsOf = ({
    exclude = [],
    include,
    usualExcludes = true,
  }: Pick<ParsedInput<'transfers.add'>, 'exclude' | 'include' | 'usualExcludes'>): Patterns => ({
    exclude: [...(usualExcludes ? settings.get().exclude : []), ...exclude],
    ...(include === undefined ? {} : { include }),
  });
  const queueFiles = async (input: ParsedInput<'transfers.add'>, watch?: AddWatch): Promise<Outcome<Added>> => {
    const asked = askedOf(input);
    const { serverId } = asked;
    const extra = input.drop === undefined ? input.extra : withLastFolder(engine, serverId, input.extra);
    const added = await addFiles(engine, {
      ...asked,
      paths: input.paths,
      options: defined({ ...asked.options, extra }),
      paused: input.paused ?? false,
      priority: input.priority ?? 0,
      followLinks: input.followLinks ?? false,
      patterns: patternsOf(input),
      again: input.again,
      drop: input.drop,
      dropGoesOn: input.dropGoesOn,
      watch,
    });
    if (added.ok && added.value.ids.length > 0) rememberFolder(engine, serverId, extra);
    return added;
  };
  const pageOf = (input: {
    readonly limit: number;
    readonly after?: string | undefined;
  }): { limit: number; after?: string } => defined({ limit: input.limit, after: input.after });

  return {
    'app.info': () => ({
      version: host.version,
      pid: process.pid,
      profile: host.profile,
      queue: queueView(),
      notices: noticesView(engine.notices()),
      change: store.transfers.change(),
      fixedLogLevel: levelInEnv(process.env),
    }),
    'app.diagnostics': () => diagnostics(engine, host),
    'app.kinds': () =>
      [...providers.values()].map(({ kind, title, capabilities, serverFields, transferFields }) => ({
        kind,
        title,
        signIn: capabilities.signIn,
        expiry: capabilities.expiry,
        serverFields: serverFields.map(fieldView),
        transferFields: transferFields.map(fieldView),
      })),
    'queue.start': async ({ anyway }) => {
      const first = !queue.status.running;
      await engine.power.start(anyway);
      // Beside the uploads: what cannot be looked through now is looked through at the next start.
      if (first) void revocations.settle().catch(() => undefined);
      return queueView();
    },

    'queue.limit': ({ bytesPerSecond }) => {
      engine.limit(bytesPerSecond);
      return {};
    },

    ...createServerHandlers(engine),
    ...createLinkHandlers(engine),
    ...createAccountHandlers(engine, signIns, revocations),

    'transfers.admit': ({ files, ...input }) => {
      const asked = askedOf(input);
      const extra = withLastFolder(engine, asked.serverId, input.extra);
      const refused = must(
        admitFiles(
          engine,
          { ...asked, options: defined({ ...asked.options, extra }), patterns: patternsOf({}) },
          files,
        ),
      );
      return { refused: [...refused].map(([index, reason]) => ({ index, problem: problemView(reason) })) };
    },
    'transfers.cancelAdd': ({ token }) => ({ cancelled: adding.cancel(token) }),
    'transfers.add': async (input) => {
      const added = must(await adding.run(input.token, (watch) => queueFiles(input, watch)));
      return {
        added: [...added.ids],
        ...(added.groupId === undefined ? {} : { groupId: added.groupId }),
        ...(added.dropId === undefined ? {} : { dropId: added.dropId }),
        refused: added.refused.map(({ path, problem: reason }) => ({ path, problem: problemView(reason) })),
        notices: noticesView(added.notices),
        before: added.before.map(({ path, name, link, at, proof }) =>
          defined({ path, name, link, at, proof: proof?.by }),
        ),
      };
    },
    'transfers.list': (input) => {
      const filter: TransferFilter = defined(input.filter ?? {});
      const { rows, next } = store.transfers.page(filter, input.order, pageOf(input));
      return {
        rows: rows.map((row) => transferView(engine, row)),
        ...(next === undefined ? {} : { next }),
        totals: totalsView(store.transfers.totals(filter)),
        change: store.transfers.change(),
      };
    },
    'transfers.sections': ({ pages, ...filter }) => ({
      sections: store.transfers.sections(defined(filter)),
      pages: pages.map(({ section, skip, limit }) =>
        store.transfers.section(section, defined(filter), { skip, limit }).map((row) => transferView(engine, row)),
      ),
      change: store.transfers.change(),
    }),
    'transfers.rows': ({ pages, opened, ...filter }) => ({
      sections: store.folders.sections(defined(filter), opened),
      pages: pages.map(({ section, ...part }) =>
        rowsView(engine, store.folders.section(section, defined(filter), opened, part)),
      ),
      change: store.transfers.change(),
    }),
    'transfers.folders': ({ ids }) => ({ folders: foldersView(engine, ids) }),
    'transfers.get': ({ id }) => {
      const row = transferOf(id);
      const chunks = store.transfers.chunks(id);
      const live = queue.inFlightChunks(id);
      return {
        transfer: transferView(engine, row),
        chunks: {
          count: row.chunkSize === undefined ? 0 : Math.max(1, Math.ceil(row.size / row.chunkSize)),
          acknowledged: chunks.filter((chunk) => chunk.state === 'acknowledged').map((chunk) => chunk.index),
          inFlight: chunks
            .filter((chunk) => chunk.state === 'in-flight')
            .map((chunk) => ({ index: chunk.index, written: live.get(chunk.index) ?? chunk.written })),
        },
        log: store.transfers.logOf(id, 500).map(({ at, problem: reason }) => ({ at, problem: problemView(reason) })),
      };
    },
    'transfers.since': ({ change }) => {
      const rows = store.transfers.changedSince(change, 500);
      return {
        rows: rows.map((row) => transferView(engine, row)),
        removed: [...store.transfers.removedSince(change)],
        ...foldersPart(engine, rows),
        change: rows.at(-1)?.change ?? store.transfers.change(),
        more: rows.length === 500,
        complete: store.transfers.tellsSince(change),
      };
    },
    'transfers.wish': async ({ filter, wish, undoMs }) => {
      const about = filterOf(filter);
      const { changed, refused } = await queue.wish(meantBy(wish, about), wish, undefined, undoMs);
      // Groups that could not be joined have failed as well.
      if (wish === 'retry' && isWide(about) && about.groupId === undefined && about.folderId === undefined)
        queue.revive(about.serverId);
      return { changed: [...changed], refused: [...refused].map(([id, state]) => ({ id, state })) };
    },
    'transfers.causes': ({ filter }) => ({ causes: [...causesIn(engine, defined(filter ?? {}))] }),
    'transfers.decide': async ({ ids, ...choice }) => {
      const changed: number[] = [];
      const refused: { id: number; problem: ProblemView }[] = [];
      const notices: Problem[] = [];
      const offers = (row: Transfer): boolean => decisionsFor(engine, row).some((one) => one.id === choice.decision);
      const offered = new Set(ids.filter((id) => offers(transferOf(id))));
      for (const id of new Set(ids)) {
        const row = store.transfers.get(id);
        // A decision about one of them may be about its server, and so about the others, too.
        if (row === undefined || (offered.has(id) && !offers(row))) {
          changed.push(id);
          continue;
        }
        const done = await decide(engine, row, choice);
        if (done.ok) {
          changed.push(id);
          notices.push(...done.value);
        } else refused.push({ id, problem: problemView(done.failure.problem) });
      }
      queue.pump();
      return { changed, refused, notices: noticesView(notices) };
    },
    'transfers.changeable': async ({ filter }) => {
      const { terms, values, mixed, ...rest } = await changeable(engine, filterOf(filter));
      return defined({
        ...rest,
        terms: terms.map(({ fixed, ...term }) => ({
          ...term,
          fixed: fixed.map(({ problem: reason, count }) => ({ problem: problemView(reason), count })),
        })),
        values: { ...values },
        mixed: [...mixed],
      });
    },
    'transfers.change': async ({ filter, ...change }) => {
      if (change.serverId !== undefined) serverOf(engine, change.serverId);
      const { changed, unchanged, notices } = await changeBatch(engine, filterOf(filter), change);
      return {
        changed: [...changed],
        unchanged: unchanged.map(({ id, problem: reason }) => ({ id, problem: problemView(reason) })),
        notices: noticesView(notices),
      };
    },
    'transfers.move': ({ ids = [], folderId, to }) => {
      const all = folderId === undefined ? ids : [...ids, ...store.folders.files(folderId)];
      for (const id of ids) transferOf(id);
      if (typeof to === 'object') transferOf('before' in to ? to.before : to.after);
      store.transfers.move(all, to);
      queue.pump();
      return {};
    },
    'transfers.priority': ({ filter, priority }) => {
      const changed = store.transfers.updateAll(filterOf(filter), { priority });
      queue.pump();
      return { changed: [...changed] };
    },
    'groups.open': () => queue.joining.map(groupView),
    'groups.get': ({ id }) => {
      const row = store.groups.get(id);
      if (row === undefined) throw new ProblemError(problem('transfer-unknown', { id }));
      return groupView(row);
    },

    'shares.list': (input) => {
      const { rows, next } = store.shares.page(
        defined({ serverId: input.serverId, search: input.search }),
        pageOf(input),
      );
      return { rows: rows.map((row) => shareView(engine, row)), ...(next === undefined ? {} : { next }) };
    },
    'shares.revoke': async ({ ids }) => {
      const revoked: number[] = [];
      const refused: { id: number; problem: ProblemView }[] = [];
      for (const id of ids) {
        const done = await revokeShare(engine, id);
        if (done.ok) revoked.push(id);
        else refused.push({ id, problem: problemView(done.failure.problem) });
      }
      if (refused.length > 0) revocations.later();
      return { revoked, refused };
    },
    'shares.extend': async ({ id, seconds }) => {
      const { name, expiresAt } = must(await extendShare(engine, id, Date.now(), seconds));
      return defined({ name, expiresAt });
    },
    'shares.takeExpiring': () => ({
      rows: takeExpiring(engine, Date.now()).map(({ row, extendSeconds }) =>
        defined({ share: shareView(engine, row), extendSeconds }),
      ),
    }),
    'shares.takeDownloaded': async () => ({
      rows: (await firstDownloads(engine, Date.now())).map((row) => shareView(engine, row)),
    }),
    'shares.forget': ({ ids }) => {
      store.shares.forget(ids);
      return {};
    },
    'history.forget': ({ ids }) => {
      store.history.remove(ids);
      return {};
    },
    'history.list': (input) => {
      const filter = defined({ serverId: input.serverId, search: input.search, ending: input.ending });
      const { rows, next } = store.history.page(filter, pageOf(input));
      return { rows: rows.map((row) => historyView(engine, row)), ...(next === undefined ? {} : { next }) };
    },
    'drops.take': ({ id }) => {
      const taken = store.drops.take(id, Date.now());
      return taken === undefined ? {} : { drop: dropView(engine, taken) };
    },
    'drops.ready': () => ({ rows: store.drops.ready().map((row) => dropView(engine, row)) }),
    'settings.get': () => settingsView(engine),
    'settings.set': (patch) => {
      settings.set(defined(patch));
      // The limit that was set last is the one that is meant.
      if (patch.limitBytesPerSecond !== undefined) engine.limit(undefined);
      return settingsView(engine);
    },
  };
};
