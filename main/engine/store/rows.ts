/** The rows of the store as the engine sees them. Times are ms since the epoch, sizes bytes. */
import type { Problem } from '../../../preload/problems.ts';
import type {
  DeliveryState,
  Ending,
  GroupState,
  ShareState,
  TransferState,
  WaitReason,
} from '../../../preload/states.ts';
import type { Json } from '../json.ts';
import type { Lost } from '../outcome.ts';
import type { Share, TransferOptions } from '../providers/provider.ts';
import type { Hashes } from '../source/hashes.ts';
import type { Identity } from '../source/identity.ts';

/** What the person wants of it; a kill does not forget it. `remove` is cancel, and then out of the list. */
export const wishes = ['run', 'pause', 'cancel', 'remove'] as const;
export type Wish = (typeof wishes)[number];

/** A provider's remote state with the version of its schema. */
export type RemoteState = { readonly version: number; readonly value: Json };

/** A cancel that can be undone: until when, ms since the epoch, and what an undo brings back. */
export type Undo = { readonly until: number; readonly state: TransferState; readonly wish: Wish };

/** What became of the message about an upload that is done. To whom and what it says are in the upload's options. */
export type Delivery = {
  readonly state: Exclude<DeliveryState, 'planned'>;
  /** When it entered this state, ms since the epoch. */
  readonly at?: number;
  /** Why it waits, or what the user is asked. */
  readonly problem?: Problem;
  /** Of `failed`: no message can be sent there until the user has put the account or the server right. */
  readonly scope?: 'account' | 'server';
  /** Of `sent`: the user saw it on the server. */
  readonly by?: 'person';
};

export type Transfer = {
  readonly id: number;
  readonly serverId: string;
  readonly state: TransferState;
  readonly wish: Wish;
  /** Present while the transfer is paused because a cancel of it can still be undone. */
  readonly undo: Undo | undefined;
  readonly waitFor: WaitReason | undefined;
  readonly waitUntil: number | undefined;
  /** Absolute path on this machine. */
  readonly path: string;
  /** As it is called on the server. */
  readonly name: string;
  readonly folder: readonly string[];
  readonly size: number;
  readonly identity: Identity;
  readonly options: TransferOptions;
  readonly groupId: number | undefined;
  /** Absent: nobody waits for its link. */
  readonly dropId: number | undefined;
  /** The folder that it was added with, where that one has other files, too. */
  readonly folderId?: number | undefined;
  /** Where it is stored, as its provider compares places; `''`: not worked out yet. Absent where servers have no places. */
  readonly place?: string | undefined;
  /** Higher goes first. */
  readonly priority: number;
  /** Within one priority, lower goes first. */
  readonly position: number;
  /** Attempts without progress since bytes last advanced. */
  readonly attempts: number;
  /** Remote sessions that had to be given up. */
  readonly restarts: number;
  /** Of these, in a row because the stored length was wrong. */
  readonly mismatches: number;
  /** A create is under way, or its answer was lost. */
  readonly creating: boolean;
  readonly remote: RemoteState | undefined;
  /** Why the session of `remote` is given up; freeing it has begun. */
  readonly lost: Lost | undefined;
  /** The last session on this server that was abandoned, whether it was cleaned up or not. */
  readonly earlier: RemoteState | undefined;
  /** Hashes of the file that the present session was opened with, or is about to be. */
  readonly hashes?: Hashes | undefined;
  /** Bytes of a chunk of the present session; undefined before it is opened. */
  readonly chunkSize: number | undefined;
  readonly acknowledgedBytes: number;
  readonly problem: Problem | undefined;
  readonly share: Share | undefined;
  /** Absent: no message goes out about it, or it is not done yet. */
  readonly delivery: Delivery | undefined;
  readonly createdAt: number;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  /** Grows with every change of any row: what a client that was away asks from. */
  readonly change: number;
};

export type NewTransfer = Pick<
  Transfer,
  'serverId' | 'path' | 'name' | 'folder' | 'size' | 'identity' | 'options' | 'groupId' | 'priority' | 'createdAt'
> & {
  readonly wish: 'run' | 'pause';
  readonly notices: readonly Problem[];
  readonly dropId?: number | undefined;
  readonly folderId?: number | undefined;
  readonly place?: string | undefined;
};

/** What may be changed of a transfer in one write; a key that is present with `undefined` clears the column. */
export type TransferPatch = Partial<
  Pick<
    Transfer,
    | 'state'
    | 'wish'
    | 'undo'
    | 'waitFor'
    | 'waitUntil'
    | 'name'
    | 'folder'
    | 'place'
    | 'size'
    | 'identity'
    | 'options'
    | 'priority'
    | 'attempts'
    | 'mismatches'
    | 'creating'
    | 'remote'
    | 'lost'
    | 'hashes'
    | 'chunkSize'
    | 'problem'
    | 'dropId'
    | 'share'
    | 'serverId'
    | 'startedAt'
    | 'endedAt'
  >
> & {
  /** When the wait until `waitUntil` began, by the clock that `waitUntil` was reckoned with. */
  readonly waitSince?: number | undefined;
};

export type ChunkRow = {
  readonly index: number;
  readonly state: 'in-flight' | 'acknowledged';
  readonly size: number;
  /** A byte of its body was, or may have been, handed to the socket. */
  readonly begun: boolean;
  /** Bytes of it handed to the socket, as last noted: for display, never for resume. */
  readonly written: number;
  readonly tag: string | undefined;
  /** ms since the epoch: just before its last bytes were handed to the socket, where that was noted. */
  readonly completeAt: number | undefined;
  /** XXH64 of the bytes as they were sent, hex; absent where they were not all sent, or by an older version. */
  readonly digest: string | undefined;
  /** The very last byte had not been handed over when this was written; after a power loss that may be out of date. */
  readonly keptBack: boolean;
};

export type Totals = {
  readonly byState: Readonly<Record<TransferState, number>>;
  /** Of those that wait: those whose server is at work on them. They count as active. */
  readonly atWork: number;
  /** Of those that are done: how many messages are still sent automatically, and how many need the user. */
  readonly delivering: number;
  readonly undelivered: number;
  readonly count: number;
  readonly bytes: number;
  readonly acknowledgedBytes: number;
  /** Bytes of what is done, and of what moves or will move. */
  readonly doneBytes: number;
  readonly pending: { readonly bytes: number; readonly acknowledged: number };
};

/** Which transfers a call is about. All given conditions hold together. */
export type TransferFilter = {
  readonly ids?: readonly number[];
  readonly states?: readonly TransferState[];
  readonly serverId?: string;
  readonly groupId?: number;
  /** What was added together. */
  readonly batch?: number;
  /** Only the files of a folder that was added whole. */
  readonly folderId?: number;
  readonly waitFor?: WaitReason;
  /** Only those whose cancel can still be undone. */
  readonly undoable?: true;
  /** Part of the name, case ignored. */
  readonly search?: string;
};

/** Which transfers a window looks at. */
export type SectionFilter = {
  readonly serverId?: string;
  /** Part of the name, case ignored. */
  readonly search?: string;
  /** Of those that are done: only the ones that ended then or later. */
  readonly endedAfter?: number;
};

/** The state of its files that shows a folder in the queue: the first that any of them is in. */
export type Pressing = 'active' | 'waiting' | 'queued' | 'paused' | 'done' | 'asking' | 'failed';

/** How many files of a folder are in which state. `asking`: they need the user. `active`: also while their server is at work. */
export type FolderCounts = Readonly<
  Record<'asking' | 'active' | 'waiting' | 'paused' | 'failed' | 'queued' | 'done' | 'cancelled', number>
>;

/** A folder that was added whole. */
export type FolderRow = {
  readonly id: number;
  readonly serverId: string;
  /** Absolute path on this machine. */
  readonly path: string;
  readonly name: string;
  readonly count: number;
  readonly bytes: number;
  readonly acknowledgedBytes: number;
  readonly counts: FolderCounts;
  /** How many cancels of its files can still be undone. */
  readonly undoable: number;
  readonly pressing: Pressing;
  readonly createdAt: number;
  /** When the last of its files ended so far. */
  readonly endedAt: number | undefined;
};

/** A page of rows, and where the next one begins; no `next`: the end. */
export type Page<T> = { readonly rows: readonly T[]; readonly next: string | undefined };

/** Transfers that were added together. */
export type DropRow = { readonly id: number; readonly members: readonly Transfer[] };

export type LogEntry = { readonly at: number; readonly problem: Problem };

/** One ended transfer; stays when the transfer is removed from the list. */
export type HistoryRow = {
  readonly id: number;
  readonly transferId: number;
  readonly at: number;
  readonly outcome: Ending;
  readonly name: string;
  readonly path: string;
  readonly size: number;
  readonly serverId: string;
  readonly serverName: string;
  /** ms from the first byte's preparation to the end. */
  readonly took: number;
  readonly shareKey: string | undefined;
  readonly link: string | undefined;
  /** `path`: where an account holds it. */
  readonly proof: { readonly by: string; readonly detail: string; readonly path?: string } | undefined;
  readonly problem: Problem | undefined;
  readonly delivery: Delivery | undefined;
};

/** A file that was uploaded and verified, with what the server is asked about it. `link`: of its share; absent where it has none. */
export type UploadedRow = Pick<Transfer, 'name' | 'folder' | 'options' | 'hashes'> & {
  readonly remote: RemoteState;
  readonly link: string | undefined;
  readonly proof: HistoryRow['proof'];
  /** ms since the epoch. */
  readonly at: number;
};

export type ShareRow = Share & {
  readonly id: number;
  readonly transferId: number | undefined;
  readonly serverId: string;
  readonly name: string;
  readonly size: number;
  readonly isGroup: boolean;
  readonly createdAt: number;
  readonly state: ShareState;
  /** Its column is damaged: nothing but what stands beside it is known. */
  readonly broken?: true;
};

/** Several transfers that end under one key. */
export type GroupRow = {
  readonly id: number;
  readonly serverId: string;
  readonly options: TransferOptions;
  readonly count: number;
  readonly state: GroupState;
  readonly share: Share | undefined;
  readonly problem: Problem | undefined;
  readonly createdAt: number;
};

/** A remote session that was given up and is still to be freed on its server. */
export type AbandonedRow = {
  readonly id: number;
  readonly transferId: number | undefined;
  readonly serverId: string;
  readonly name: string;
  readonly size: number;
  readonly options: TransferOptions;
  readonly chunkSize: number;
  readonly remote: RemoteState;
  readonly attempts: number;
  readonly nextAt: number;
};
