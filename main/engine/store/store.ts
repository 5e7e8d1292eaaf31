/** What the engine asks of its store. `openStore` (open.ts) gives the one implementation, over node:sqlite. */
import type { Problem } from '../../../preload/problems.ts';
import type { Ending, Section } from '../../../preload/states.ts';
import type { Share, Told } from '../providers/provider.ts';
import type { Hashes } from '../source/hashes.ts';
import type { Identity } from '../source/identity.ts';
import type { Survives } from './connection.ts';
import type { JournalEntry } from './journal-lines.ts';
import type {
  AbandonedRow,
  ChunkRow,
  Delivery,
  DropRow,
  FolderRow,
  GroupRow,
  HistoryRow,
  LogEntry,
  NewTransfer,
  Page,
  RemoteState,
  SectionFilter,
  ShareRow,
  Totals,
  Transfer,
  TransferFilter,
  TransferPatch,
  UploadedRow,
} from './rows.ts';

export type PageRequest = { readonly limit: number; readonly after?: string };

export interface TransferRepository {
  /** All in one transaction, behind the last position; 10,000 take well below 2 s. Returns the new ids in order. */
  add(transfers: readonly NewTransfer[]): readonly number[];
  get(id: number): Transfer | undefined;
  /**
   * Which of these places other uploads have: those not ended, those that failed and left something on the server, those of
   * `batch`, and those that stored a file there since it began. With `below`, also places in which such an upload has a file: they are folders.
   */
  placesTaken(
    serverId: string,
    places: readonly string[],
    by: { readonly batch: number | undefined; readonly except?: number; readonly below: boolean },
  ): ReadonlySet<string>;
  /** One of the uploads that have a file in a folder, given by its place. */
  inPlace(serverId: string, place: string, batch: number | undefined): Transfer | undefined;
  /** Servers with uploads whose place is not worked out. */
  serversWithoutPlaces(): readonly string[];
  /** Uploads of a server whose place is not worked out: those that stored a file or have a session first. */
  withoutPlace(serverId: string, limit: number): readonly Transfer[];
  /** Their place is known now, or known not to exist; nothing that is shown changes. */
  setPlaces(places: readonly { readonly id: number; readonly place: string | undefined }[]): void;
  /** Those of a file to a server that are neither done nor cancelled. */
  unfinished(serverId: string, path: string): readonly Transfer[];
  /** In the queue's order (active, then to come, then ended; each by priority, then position), or the newest first. */
  page(filter: TransferFilter, order: 'queue' | 'newest', request: PageRequest): Page<Transfer>;
  /** Rows whose `change` is greater, oldest change first. */
  changedSince(change: number, limit: number): readonly Transfer[];
  /** Ids removed after a change, for clients that were away. */
  removedSince(change: number): readonly number[];
  /** The newest change of all. */
  change(): number;
  /**
   * Whether `changedSince` and `removedSince` tell all that happened after a change. False: load anew, for removals
   * that old are forgotten, or an older database was restored.
   */
  tellsSince(change: number): boolean;
  totals(filter?: TransferFilter): Totals;
  /** Rows and bytes of each section. */
  sections(filter: SectionFilter): Readonly<Record<Section, { readonly count: number; readonly bytes: number }>>;
  /** Rows of one section from any place: in the queue's order; of `done`, the last that ended first. */
  section(
    section: Section,
    filter: SectionFilter,
    part: { readonly skip: number; readonly limit: number },
  ): readonly Transfer[];
  /**
   * The next transfer of a server that may run now and is not in `running`: an active one left by a stop, a
   * waiting one that is due or whose wait is over, then a queued one; by priority, then position. `wish` cancel and
   * remove come before all, `wish` pause never comes. A wait is over where `waitFor` is undefined; one without
   * `waitUntil` ends by an update only. What its server is at work on never comes: see `nextAtWork`.
   */
  nextFor(serverId: string, now: number, running: readonly number[]): Transfer | undefined;
  /** Of those whose server is at work (`waitFor` server-work), the one that was to be asked about first. */
  nextAtWork(serverId: string, now: number, running: readonly number[]): Transfer | undefined;
  /** Servers that have transfers which are neither ended, paused nor waiting for a person. */
  serversWithWork(): readonly string[];
  /**
   * Shortens what waits for longer than its wait was meant to take, counted from now: the clock was ahead when the wait
   * began. `longest`: ms that any wait may take; a longer one whose beginning is not known is over now.
   */
  clampWaits(now: number, longest: number): void;
  /** The earliest `waitUntil` after now. */
  nextDue(now: number): number | undefined;
  /** Those whose cancel can be undone, the first to end first. */
  undoable(limit: number): readonly Transfer[];
  update(id: number, patch: TransferPatch): void;
  /** The same patch for all that match, one transaction. Returns the ids. */
  updateAll(filter: TransferFilter, patch: TransferPatch): readonly number[];
  /**
   * Changes the order: all given, in their present order, to the place. Positions change, priorities do not: `first`
   * is the first of its priority. An unknown place changes nothing.
   */
  move(ids: readonly number[], to: 'first' | 'last' | { readonly before: number } | { readonly after: number }): void;

  chunks(id: number): readonly ChunkRow[];
  /** Write-ahead: the chunk is about to be sent; begun = false. Replaces an older in-flight row of it. */
  chunkInFlight(id: number, index: number, size: number): void;
  /** Durable before the first byte is handed to the socket. */
  chunkBegun(id: number, index: number): void;
  /** Its last bytes are about to be handed to the socket: `at` is ms since the epoch. See `ChunkRow.keptBack`. */
  chunkComplete(id: number, index: number, at: number, how: 'kept back' | 'handed over'): void;
  /** The server answered that it does not have the chunk: nothing of it is on its way any more. */
  chunkRefused(id: number, index: number): void;
  chunkWritten(id: number, index: number, written: number): void;
  /** All bytes of the chunk are handed out: their digest. It stays when the chunk is acknowledged. */
  chunkDigest(id: number, index: number, digest: string): void;
  /**
   * The server has it: chunk acknowledged, bytes advanced, attempts and mismatch of pace cleared, remote state where
   * it changed: one transaction. Repeating it changes nothing.
   */
  chunkAcknowledged(
    id: number,
    index: number,
    size: number,
    more: { readonly tag?: string; readonly remote?: RemoteState },
  ): void;
  /** Forgets in-flight rows that the server does not have and that may be sent again. */
  chunksNotStored(id: number): void;
  /** An acknowledged chunk is to be sent once more, in the same session. */
  chunkAgain(id: number, index: number): void;

  /** A new remote session: remote state, chunk size, creating = false. */
  opened(
    id: number,
    remote: RemoteState,
    chunkSize: number,
    notices: readonly Problem[],
    /** Where it is stored under another name than it was queued with. */
    stored?: { readonly name: string; readonly place: string | undefined },
  ): void;
  /**
   * Gives the remote session up: it moves to the abandoned ones (unless `freed`), chunks and acknowledged bytes go,
   * `restarts` grows, the reason is logged. One transaction.
   */
  sessionLost(id: number, reason: Problem, freed: boolean, now: number): void;
  /** Ends it: state, endedAt, history row, and a live share where there is one. One transaction. */
  end(
    id: number,
    ending: Ending,
    at: number,
    serverName: string,
    more: {
      readonly share?: Transfer['share'];
      readonly proof?: HistoryRow['proof'];
      readonly problem?: Problem;
      readonly notices?: readonly Problem[];
      /** Of one that is done: its message is to be sent. */
      readonly delivery?: Delivery | undefined;
    },
  ): void;
  /** What became of the message about an upload that is done, in its row and in the history, which stays where the row is gone. */
  setDelivery(id: number, delivery: Delivery): void;
  /** The first that is done and whose message waits, without these transfers and those of these servers. */
  nextToDeliver(without: {
    readonly ids: readonly number[];
    readonly serverIds: readonly string[];
  }): Transfer | undefined;
  /** All whose message is in a state, of one server or of all. */
  deliveries(state: 'sending' | 'failed', serverId?: string): readonly Transfer[];
  /** Out of the list; its history and shares stay. */
  remove(ids: readonly number[]): void;

  log(id: number, at: number, problem: Problem): void;
  /** The last so many entries, the oldest first. 200 are kept of each transfer. */
  logOf(id: number, limit: number): readonly LogEntry[];
}

export interface ShareRepository {
  page(
    filter: { readonly serverId?: string; readonly search?: string; readonly states?: readonly ShareRow['state'][] },
    request: PageRequest,
  ): Page<ShareRow>;
  get(id: number): ShareRow | undefined;
  byKey(key: string): readonly ShareRow[];
  add(share: Omit<ShareRow, 'id'>): number;
  setState(id: number, state: ShareRow['state']): void;
  /** Takes shares out of the lists; nothing is done on their servers, and their keys stay. */
  forget(ids: readonly number[]): void;
  /** Its link, keys and end are these from now on; what its transfer shows of it, too. One transaction. */
  change(id: number, share: Share): void;
  /**
   * The valid shares that end within so many ms of `now`, the first to end first, at most 1,000. Each is given once for each
   * end that it gets, to one caller; one that lives no longer than `within` in all is never given.
   */
  takeExpiring(now: number, within: number): readonly ShareRow[];
  /**
   * Keeps how often a share was downloaded, as its server counts. Returns whether these are its first downloads. One that
   * was never counted before has its first ones only if it was made after `since`, ms since the epoch.
   */
  countDownloads(id: number, counted: number, since: number): boolean;
}

export interface HistoryRepository {
  page(
    filter: { readonly serverId?: string; readonly search?: string; readonly ending?: Ending },
    request: PageRequest,
  ): Page<HistoryRow>;
  /** How a transfer ended last. */
  ofTransfer(transferId: number): HistoryRow | undefined;
  remove(ids: readonly number[]): void;
}

export interface GroupRepository {
  add(group: Pick<GroupRow, 'serverId' | 'options' | 'count' | 'createdAt'>): number;
  get(id: number): GroupRow | undefined;
  /** The newest ones first. */
  recent(limit: number): readonly GroupRow[];
  /** Groups that are open or merging and whose members have all ended. */
  ready(): readonly GroupRow[];
  update(id: number, patch: Partial<Pick<GroupRow, 'state' | 'share' | 'problem' | 'count'>>): void;
}

export interface DropRepository {
  /**
   * @param goesOn more items of it are to come in this run
   * @param links somebody waits for its links; without, it only says what was added together
   */
  add(createdAt: number, goesOn: boolean, links?: boolean): number;
  /** Whether the drop is there and waits for more, or may still get some. */
  isOpen(id: number): boolean;
  /** What was still to come when an earlier run ended does not come any more. */
  endAll(): void;
  /** Says whether more is to come. */
  goesOn(id: number, goesOn: boolean): void;
  /** Those that nobody has taken, that wait for nothing more, and whose transfers and groups have all ended. */
  ready(): readonly DropRow[];
  /** Gives a drop that is ready to the first who asks. */
  take(id: number, at: number): DropRow | undefined;
}

/** Folders that were added whole. A folder without a file is none; `added` ones are empty until their files are added. */
export interface FolderRepository {
  /** `dropId`: the batch that it was added with. */
  add(
    folder: Pick<FolderRow, 'serverId' | 'path' | 'name' | 'createdAt'> & { readonly dropId?: number | undefined },
  ): number;
  get(id: number): FolderRow | undefined;
  /** The same folder for those of its files that are of this server; made where it is not there. `undefined`: it is gone. */
  onServer(id: number, serverId: string): number | undefined;
  /** Of these folders, those with a single file are no folders: the file stands alone. */
  dissolveSmall(ids: readonly number[]): void;
  /** The ids of its files. */
  files(id: number): readonly number[];
  /** Its first and its last file in the queue's order; `undefined`: it has none. */
  ends(id: number): { readonly first: number; readonly last: number } | undefined;
  /**
   * As `TransferRepository.sections`, where each folder is one row, followed by its files where it is `opened`. Files that
   * need the user, or have failed, are rows of their own in any case. A search shows the files and the folders that match.
   * `inside`: how many of the rows are below an open folder.
   */
  sections(
    filter: SectionFilter,
    opened: readonly number[],
  ): Readonly<Record<Section, { readonly count: number; readonly bytes: number; readonly inside: number }>>;
  /** The rows that those sections have. */
  section(
    section: Section,
    filter: SectionFilter,
    opened: readonly number[],
    part: { readonly skip: number; readonly limit: number },
  ): readonly (Transfer | FolderRow)[];
}

export interface AbandonedRepository {
  /** @param without servers whose sessions are left alone for now */
  due(now: number, limit: number, without?: readonly string[]): readonly AbandonedRow[];
  /** Whether one of them may still hold a place on its server. */
  holds(serverId: string, place: string): boolean;
  /** The oldest of those that were opened with this own key. */
  withKey(serverId: string, key: string): AbandonedRow | undefined;
  nextDue(): number | undefined;
  later(id: number, nextAt: number): void;
  /** All that are due later than `beyond` are due now. Default: than now, and of every server. */
  wake(now: number, beyond?: number, serverId?: string): void;
  /** The session's state while it is freed in several steps. */
  remember(id: number, remote: RemoteState): void;
  /** @param freed it was cleaned up on its server; else it is abandoned for good */
  remove(id: number, freed: boolean): void;
}

/** Hashes of whole files. What is lost of it is only made again. */
export interface HashRepository {
  /** Those of the file with this identity; none where it changed since, or its file system has no ctime. */
  of(identity: Identity): Hashes;
  /** In place of what the file had before; `at`: ms since the epoch. */
  keep(identity: Identity, hashes: Hashes, at: number): void;
}

/**
 * What was uploaded, so that it is recognised when it is added again. The end of a transfer writes it (`TransferRepository.end`);
 * it stays when transfer and history are removed, and goes when its share is revoked.
 */
export interface UploadedRepository {
  /**
   * The earlier upload of the same file, unchanged by its ctime, to the same folder with the same options. That the server still
   * has it is for the server to say.
   */
  find(
    serverId: string,
    identity: Identity,
    folder: Transfer['folder'],
    options: Transfer['options'],
  ): UploadedRow | undefined;
  forgetServer(serverId: string): void;
}

/** A key that the journal has and the database had not. `shareId`: the share that it became already. */
export type RecoveredKey = { readonly entry: JournalEntry; readonly shareId: number | undefined };

/** Delete keys that the journal had and the database had not, as the comparison at start found them. */
export interface RecoveredKeys {
  /** Those whose server is still to be asked whether their share exists. */
  readonly all: readonly RecoveredKey[];
  /** The server has it: it becomes a share, or the share that it became already is completed. */
  found(key: RecoveredKey, share: Share): void;
  /** The server does not have it any more. */
  gone(key: RecoveredKey): void;
}

export interface Store {
  readonly transfers: TransferRepository;
  readonly shares: ShareRepository;
  readonly history: HistoryRepository;
  readonly groups: GroupRepository;
  readonly drops: DropRepository;
  readonly folders: FolderRepository;
  readonly abandoned: AbandonedRepository;
  readonly hashes: HashRepository;
  readonly uploaded: UploadedRepository;
  readonly recovered: RecoveredKeys;
  /** Appends a delete key to the 0600 journal and fsyncs it, before anything else is done with the answer. */
  keepTold(told: Told, serverId: string, transferId: number): void;
  /** The delete key that the journal has of a share. With a transfer: never one of another transfer. */
  toldKey(serverId: string, shareKey: string, transferId?: number): string | undefined;
  /** Folder of the database, for words about its disk. */
  readonly path: string;
  /**
   * Runs all writes of `work` in one transaction; nests. Bulk commands of the queue need it. `work` is synchronous; a
   * throw from it undoes all and is passed on. `kill`: for what may be forgotten when the power fails, which costs no
   * wait for the disk; not inside another one, whose durability it has then.
   */
  transaction<T>(work: () => T, survives?: Survives): T;
  /** What happened at opening: restored, reset, keys recovered. Grows. Shown until acknowledged by the host. */
  readonly notices: readonly Problem[];
  /** Called with each notice that comes later. */
  onNotice(listener: (notice: Problem) => void): void;
  /**
   * Before a step on a server that nothing is written ahead of: throws `StoreLostError` where this process does not
   * have the profile any more, as every write does, or where its database was removed.
   */
  check(): void;
  /** Resolves when the integrity check at start is done and good; sending waits for it, nothing else does. */
  readonly sound: Promise<void>;
  /** Called when a write fails because the disk is full; the write threw `DiskFullError` to its caller. */
  onDiskFull(listener: () => void): void;
  /** Makes a backup beside the database now (also done by itself at start, every so often, and at close). */
  backup(): Promise<void>;
  close(): Promise<void>;
}
