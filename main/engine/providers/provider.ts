/**
 * What a kind of server has to offer the queue: a small required interface, and optional parts told by their presence.
 *
 * A provider holds no state of its own: all that it must remember about an upload is one JSON value (`Remote`), that
 * the queue stores before the next step. Every call may be the first one after a kill.
 */
import type { z } from 'zod';
import type { Problem } from '../../../preload/problems.ts';
import type { ReasonCode } from '../../../preload/problems/reasons.ts';
import type { Http } from '../http/http.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Failure, Outcome } from '../outcome.ts';
import type { HashAlgorithm, Hashes } from '../source/hashes.ts';
import type { Account, Conflict } from './account.ts';
import type { ProviderContext } from './context.ts';

export type { ProviderContext } from './context.ts';
export { FailureError } from '../outcome.ts';

/** A value that is kept for years: its schema, its version, and the way from older versions. */
export type Kept<T> = {
  readonly version: number;
  readonly schema: z.ZodType<T>;
  /** From a value of an older version to the newest; throws where it makes no sense of it. */
  readonly migrate: (value: Json, version: number) => Json;
};

/**
 * What a field is for. `conflict`: a choice of `Conflict`, for an existing name. `share`: a flag, whether a share is made
 * when the upload is completed; `share-expiry`, `share-downloads`, `share-password`: its terms.
 * `recipient`: to whom a message about the upload goes once it is done (`Provider.deliver`); `message`: its text.
 */
export type FieldRole =
  | 'conflict'
  | 'share'
  | 'share-expiry'
  | 'share-downloads'
  | 'share-password'
  | 'recipient'
  | 'message';

/** A field that a provider asks for: forms and command-line options are made of these, never of a provider's kind. */
export type Field = {
  /** Key in the settings or the options; on the command line `--key`. */
  readonly key: string;
  /** `folder`: a path on the server, chosen from `Provider.folders`; a window remembers the last one. */
  readonly type: 'text' | 'url' | 'duration' | 'number' | 'key' | 'flag' | 'choice' | 'folder';
  /** Of the catalogue, asked for when it is shown. */
  readonly label: () => string;
  readonly help: () => string;
  readonly choices?: readonly string[];
  /** What it is for, where a form or the engine has to know: never its key. */
  readonly role?: FieldRole;
  /** Of a number: the smallest and the largest that it may be. */
  readonly range?: { readonly least: number; readonly most: number };
  /** Of a text: what all of it has to match, as a regular expression; `misfit` says why another value is refused. */
  readonly pattern?: string;
  readonly misfit?: ReasonCode;
};

/** What a server can do that its provider's methods do not tell; see `offersOf` for the rest. */
export type Capabilities = {
  /** How the provider learns after a break what the server has. */
  readonly resume: 'probe' | 'server-list' | 'own-record';
  readonly zeroByteFiles: boolean;
  readonly expiry: boolean;
  readonly ownKey: boolean;
  readonly password: 'none' | 'optional' | 'required';
  /**
   * Of revoking a share, where the provider has `revoke`: whether it takes a delete key, and what becomes of the file. `link`
   * is `none` where what it lists are files without a public link: revoking one deletes it.
   */
  readonly shares: {
    readonly needsDeleteKey: boolean;
    readonly revoke: 'removes-file' | 'keeps-file';
    readonly link?: 'none';
  };
  /** `password`: one secret, typed once. `steps`: an account, by `Provider.signIn`. */
  readonly signIn: 'password' | 'steps';
  /** What can be done about a name that is taken; empty: names are never taken. */
  readonly conflict: readonly Conflict[];
};

/** What a server allows, as far as it is known before anything is sent. Bytes, seconds. */
export type Limits = {
  readonly fileSize?: number;
  readonly expirySeconds?: number;
  readonly groupSize?: number;
  readonly chunkSize?: number;
  readonly expiryChoicesSeconds?: readonly number[];
  /** An unfinished upload is removed by the server after so many seconds. */
  readonly unfinishedSeconds?: number;
};

/** What the person chose for one transfer; `extra` holds the provider's own fields. */
export type TransferOptions = {
  readonly expirySeconds?: number;
  readonly key?: string;
  readonly extra?: JsonObject;
};

/** One upload as the provider sees it. */
export type Job = {
  /** As it is to be called on the server: the name that `admit` gave. */
  readonly name: string;
  /** Folders above it, from the dropped one down; empty for a single file. */
  readonly folder: readonly string[];
  /** Bytes. */
  readonly size: number;
  /** ms since the epoch. */
  readonly modifiedAt: number;
  readonly options: TransferOptions;
  /** An earlier create of this upload went out and its answer was lost: the server may hold what it made. */
  readonly createInDoubt: boolean;
  /** ms since the epoch: when the first such create went out. */
  readonly createTriedAt?: number;
  /**
   * What this program has under a name in the same folder, beside this upload. `upload`: another upload, under way, or stored
   * together with this one: never overwritten, never a reason to skip. `leftover`: an abandoned upload that is still to
   * be cleaned up: it goes soon. Absent: nothing is known.
   */
  readonly ownAt?: (name: string) => 'upload' | 'leftover' | undefined;
  /** Hashes of the whole file that `Provider.needs` asked for, as far as they are known. */
  readonly hashes?: Hashes;
  /** Remote state of the last abandoned session of this upload on this server: it may still hold its name. */
  readonly earlier?: unknown;
  /** The delete key that was told for a share, where a kill came before the remote state had it. */
  readonly deleteKeyOf?: (shareKey: string) => string | undefined;
};

/** A hash of the whole file that a step needs: it is in `Job.hashes` then, in lower-case hex. */
export type Need = { readonly hash: HashAlgorithm; readonly before: 'open' | 'finish' };

/** One call of the queue about one upload. */
export type Call<Settings, Remote> = {
  readonly job: Job;
  /** The upload's state, as the last call left it. */
  readonly remote: Remote;
  readonly progress: Progress;
  readonly context: ProviderContext<Settings>;
  /** That of the context. */
  readonly signal: AbortSignal;
  /** Stores the remote state durably before a step that cannot be repeated, or that needs what an earlier one revealed. */
  remember(remote: Remote): void;
};

/** A call about an upload that the server has not opened yet, or whose opening was not heard of. */
export type Opening<Settings> = Pick<Call<Settings, unknown>, 'job' | 'context' | 'signal'>;

/** The message about an upload, as its transfer fields of these roles say. `text`: absent where none was given. */
export type Message = { readonly recipient: string; readonly text?: string };

/** An upload that is done, as it is asked about later. `size`: bytes. */
export type Stored<Remote> = Pick<Job, 'size' | 'hashes'> & { readonly remote: Remote };

/** A call about the message of an upload that is done. */
export type DeliveryCall<Settings, Remote> = Pick<Call<Settings, Remote>, 'job' | 'remote' | 'context' | 'signal'>;

/** How an opened upload is sent. */
export type Shape = {
  /** Bytes of every chunk but the last. 1 ≤ chunkSize. */
  readonly chunkSize: number;
  /** Chunks of one file that may travel at once. */
  readonly lanes: number;
  /** `last-alone`: any order, but the last chunk waits for all others. */
  readonly order: 'ascending' | 'any' | 'last-alone';
  /**
   * What a chunk that is cut leaves. `harmless`: nothing, so pausing may cut at once, and a power loss may forget that a
   * chunk had begun. `until-last-byte`: nothing while its last byte has not been handed over; from then on until its
   * answer a cut can crash the server, or lose what the answer reveals only once, so pausing and quitting wait for it.
   * `spoils`: the file there is broken, so pausing ends at a chunk's end, and cancelling uses `ending`.
   */
  readonly cut: 'harmless' | 'until-last-byte' | 'spoils';
  /** The finish must not be repeated: neither a pause nor a cancel cuts it, and quitting waits for its answer. */
  readonly finishUncut?: true;
};

/** When a server ends an unfinished upload, even one that makes progress. ms since the epoch on this machine's clock. */
export type Deadline = {
  readonly from: number;
  readonly until: number;
  /** An administrator can give uploads more time. */
  readonly adjustable: boolean;
};

export type Chunk = { readonly index: number; readonly offset: number; readonly size: number };

/** A chunk's bytes for one attempt. */
export type ChunkBody = {
  /**
   * The chunk's bytes, read, checked against the file, paced and counted. To be pulled only from a standing
   * connection: the first pull is recorded as "begun" before a byte is given. Ends early only after `ending`.
   * Throws a `FailureError` where the file changed or ended early: the provider lets it pass, or gives it as `Sent.short`.
   */
  readonly stream: () => AsyncIterable<Uint8Array>;
  /** Cut at once. That of the call. */
  readonly signal: AbortSignal;
  /** End the chunk in an orderly way as soon as possible: the transfer is being cancelled. */
  readonly ending: AbortSignal;
  /**
   * To be called right before the request's last byte is handed to the socket, where `Shape.cut` is `until-last-byte`:
   * from then on the chunk is not cut. Throws what has to keep that byte back.
   */
  readonly lastByte?: () => void;
  /**
   * An answer came that does not acknowledge the chunk, and no request for it is on its way any more: its last byte no
   * longer counts as handed over (`Progress.inFlight`).
   */
  readonly refused?: () => void;
};

export type InFlight = {
  readonly index: number;
  /** Whether a byte of the body was handed to the socket. */
  readonly begun: boolean;
  /** The last byte may have been handed over, then: ms since the epoch. Kept where `Shape.cut` is `until-last-byte`. */
  readonly completeAt?: number;
};

/** What the queue knows of the chunks when it asks the server. */
export type Progress = {
  readonly count: number;
  readonly acknowledged: (index: number) => boolean;
  /** Tag (an ETag, say) that came with an acknowledged chunk. */
  readonly tag: (index: number) => string | undefined;
  /** Chunks whose answer never came. */
  readonly inFlight: readonly InFlight[];
};

/** A key that opens or removes what was stored, told once. The queue writes it to the journal before anything else. */
export type Told = { readonly shareKey: string; readonly deleteKey: string };

export type Opened<Remote, Settings = unknown> = {
  readonly remote: Remote;
  /** Another name than the job's, where it is stored under one. */
  readonly name?: string;
  /** What the person should know: another key than asked for, another name. */
  readonly notices: readonly Problem[];
  /** Where the server has changed since it was checked: replaces the kept settings. */
  readonly settings?: Settings;
};

export type Resumed<Remote, Settings = unknown> = {
  readonly remote: Remote;
  /** Chunks among those not known as acknowledged that the server has. */
  readonly stored: readonly number[];
  /** Acknowledged chunks that the server needs once more. */
  readonly again?: readonly number[];
  readonly notices: readonly Problem[];
  /** Where the server has changed since it was checked: replaces the kept settings. */
  readonly settings?: Settings;
};

export type Sent<Remote> = {
  /** Where it changed; stored together with the acknowledgement. */
  readonly remote?: Remote;
  readonly tag?: string;
  readonly told?: Told;
  /**
   * The chunk was ended early (by `ending`, or because its file failed), and the server stored it short: the upload is
   * spoilt. `remote` and `told` are to be kept as ever, since a delete key may have come; the chunk is not
   * acknowledged, and the queue goes on as this failure says.
   */
  readonly short?: Failure;
};

/** A share as it stands after an upload, and in the list of shares. */
export type Share = {
  readonly key: string;
  /** Absent where the address of the share page is unknown. */
  readonly link?: string;
  readonly deleteKey?: string;
  /** ms since the epoch; absent: never, or unknown. */
  readonly expiresAt?: number;
  /** Where the account holds what it opens; absent where that is not told. */
  readonly path?: string;
};

export type Verified = {
  readonly share?: Share;
  /**
   * How it is known that the server has it: shown as proof. `server-answer`: it says so, and cannot be asked. `detail`: the server's own words, such as a header or fields of its
   * answer; no sentence. `path`: where an account holds it, to be shared later.
   */
  readonly proof: {
    readonly by: 'stored-length' | 'server-status' | 'server-answer' | 'hash';
    readonly detail: string;
    readonly path?: string;
  };
  readonly notices: readonly Problem[];
};

export type Cancelled = { readonly left?: Problem };

/** A kind and its settings, found at an address. */
export type Recognised<Settings> = {
  /** The address that is kept: normalised, without a trailing slash. */
  readonly address: string;
  readonly settings: Settings;
  /** A name to begin with. */
  readonly title: string;
  readonly needsPassword: boolean;
};

export type Checked<Settings> = { readonly settings: Settings; readonly notices: readonly Problem[] };

/** A file as it is looked at before the queue takes it. */
export type Candidate = {
  readonly name: string;
  readonly folder: readonly string[];
  readonly size: number;
  readonly path: string;
};

/** `refused`: in words, before the queue. Else the name and options that will be used, and what to tell. */
export type Admission =
  | { readonly refused: Problem }
  | {
      readonly name: string;
      /** Names of the folders above it as the server takes them; absent: as they are here. */
      readonly folder?: readonly string[];
      readonly options: TransferOptions;
      readonly notices: readonly Problem[];
    };

/** How a server names what it stores, where two uploads can meet under one name. Both functions are pure. */
export type Naming = {
  /**
   * The place of a file or a folder on its server, as text. Two that the server could take for one have the same text. What is
   * in a folder has the folder's text, `/`, and more. `names`: folders from the chosen one down, then the name.
   */
  readonly place: (names: readonly string[], options: TransferOptions) => string;
  /**
   * The n-th name (n ≥ 2) for what would meet another: within the server's limits, with the extension kept. Two numbers give two
   * places.
   */
  readonly numbered: (name: string, n: number, kind: 'file' | 'folder') => string;
};

/** A server as a link of its programs describes it. */
export type LinkedServer = {
  readonly address: string;
  /** Values of `serverFields`. */
  readonly fields?: Readonly<Record<string, string | number | boolean>>;
  /** Never kept, and nothing is sent with it, before the user has agreed. */
  readonly secret?: string;
};

export type ServerLinks = {
  /** In lower case; `link-schemes.ts` lists them as well. */
  readonly schemes: readonly string[];
  /** Reads a link of one of the schemes; `undefined` where it sets up no server. Pure. */
  readonly read: (link: string) => LinkedServer | undefined;
};

export interface Provider<Settings, Remote> extends Account<Settings, Remote> {
  readonly kind: string;
  /** What people call it. */
  readonly title: string;
  readonly capabilities: Capabilities;
  readonly settings: Kept<Settings>;
  readonly remote: Kept<Remote>;
  /** Paths of its API that the log may show, as `routesOf` takes them. What is in none of them is hidden. */
  readonly routes?: readonly string[];
  /** Asked when a server is added, beside address, name and password. */
  readonly serverFields: readonly Field[];
  /** The values of `serverFields` in kept settings, by key. Absent: they cannot be edited. */
  readFields?(settings: Settings): Readonly<Record<string, string | number | boolean>>;
  /** The settings with other values of `serverFields`; those that are not given stay. */
  withFields?(settings: Settings, values: JsonObject): Settings;
  /** Asked for an upload, beside expiry and key. */
  readonly transferFields: readonly Field[];

  /**
   * Looks whether a server of this kind answers at an address (a web page's or an API's), without changing
   * anything there. `undefined`: not of this kind. `given`: the values of `serverFields`.
   */
  recognise(address: string, given: JsonObject, http: Http): Promise<Outcome<Recognised<Settings> | undefined>>;
  /** Links of its programs that set up a server; absent: there are none. */
  readonly links?: ServerLinks;
  /** Says in words why a secret could never work, before it is saved. */
  refuseSecret(secret: string): Problem | undefined;
  /** A real round trip: limits, password, what stands before the server. Its settings replace the kept ones. */
  check(ctx: ProviderContext<Settings>): Promise<Outcome<Checked<Settings>>>;
  limits(settings: Settings): Limits;
  /** Absent where each upload has a place of its own. */
  readonly naming?: Naming;
  /** Judges a file by the known limits. Pure. */
  admit(
    file: Candidate,
    options: TransferOptions,
    server: { readonly name: string; readonly settings: Settings },
  ): Admission;

  /**
   * What has to be known of a file's content, by the server's settings and, once the upload is opened, by its remote
   * state. The queue reads the file for it, which takes as long as its disk needs. Pure. Absent: nothing.
   */
  needs?(settings: Settings, remote: Remote | undefined): readonly Need[];

  /**
   * With which later step a term of an upload that has begun goes out; until then it can be changed. `finish`: with the step that
   * completes the upload. `deliver`: with the message, once it is done. `undefined`: it went out already. Pure.
   * Absent: every term goes out with `open`.
   *
   * @param term `expiry`, `key`, or the key of a transfer field
   * @param remote `undefined` while the answer to `open` is awaited
   */
  sentWith?(term: string, remote: Remote | undefined): 'finish' | 'deliver' | undefined;

  /** The deadline of an upload; absent, or `undefined`: the server has none. Pure but for what is known of its clock. */
  deadline?(remote: Remote, ctx: ProviderContext<Settings>): Deadline | undefined;

  /** Creates the upload on the server. Not repeatable: the queue has written down that it is about to. */
  open(call: Opening<Settings>): Promise<Outcome<Opened<Remote, Settings>>>;
  shape(job: Job, remote: Remote, settings: Settings): Shape;
  /**
   * Asks the server what it has, after any break and at every start. Fails with `restart` where the session is gone
   * or spoilt. Never sends a byte of the file.
   */
  resume(call: Call<Settings, Remote>): Promise<Outcome<Resumed<Remote, Settings>>>;
  /** Sends one chunk; a value means that the server has acknowledged it. */
  send(call: Call<Settings, Remote>, chunk: Chunk, body: ChunkBody): Promise<Outcome<Sent<Remote>>>;
  /**
   * All chunks are acknowledged: completes the upload where the protocol wants a step for it. May be called again after
   * a break.
   */
  finish(call: Call<Settings, Remote>): Promise<Outcome<Sent<Remote>>>;
  /** The strongest check that the server offers. Fails with `restart` where what is stored is not the file. */
  verify(call: Call<Settings, Remote>): Promise<Outcome<Verified>>;
  /**
   * Frees what the server holds of an upload, finished or not. Repeatable; gone already counts as done.
   * `left`: what could not be freed, in words, for good.
   */
  cancel(call: Call<Settings, Remote>): Promise<Outcome<Cancelled>>;

  /**
   * Frees what a create made whose answer was lost (`Job.createInDoubt`), where the upload is given up before it was opened.
   * Repeatable; nothing there counts as done. Absent where a server sweeps such uploads itself.
   */
  freeDoubt?(call: Opening<Settings>): Promise<Outcome<void>>;

  /**
   * Sends the message about an upload that is done. Not repeatable: the queue has written down that it is about to, and sends
   * it once more only where `madeNothing` holds for the failure, which says that no message was made. After any other
   * failure the user is asked: it is worth a request that changes nothing before it, since a connection that was kept open may
   * have ended unnoticed. Absent: no message can be sent, and no field has the role `recipient`.
   */
  deliver?(call: DeliveryCall<Settings, Remote>, message: Message): Promise<Outcome<void>>;

  /**
   * Joins finished uploads under one key. `inDoubt`: an earlier answer was lost, so an own key may be held by the
   * group that it made, and is adopted then. Absent: uploads cannot be grouped.
   */
  group?(
    shares: readonly Share[],
    options: TransferOptions & { readonly inDoubt: boolean },
    ctx: ProviderContext<Settings>,
  ): Promise<Outcome<Opened<Share>>>;
  /**
   * A share by its key as the server has it, without its delete key; `undefined`: the server says that it has none.
   * Changes nothing. Absent where that cannot be asked.
   */
  find?(shareKey: string, ctx: ProviderContext<Settings>): Promise<Outcome<Share | undefined>>;
  /**
   * Asks about uploads that are done: whether the server still has the file whole, under the link that was given out. `false`: it
   * has not, or cannot say. Changes nothing. Gives one question for each upload, which is asked when it is called: all of them are
   * known before, so that a listing can answer for many. Absent: nothing can be asked, and everything is uploaded again.
   */
  stillHas?(
    uploads: readonly Stored<Remote>[],
    ctx: ProviderContext<Settings>,
  ): readonly (() => Promise<Outcome<boolean>>)[];
  /** Takes back a share. Gone already counts as done. Absent: shares cannot be revoked. */
  revoke?(share: Share, ctx: ProviderContext<Settings>): Promise<Outcome<void>>;
}

/** A provider whose types are known to itself only: its values come from its own schemas. */
export type AnyProvider = Provider<unknown, unknown>;
