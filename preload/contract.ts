/**
 * Every call and event between an engine and its windows, terminals and browsers, declared once. Types of callers and
 * handlers derive from it; every input is parsed by it. Times are ms since the epoch, sizes bytes, rates bytes/s.
 */
import { z } from 'zod';
import { accountCalls } from './contract-account.ts';
import {
  call,
  connection,
  id,
  json,
  kind,
  limits,
  nothing,
  page,
  problem,
  reconnection,
  server,
  serverId,
  vaultKind,
} from './contract-parts.ts';

export { call, problem };

export const transferStates = z.enum([
  'queued',
  'preparing',
  'opening',
  'uploading',
  'waiting',
  'finishing',
  'verifying',
  'done',
  'failed',
  'paused',
  'cancelled',
  'attention',
]);

const share = z.object({
  key: z.string(),
  link: z.string().optional(),
  deleteKey: z.string().optional(),
  expiresAt: z.number().optional(),
});

const transfer = z.object({
  id,
  state: transferStates,
  wish: z.enum(['run', 'pause', 'cancel', 'remove']),
  waitFor: z.enum(['time', 'network', 'server', 'schedule']).optional(),
  waitUntil: z.number().optional(),
  name: z.string(),
  path: z.string(),
  folder: z.array(z.string()),
  /** The folder of the server that was chosen for it: `folder` lies below it. */
  to: z.string().optional(),
  size: z.number(),
  acknowledged: z.number(),
  /** Sent, not yet acknowledged. */
  inFlight: z.number(),
  rate: z.number().optional(),
  leftMs: z.number().optional(),
  chunkSize: z.number().optional(),
  serverId: z.string(),
  serverName: z.string(),
  groupId: id.optional(),
  priority: z.number(),
  attempts: z.number(),
  restarts: z.number(),
  problem: problem.optional(),
  share: share.optional(),
  createdAt: z.number(),
  startedAt: z.number().optional(),
  endedAt: z.number().optional(),
  change: z.number(),
});

const totals = z.object({
  count: z.number(),
  bytes: z.number(),
  acknowledged: z.number(),
  byState: z.record(transferStates, z.number()),
});

const filter = z.strictObject({
  ids: z.array(id).max(100_000).optional(),
  states: z.array(transferStates).optional(),
  serverId: serverId.optional(),
  groupId: id.optional(),
  search: z.string().max(500).optional(),
});

/** The parts of the queue as a window shows them, in its order. `done` holds what was cancelled, too. */
export const sections = ['needs-you', 'under-way', 'waiting', 'failed', 'next', 'done'] as const;
const section = z.enum(sections);
/** Which transfers a window looks at. `endedAfter` is for `done` alone: older ones are left to the history. */
const view = {
  serverId: serverId.optional(),
  search: z.string().max(500).optional(),
  endedAfter: z.number().optional(),
};

const settings = z.object({
  /** Transfers at once, over all servers. */
  atOnce: z.int().min(1).max(20),
  /** Transfers at once to one server. */
  perServer: z.int().min(1).max(20),
  /** Over all connections; null: no limit. */
  limitBytesPerSecond: z.int().min(1024).nullable(),
  defaultExpirySeconds: z.int().positive().nullable(),
  /** Whether the links of a drop go to the clipboard when all of it is done. */
  linkToClipboard: z.boolean(),
  theme: z.enum(['system', 'light', 'dark']),
  language: z.enum(['system', 'en']),
  /** Whether closing the window leaves the app running in the tray; null: the person was not asked yet. */
  closeToTray: z.boolean().nullable(),
});

/** Files that were added together in a window, all of them ended. */
const drop = z.object({
  id,
  serverName: z.string(),
  transferIds: z.array(id),
  done: z.number(),
  /** Names of those that were not sent, as the person wished where a name is taken. */
  leftOut: z.array(z.string()),
  /** Of those that are done, in their order; each once. */
  links: z.array(z.string()),
  names: z.array(z.string()),
});

const shareRow = z.object({
  id,
  transferId: id.optional(),
  serverId: z.string(),
  serverName: z.string(),
  name: z.string(),
  size: z.number(),
  isGroup: z.boolean(),
  key: z.string(),
  link: z.string().optional(),
  /** The key itself is given by `shares.get` only. */
  canRevoke: z.boolean(),
  /** Its terms can be changed there: `shares.edit`. */
  canEdit: z.boolean(),
  expiresAt: z.number().optional(),
  createdAt: z.number(),
  state: z.enum(['live', 'revoking', 'revoked', 'forgotten']),
});

const historyRow = z.object({
  id,
  transferId: id,
  at: z.number(),
  ending: z.enum(['done', 'failed', 'cancelled']),
  name: z.string(),
  path: z.string(),
  size: z.number(),
  serverId: z.string(),
  serverName: z.string(),
  took: z.number(),
  shareKey: z.string().optional(),
  link: z.string().optional(),
  proof: z.object({ by: z.string(), detail: z.string() }).optional(),
  problem: problem.optional(),
});

const group = z.object({
  id,
  serverId: z.string(),
  count: z.number(),
  state: z.enum(['open', 'merging', 'done', 'failed']),
  share: share.optional(),
  problem: problem.optional(),
});

const queueStatus = z.object({ running: z.boolean(), problem: problem.optional() });

export const calls = {
  /** Who answers, and what happened at its start that the person should know. */
  'app.info': call(
    nothing,
    z.object({
      version: z.string(),
      pid: z.number(),
      profile: z.string(),
      queue: queueStatus,
      notices: z.array(problem),
      change: z.number(),
    }),
  ),
  /** Kinds of servers, with the fields their forms and command lines are made of. */
  'app.kinds': call(nothing, z.array(kind)),
  'queue.start': call(nothing, queueStatus),
  /**
   * Bytes/s over all connections until this owner ends or the saved limit is set, in place of it; null: none;
   * absent: the saved one.
   */
  'queue.limit': call(z.strictObject({ bytesPerSecond: z.int().min(1024).nullable().optional() }), nothing),

  /** Looks what answers at an address, without saving or changing anything. */
  'servers.recognise': call(
    z.strictObject({
      address: z.string().min(1).max(2000),
      kind: z.string().optional(),
      fields: json.optional(),
      connection: connection.optional(),
    }),
    z.object({
      kind: z.string(),
      kindTitle: z.string(),
      address: z.string(),
      title: z.string(),
      needsPassword: z.boolean(),
      signIn: z.enum(['password', 'steps']),
      limits,
    }),
  ),
  /** Recognises, tries with a real round trip, and saves. Nothing is saved when it fails. */
  'servers.add': call(
    z.strictObject({
      address: z.string().min(1).max(2000),
      name: z.string().trim().min(1).max(100).optional(),
      kind: z.string().optional(),
      fields: json.optional(),
      connection: connection.optional(),
      secret: z.string().max(10_000).optional(),
      /** Where the secret is kept; never chosen silently. */
      vault: vaultKind.optional(),
      makeDefault: z.boolean().optional(),
      defaultExpirySeconds: z.int().positive().optional(),
    }),
    z.object({ server, notices: z.array(problem) }),
  ),
  'servers.list': call(nothing, z.array(server)),
  /** A real round trip: limits, password, what stands before it. What is learnt is saved. */
  'servers.test': call(z.strictObject({ id: serverId }), z.object({ server, notices: z.array(problem) })),
  'servers.update': call(
    z.strictObject({
      id: serverId,
      name: z.string().trim().min(1).max(100).optional(),
      connection: reconnection.optional(),
      secret: z.string().max(10_000).optional(),
      vault: vaultKind.optional(),
      makeDefault: z.boolean().optional(),
      /** null: the setting of all servers again. */
      defaultExpirySeconds: z.int().positive().nullable().optional(),
    }),
    server,
  ),
  'servers.remove': call(z.strictObject({ id: serverId }), nothing),

  /**
   * Looks at files and folders, refuses in words what cannot be sent, and queues the rest. `serverId`: the default
   * one where it is absent.
   */
  'transfers.add': call(
    z.strictObject({
      paths: z.array(z.string().min(1).max(32_768)).min(1).max(100_000),
      serverId: serverId.optional(),
      expirySeconds: z.number().optional(),
      key: z.string().max(200).optional(),
      extra: json.optional(),
      group: z.boolean().optional(),
      paused: z.boolean().optional(),
      priority: z.int().min(-100).max(100).optional(),
      followLinks: z.boolean().optional(),
      /**
       * Whether a window waits for the links: a new drop, or one more item of an earlier one. Where `extra` names no
       * folder, a drop goes to the one that was chosen last.
       */
      drop: z.union([z.literal('new'), id]).optional(),
      /** More items of this drop are to come: its links wait for them. */
      dropGoesOn: z.boolean().optional(),
    }),
    z.object({
      added: z.array(id),
      groupId: id.optional(),
      dropId: id.optional(),
      refused: z.array(z.object({ path: z.string(), problem })),
      notices: z.array(problem),
    }),
  ),
  'transfers.list': call(
    z.strictObject({
      filter: filter.optional(),
      order: z.enum(['queue', 'newest']).default('queue'),
      ...page,
    }),
    z.object({ rows: z.array(transfer), next: z.string().optional(), totals, change: z.number() }),
  ),
  /**
   * How many rows each section has, and their bytes; with them rows from any place in a section, all of one moment: in the
   * queue's order; of `done`, the last that ended first. `pages` answers each page that was asked for, in that order.
   */
  'transfers.sections': call(
    z.strictObject({
      ...view,
      pages: z
        .array(
          z.strictObject({
            section,
            skip: z.int().min(0).max(10_000_000).default(0),
            limit: z.int().min(1).max(500).default(100),
          }),
        )
        .max(50)
        .default([]),
    }),
    z.object({
      sections: z.record(section, z.object({ count: z.number(), bytes: z.number() })),
      pages: z.array(z.array(transfer)),
      change: z.number(),
    }),
  ),
  'transfers.get': call(
    z.strictObject({ id }),
    z.object({
      transfer,
      chunks: z.object({
        count: z.number(),
        acknowledged: z.array(z.number()),
        inFlight: z.array(z.object({ index: z.number(), written: z.number() })),
      }),
      log: z.array(z.object({ at: z.number(), problem })),
    }),
  ),
  /**
   * What changed after `change`, for a client that was away. `more`: ask again from the new `change`. `complete` is
   * false where that is too long ago to tell: everything has to be loaded anew.
   */
  'transfers.since': call(
    z.strictObject({ change: z.number() }),
    z.object({
      rows: z.array(transfer),
      removed: z.array(id),
      change: z.number(),
      more: z.boolean(),
      complete: z.boolean(),
    }),
  ),
  /** One, several or all; what its state does not allow is left as it is and counted as refused. */
  'transfers.wish': call(
    z.strictObject({ filter, wish: z.enum(['pause', 'resume', 'retry', 'cancel', 'remove']) }),
    z.object({ changed: z.array(id), refused: z.array(z.object({ id, state: transferStates })) }),
  ),
  /** The person's answer to a file that changed: take it as it is now. */
  'transfers.sendNew': call(
    z.strictObject({ ids: z.array(id).min(1).max(10_000) }),
    z.object({ changed: z.array(id), refused: z.array(z.object({ id, problem })) }),
  ),
  /** The person's answer to a name that is taken on the server: what to do there, and the transfers go on. */
  'transfers.decide': call(
    z.strictObject({
      ids: z.array(id).min(1).max(10_000),
      conflict: z.enum(['skip', 'rename', 'version']),
    }),
    z.object({ changed: z.array(id), refused: z.array(z.object({ id, problem })) }),
  ),
  'transfers.move': call(
    z.strictObject({
      ids: z.array(id).min(1).max(10_000),
      to: z.union([
        z.literal('first'),
        z.literal('last'),
        z.strictObject({ before: id }),
        z.strictObject({ after: id }),
      ]),
    }),
    nothing,
  ),
  'transfers.priority': call(
    z.strictObject({ filter, priority: z.int().min(-100).max(100) }),
    z.object({ changed: z.array(id) }),
  ),
  /** Groups whose files are all up and that are still to be joined. */
  'groups.open': call(nothing, z.array(group)),
  'groups.get': call(z.strictObject({ id }), group),

  /**
   * Claims a drop whose links are to go to a clipboard: given to one claimant, once. `undefined`: another has it, or
   * it is not there.
   */
  'drops.take': call(z.strictObject({ id }), z.object({ drop: drop.optional() })),
  /** Drops that ended and that nobody has claimed yet. */
  'drops.ready': call(nothing, z.object({ rows: z.array(drop) })),

  'shares.list': call(
    z.strictObject({ serverId: serverId.optional(), search: z.string().max(500).optional(), ...page }),
    z.object({ rows: z.array(shareRow), next: z.string().optional() }),
  ),
  /** Takes shares back on their server; the files go with them where the server works so. */
  'shares.revoke': call(
    z.strictObject({ ids: z.array(id).min(1).max(1000) }),
    z.object({ revoked: z.array(id), refused: z.array(z.object({ id, problem })) }),
  ),
  'history.list': call(
    z.strictObject({
      serverId: serverId.optional(),
      search: z.string().max(500).optional(),
      ending: z.enum(['done', 'failed', 'cancelled']).optional(),
      ...page,
    }),
    z.object({ rows: z.array(historyRow), next: z.string().optional() }),
  ),
  'settings.get': call(nothing, settings),
  'settings.set': call(settings.partial().strict(), settings),

  ...accountCalls,
} as const;

/** What is told without being asked, at most 10 messages a second together. */
export const events = {
  /** Rows that changed since the last message, with live figures; at most 200 a message. */
  transfers: z.object({ rows: z.array(transfer), removed: z.array(id), totals, change: z.number() }),
  groups: z.object({ rows: z.array(group) }),
  /** Drops that ended and that nobody has claimed yet. */
  drops: z.object({ rows: z.array(drop) }),
  queue: queueStatus,
  servers: z.array(server),
  settings,
} as const;

export type CallName = keyof typeof calls;
/** As a caller gives it: defaults may be left out. */
export type CallInput<C extends CallName> = z.input<(typeof calls)[C]['input']>;
/** As a handler gets it. */
export type ParsedInput<C extends CallName> = z.output<(typeof calls)[C]['input']>;
export type CallOutput<C extends CallName> = z.output<(typeof calls)[C]['output']>;
export type EventName = keyof typeof events;
export type EventPayload<E extends EventName> = z.output<(typeof events)[E]>;

export type Section = z.output<typeof section>;
export type TransferView = z.output<typeof transfer>;
export type ServerView = z.output<typeof server>;
export type ShareView = z.output<typeof shareRow>;
export type HistoryView = z.output<typeof historyRow>;
export type GroupView = z.output<typeof group>;
export type ProblemView = z.output<typeof problem>;
export type SettingsView = z.output<typeof settings>;
export type TotalsView = z.output<typeof totals>;
export type DropView = z.output<typeof drop>;
export type KindView = z.output<typeof kind>;
export type { LeftoverView, RemoteShareView, SignInView, TermsView } from './contract-account.ts';

/** What every client of an engine has, whatever the transport. */
export interface Client {
  /** Rejects with `ContractError`. */
  call<C extends CallName>(name: C, input: CallInput<C>): Promise<CallOutput<C>>;
  /** Returns the way to stop listening. */
  on<E extends EventName>(event: E, listener: (payload: EventPayload<E>) => void): () => void;
  close(): Promise<void>;
}

/** A call that did not succeed: what happened, as data and in words. */
export class ContractError extends Error {
  readonly problem: ProblemView;
  constructor(view: ProblemView) {
    super(view.message);
    this.name = 'ContractError';
    this.problem = view;
  }
}
