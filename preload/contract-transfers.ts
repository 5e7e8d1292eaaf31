/** What a transfer and a group of them are to a caller, and the calls about them. */
import { z } from 'zod';
import { patternList, call, decision, id, json, nothing, page, problem, serverId } from './contract-parts.ts';
import { deliveryStates, groupStates, sections, transferStates, waitReasons } from './states.ts';

const transferState = z.enum(transferStates);

const share = z.object({
  key: z.string(),
  link: z.string().optional(),
  deleteKey: z.string().optional(),
  /** A file without a public link: its key is its id on the server. */
  isFile: z.literal(true).optional(),
  expiresAt: z.number().optional(),
});

/** The message that goes out about an upload once it is done. */
export const delivery = z.object({
  state: z.enum(deliveryStates),
  recipient: z.string().optional(),
  text: z.string().optional(),
  /** When it entered this state, ms since the epoch. */
  at: z.number().optional(),
  /** Why it waits, or what the user is asked. */
  problem: problem.optional(),
  /** Of `sent`: the user said so. */
  by: z.literal('person').optional(),
});

export const transfer = z.object({
  id,
  state: transferState,
  wish: z.enum(['run', 'pause', 'cancel', 'remove']),
  /** Until when its cancel can be undone, ms since the epoch; it is paused until then. */
  undoUntil: z.number().optional(),
  /** `server-work`: every byte is there, and the server assembles the file. */
  waitFor: z.enum(waitReasons).optional(),
  waitUntil: z.number().optional(),
  name: z.string(),
  /** The file's name on this machine, where `name`, the one on the server, does not show it. */
  localName: z.string().optional(),
  path: z.string(),
  folder: z.array(z.string()),
  /** The folder of the server that was chosen for it: `folder` lies below it. */
  to: z.string().optional(),
  size: z.number(),
  acknowledged: z.number(),
  /** Sent, not yet acknowledged. */
  inFlight: z.number(),
  /** While the file is read for its checksum: bytes read so far, of `size`. */
  hashed: z.number().optional(),
  /** The server has had a whole chunk for a while, and has not answered yet. */
  serverWorks: z.boolean().optional(),
  rate: z.number().optional(),
  leftMs: z.number().optional(),
  chunkSize: z.number().optional(),
  serverId: z.string(),
  serverName: z.string(),
  groupId: id.optional(),
  /** What it was added with; absent where nobody waits for their links together. */
  batch: id.optional(),
  /** The folder that it was added with, where that one has other files, too. */
  addedFolder: z.object({ id, name: z.string() }).optional(),
  priority: z.number(),
  attempts: z.number(),
  restarts: z.number(),
  problem: problem.optional(),
  /** What a person can decide now, the preferred one last; absent where nothing waits for a person. */
  decisions: z.array(decision).optional(),
  share: share.optional(),
  /** Absent: nobody gets a message about it. */
  delivery: delivery.optional(),
  createdAt: z.number(),
  startedAt: z.number().optional(),
  endedAt: z.number().optional(),
  change: z.number(),
});

/** A folder that was added whole: one row of the queue until it is opened. */
export const addedFolder = z.object({
  folderId: id,
  name: z.string(),
  /** Absolute path on this machine. */
  path: z.string(),
  serverId: z.string(),
  serverName: z.string(),
  /** Its place on its server: the folder that was chosen there, and its own name there. */
  to: z.string().optional(),
  folder: z.array(z.string()),
  /** The section of the queue that shows it. */
  section: z.enum(sections),
  /** Files, and their bytes. */
  count: z.number(),
  bytes: z.number(),
  acknowledged: z.number(),
  inFlight: z.number(),
  /** Bytes a second of all files that are being sent. */
  rate: z.number().optional(),
  /** How many files are in which state. `asking`: they need the user. `active`: also while their server works on them. */
  counts: z.object({
    asking: z.number(),
    active: z.number(),
    waiting: z.number(),
    paused: z.number(),
    failed: z.number(),
    queued: z.number(),
    done: z.number(),
    cancelled: z.number(),
  }),
  /** How many cancels can still be undone. */
  undoable: z.number(),
  createdAt: z.number(),
  endedAt: z.number().optional(),
  /** Its first and its last file in the queue's order. */
  first: id,
  last: id,
});

export const totals = z.object({
  count: z.number(),
  bytes: z.number(),
  acknowledged: z.number(),
  byState: z.record(transferState, z.number()),
  /** Of those that wait: how many count as active, since their server is at work on them. Absent: none. */
  atWork: z.number().optional(),
  /** Of those that are done: how many messages are still sent automatically, and how many need the user. Absent: none. */
  delivering: z.number().optional(),
  undelivered: z.number().optional(),
  /** Bytes of what is done, and of what moves or will move. Absent: none. */
  doneBytes: z.number().optional(),
  pending: z.object({ bytes: z.number(), acknowledged: z.number() }).optional(),
});

export const filter = z.strictObject({
  ids: z.array(id).max(100_000).optional(),
  states: z.array(transferState).optional(),
  serverId: serverId.optional(),
  groupId: id.optional(),
  /** What was added together. */
  batch: id.optional(),
  /** Only the files of a folder that was added whole. */
  folderId: id.optional(),
  /** Only those whose cancel can still be undone. */
  undoable: z.literal(true).optional(),
  search: z.string().max(500).optional(),
});

/** The parts of the queue as a window shows them, in its order. `done` holds what was cancelled, too. */
const section = z.enum(sections);
/** Which transfers a window looks at. `endedAfter` is for `done` alone: older ones are left to the history. */
const view = {
  serverId: serverId.optional(),
  search: z.string().max(500).optional(),
  endedAfter: z.number().optional(),
};

/** Rows that are asked for together with the sections. */
const pages = z
  .array(
    z.strictObject({
      section,
      skip: z.int().min(0).max(10_000_000).default(0),
      limit: z.int().min(1).max(500).default(100),
    }),
  )
  .max(50)
  .default([]);

export const group = z.object({
  id,
  serverId: z.string(),
  count: z.number(),
  state: z.enum(groupStates),
  share: share.optional(),
  problem: problem.optional(),
});

/**
 * A file that was uploaded before, unchanged since, to the same folder with the same options. `name`: on this machine. `link`: absent
 * where its server gave none. `at`: ms since the epoch. `proof`: how the upload was verified.
 */
export const uploadedBefore = z.object({
  path: z.string(),
  name: z.string(),
  link: z.string().optional(),
  at: z.number(),
  proof: z.string().optional(),
});
const addToken = z.string().min(8).max(64);

/** What is asked of each file that is added together. */
const addOptions = {
  serverId: serverId.optional(),
  expirySeconds: z.number().optional(),
  key: z.string().max(200).optional(),
  extra: json.optional(),
  group: z.boolean().optional(),
} as const;

export const transferCalls = {
  /**
   * Which of these files their server would not take, by name and size: asked before they are fetched from where they
   * are. Rejects as `transfers.add` does where none of them would be queued.
   */
  'transfers.admit': call(
    z.strictObject({
      ...addOptions,
      files: z
        .array(z.strictObject({ name: z.string().min(1), folder: z.array(z.string()), size: z.int().min(0) }))
        .min(1)
        .max(100_000),
    }),
    z.object({ refused: z.array(z.object({ index: z.number(), problem })) }),
  ),
  /**
   * Looks at files and folders, refuses in words what cannot be sent, and queues the rest. `serverId`: the default
   * one where it is absent.
   */
  'transfers.add': call(
    z.strictObject({
      paths: z.array(z.string().min(1).max(32_768)).min(1).max(100_000),
      ...addOptions,
      paused: z.boolean().optional(),
      priority: z.int().min(-100).max(100).optional(),
      followLinks: z.boolean().optional(),
      /** What is skipped in added folders, beside what the settings skip. */
      exclude: patternList.optional(),
      /** Where it is given: what alone is taken of added folders. */
      include: patternList.optional(),
      /** Whether what the settings skip is skipped; default: it is. */
      usualExcludes: z.boolean().optional(),
      /**
       * Whether a window waits for the links: a new drop, or one more item of an earlier one. Where `extra` names no
       * folder, a drop goes to the one that was chosen last.
       */
      drop: z.union([z.literal('new'), id]).optional(),
      /**
       * Files that were uploaded before are uploaded again. Default: where the server confirms now that it still has such a file,
       * it is in `before` and not queued. With paths from `before`, only these of all that is found are queued.
       */
      again: z.union([z.boolean(), z.array(z.string()).max(100_000)]).optional(),
      /** More items of this drop are to come: its links wait for them. */
      dropGoesOn: z.boolean().optional(),
      /** Names this call in events `adding`, and for `transfers.cancelAdd`: random, made by the caller. */
      token: addToken.optional(),
    }),
    z.object({
      added: z.array(id),
      groupId: id.optional(),
      dropId: id.optional(),
      refused: z.array(z.object({ path: z.string(), problem })),
      notices: z.array(problem),
      /** Absent: none. */
      before: z.array(uploadedBefore).optional(),
    }),
  ),
  /**
   * Cancels the `transfers.add` of a token, which then rejects with adding-cancelled: when what it had queued is removed. A
   * client that disconnects cancels nothing. `cancelled`: false where it has ended.
   */
  'transfers.cancelAdd': call(z.strictObject({ token: addToken }), z.object({ cancelled: z.boolean() })),
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
    z.strictObject({ ...view, pages }),
    z.object({
      sections: z.record(section, z.object({ count: z.number(), bytes: z.number() })),
      pages: z.array(z.array(transfer)),
      change: z.number(),
    }),
  ),
  /**
   * The same as a window shows it: each folder that was added whole is one row, followed by its files where it is `opened`.
   * Files that need the user, or have failed, are rows of their own in any case. A search shows the files and the folders
   * that match.
   */
  'transfers.rows': call(
    z.strictObject({ ...view, opened: z.array(id).max(10_000).default([]), pages }),
    z.object({
      /** `inside`: how many of the rows are below an open folder. */
      sections: z.record(section, z.object({ count: z.number(), bytes: z.number(), inside: z.number() })),
      pages: z.array(z.array(z.union([transfer, addedFolder]))),
      change: z.number(),
    }),
  ),
  /** Folders that were added whole, as far as they are there. */
  'transfers.folders': call(
    z.strictObject({ ids: z.array(id).min(1).max(1000) }),
    z.object({ folders: z.array(addedFolder) }),
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
   * false where that is too long ago to tell: everything has to be loaded again.
   */
  'transfers.since': call(
    z.strictObject({ change: z.number() }),
    z.object({
      rows: z.array(transfer),
      removed: z.array(id),
      folders: z.array(addedFolder).optional(),
      change: z.number(),
      more: z.boolean(),
      complete: z.boolean(),
    }),
  ),
  /**
   * One, several or all; what its state does not allow is left as it is and counted as refused. A `cancel` with `undoMs`
   * pauses, and cancels after so many ms; until then `undo` restores what was. Asked again it begins to count again; with
   * `undoable` in its filter it leaves alone what was resumed since.
   */
  'transfers.wish': call(
    z.strictObject({
      filter,
      wish: z.enum(['pause', 'resume', 'retry', 'cancel', 'remove', 'undo']),
      undoMs: z.int().min(0).max(60_000).optional(),
    }),
    z.object({
      changed: z.array(id),
      /** `problem`: why, where the state alone does not say it. */
      refused: z.array(z.object({ id, state: transferState, problem: problem.optional() })),
    }),
  ),
  /**
   * What the user decides about transfers that need attention: one of their `decisions`, by its id. `value`: what it
   * `needs`; `rename` takes a name also where it needs none. `valueIs`: what kind of value that is, where it was given as
   * such; a decision that takes another one is refused. `notices`: what the server says of itself, where it was tested.
   */
  /** What needs the user or has failed, by its cause: each with what can be decided for all of them at once. */
  'transfers.causes': call(
    z.strictObject({ filter: filter.pick({ ids: true, serverId: true }).optional() }),
    z.object({
      causes: z.array(
        z.object({ code: z.string(), count: z.number(), ids: z.array(id), decisions: z.array(decision) }),
      ),
    }),
  ),
  'transfers.decide': call(
    z.strictObject({
      ids: z.array(id).min(1).max(10_000),
      decision: z.string().min(1).max(100),
      value: z.string().min(1).max(1_000).optional(),
      valueIs: z.enum(['name', 'server', 'fingerprint', 'recipient']).optional(),
    }),
    z.object({
      changed: z.array(id),
      refused: z.array(z.object({ id, problem })),
      notices: z.array(problem),
    }),
  ),
  'transfers.move': call(
    z.strictObject({
      /** These, or all files of a folder that was added whole. */
      ids: z.array(id).min(1).max(10_000).optional(),
      folderId: id.optional(),
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
} as const;

export type Section = z.output<typeof section>;
export type TransferView = z.output<typeof transfer>;
export type AddedFolderView = z.output<typeof addedFolder>;
export type TotalsView = z.output<typeof totals>;
export type GroupView = z.output<typeof group>;
