/**
 * Every call and event between an engine and its windows, terminals and browsers, declared once. Types of callers and
 * handlers derive from it; every input is parsed by it. Times are ms since the epoch, sizes bytes, rates bytes/s.
 */
import { z } from 'zod';
import { accountCalls } from './contract-account.ts';
import { isAccelerator } from './accelerator.ts';
import { changeCalls } from './contract-change.ts';
import {
  patternList,
  call,
  decision,
  id,
  kind,
  linkTemplate,
  nothing,
  page,
  problem,
  server,
  serverId,
} from './contract-parts.ts';
import { linkCalls } from './contract-links.ts';
import { serverCalls } from './contract-servers.ts';
import { addedFolder, delivery, group, totals, transfer, transferCalls } from './contract-transfers.ts';
import type { ReasonCode } from './problems/reasons.ts';
import { endedStates, shareStates } from './states.ts';
import { ErrorWithProblem } from './problem-error.ts';

export { call, problem };

const logLevel = z.enum(['off', 'error', 'info', 'debug']);

/** Keys of a global shortcut; null: off. */
const shortcut = z
  .string()
  .max(100)
  .refine(isAccelerator, 'shortcut-keys' satisfies ReasonCode)
  .nullable();

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
  /** What the log shows; `debug`: also file names. The variable STEVEDORE_LOG takes its place where it is set. */
  logLevel,
  /** What the app notifies of while its window is not in front. */
  notifyDone: z.boolean(),
  notifyAttention: z.boolean(),
  notifyFailed: z.boolean(),
  notifyExpiring: z.boolean(),
  /** The first download of a share, where its server counts downloads: asks every 15 minutes. */
  notifyDownloads: z.boolean(),
  /** Whether the app starts with the session of the user, in the tray. */
  startAtLogin: z.boolean(),
  /** What uploads do while the machine runs on its battery. */
  onBattery: z.enum(['continue', 'pause']),
  /** Global shortcuts, which the app alone has. */
  shortcutClipboard: shortcut,
  shortcutFiles: shortcut,
  /** Patterns of what is skipped in every added folder, as a `.gitignore` has them. */
  exclude: patternList,
  /** How links are written when they are copied in the queue, and when a batch is done. */
  linkTemplate,
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
  /** The links by the template of their server, one on each line, and whether they go to the clipboard by themselves. */
  text: z.string().optional(),
  copies: z.boolean().optional(),
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
  /** A file without a public link: revoking it deletes it on its server. */
  isFile: z.literal(true).optional(),
  key: z.string(),
  link: z.string().optional(),
  /** The key itself is given by `shares.get` only. */
  canRevoke: z.boolean(),
  /** Its terms can be changed there: `shares.edit`. */
  canEdit: z.boolean(),
  expiresAt: z.number().optional(),
  createdAt: z.number(),
  state: z.enum(shareStates),
  /** What was stored about it is damaged: it can only be taken out of the list. */
  broken: z.literal(true).optional(),
});

const historyRow = z.object({
  id,
  transferId: id,
  at: z.number(),
  ending: z.enum(endedStates),
  name: z.string(),
  localName: z.string().optional(),
  path: z.string(),
  size: z.number(),
  serverId: z.string(),
  serverName: z.string(),
  took: z.number(),
  shareKey: z.string().optional(),
  /** A file without a public link. */
  isFile: z.literal(true).optional(),
  link: z.string().optional(),
  proof: z.object({ by: z.string(), detail: z.string() }).optional(),
  problem: problem.optional(),
  delivery: delivery.optional(),
  /** What can be decided about its transfer, while that is still in the list as it ended here. */
  decisions: z.array(decision).optional(),
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
      /** What STEVEDORE_LOG sets in place of the setting, where it is set. */
      fixedLogLevel: logLevel.optional(),
    }),
  ),
  /** A text for a report that a person can read before it is sent: versions, settings without secrets, the last of the log. */
  'app.diagnostics': call(nothing, z.object({ name: z.string(), text: z.string() })),
  /** Kinds of servers, with the fields their forms and command lines are made of. */
  'app.kinds': call(nothing, z.array(kind)),
  /** `anyway`: the user wants uploads on the battery, too, until the machine is plugged in again. */
  'queue.start': call(z.strictObject({ anyway: z.literal(true).optional() }), queueStatus),
  /**
   * Bytes/s over all connections until this owner ends or the saved limit is set, in place of it; null: none;
   * absent: the saved one.
   */
  'queue.limit': call(z.strictObject({ bytesPerSecond: z.int().min(1024).nullable().optional() }), nothing),

  ...serverCalls,
  ...transferCalls,
  ...changeCalls,

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
  /**
   * Makes a share end later: by `seconds` from its present end on, else by the default of new links, else by as long as it was
   * made for. Never later than its server allows.
   */
  'shares.extend': call(
    z.strictObject({
      id,
      seconds: z
        .int()
        .positive()
        .max(100 * 366 * 86_400)
        .optional(),
    }),
    z.object({ name: z.string(), expiresAt: z.number().optional() }),
  ),
  /**
   * Claims the shares that end within 24 hours, for a notice to a person: each is given to one claimant, once for each end.
   * `extendSeconds`: by how much `shares.extend` extends it; absent where that is not possible.
   */
  'shares.takeExpiring': call(
    nothing,
    z.object({ rows: z.array(z.object({ share: shareRow, extendSeconds: z.number().optional() })) }),
  ),
  /** Asks the servers that count downloads for shares that were downloaded for the first time since the last such call. */
  'shares.takeDownloaded': call(nothing, z.object({ rows: z.array(shareRow) })),
  /** Takes shares out of the list, and does nothing on their servers. */
  'shares.forget': call(z.strictObject({ ids: z.array(id).min(1).max(1000) }), nothing),
  'history.list': call(
    z.strictObject({
      serverId: serverId.optional(),
      search: z.string().max(500).optional(),
      ending: z.enum(endedStates).optional(),
      ...page,
    }),
    z.object({ rows: z.array(historyRow), next: z.string().optional() }),
  ),
  /** Takes ended uploads out of the history. */
  'history.forget': call(z.strictObject({ ids: z.array(id).min(1).max(1000) }), nothing),
  'settings.get': call(nothing, settings),
  'settings.set': call(settings.partial().strict(), settings),

  ...accountCalls,
  ...linkCalls,
} as const;

/** What is told without being asked, at most 10 messages a second together. */
export const events = {
  /** Rows that changed since the last message, with live figures; at most 200 a message. */
  transfers: z.object({
    rows: z.array(transfer),
    removed: z.array(id),
    /** Folders that were added whole and that have some of these rows. */
    folders: z.array(addedFolder).optional(),
    totals,
    change: z.number(),
  }),
  groups: z.object({ rows: z.array(group) }),
  /** Drops that ended and that nobody has claimed yet. */
  drops: z.object({ rows: z.array(drop) }),
  queue: queueStatus,
  servers: z.array(server),
  settings,
  /** Something to know that belongs to no row; what was known before is in `app.info`. */
  notice: z.object({ problem }),
  /** What a `transfers.add` with a token has found so far: files, and their bytes. At most four a second. */
  adding: z.object({ token: z.string(), files: z.number(), bytes: z.number() }),
} as const;

export type CallName = keyof typeof calls;
/** As a caller gives it: defaults may be left out. */
export type CallInput<C extends CallName> = z.input<(typeof calls)[C]['input']>;
/** As a handler gets it. */
export type ParsedInput<C extends CallName> = z.output<(typeof calls)[C]['input']>;
export type CallOutput<C extends CallName> = z.output<(typeof calls)[C]['output']>;
export type EventName = keyof typeof events;
export type EventPayload<E extends EventName> = z.output<(typeof events)[E]>;

export type ServerView = z.output<typeof server>;
export type ShareView = z.output<typeof shareRow>;
export type HistoryView = z.output<typeof historyRow>;
export type ProblemView = z.output<typeof problem>;
export type DecisionView = z.output<typeof decision>;
export type SettingsView = z.output<typeof settings>;
export type DropView = z.output<typeof drop>;
export type KindView = z.output<typeof kind>;
export type { LeftoverView, RemoteShareView, SignInView, TermsView } from './contract-account.ts';
export type { AddedFolderView, GroupView, Section, TotalsView, TransferView } from './contract-transfers.ts';

/** What every client of an engine has, whatever the transport. */
export interface Client {
  /**
   * Rejects with `ContractError`. `signal`: ends a call that asks a server and changes nothing there (`folders.list`,
   * `leftovers.list`, `servers.recognise`); it then rejects with the signal's reason. Any other call continues unheard.
   */
  call<C extends CallName>(name: C, input: CallInput<C>, signal?: AbortSignal): Promise<CallOutput<C>>;
  /** Returns the way to stop listening. */
  on<E extends EventName>(event: E, listener: (payload: EventPayload<E>) => void): () => void;
  close(): Promise<void>;
}

/** A call that did not succeed: what happened, as data and in words. */
export class ContractError extends ErrorWithProblem<ProblemView> {
  override readonly name = 'ContractError';
}
