/** Where a Cloudreve policy can put its bytes, in the policies' own words. */
export const STORE_KINDS = ['s3', 'ks3', 'cos', 'oss', 'obs', 'qiniu', 'upyun', 'onedrive', 'remote'] as const;

export type StoreKind = (typeof STORE_KINDS)[number];

export interface StoreOptions {
  /** All its state is in here: it finds it again after it was killed. */
  readonly folder: string;
  /** 0 takes a free one, which is kept over all lives. */
  readonly port?: number;
  /** The origin under which clients reach it, where that is not its own: hosts are signed. */
  readonly publicUrl?: string;
  /** Its clock, ms. */
  readonly now?: () => number;
  /** Which server an `s3` is like, where two differ: `minio`, the stricter, by default. */
  readonly like?: 'versitygw' | 'minio';
  /** The Cloudreve version of a `remote` node: the newest by default. */
  readonly version?: string;
  /** How long an orderly end waits for bodies under way, ms. */
  readonly patience?: number;
}

/** What the master wants a store to take. */
export interface SessionWish {
  /** Cloudreve's id of the upload session. */
  readonly session: string;
  /** The object's key, without a leading slash. */
  readonly key: string;
  readonly size: number;
  /** 0: the whole in one. */
  readonly chunkSize: number;
  /** When the session ends, ms. */
  readonly expires: number;
  readonly mimeType?: string;
  /** What the store itself asks when the object is there: oss, obs, qiniu, upyun, remote. */
  readonly callback?: string;
  /** Whether a `remote` node makes the file at full length at once, so that chunks may come in any order. */
  readonly preallocate?: boolean;
}

/** What the client is told: the fields of the answer to PUT `/file/upload`, in the same shape. */
export interface SessionGrant {
  readonly uploadId: string;
  readonly uploadUrls: readonly string[];
  readonly completeUrl?: string;
  readonly credential?: string;
  readonly uploadPolicy?: string;
}

export interface StoredObject {
  readonly key: string;
  readonly size: number;
  readonly sha256: string;
}

/** What happened to the bodies that were sent for one part. */
export interface PartReport {
  /** Bodies of which a byte arrived. */
  readonly began: number;
  /** Bodies that were stored whole. */
  readonly stored: number;
  /** Bodies that were sent although the part was stored. */
  readonly again: number;
}

export interface StoreReport {
  readonly crashes: number;
  /** By Cloudreve's session and the part's number as the store counts: from 1, a `remote` node from 0. */
  readonly transfers: Readonly<Record<string, Readonly<Record<string, PartReport>>>>;
  /** Refusals by the store's word or number for them. */
  readonly refused: Readonly<Record<string, number>>;
  /** Sessions whose bytes are whole, and that the store could not call its site for. */
  readonly untold: readonly string[];
}

/** A store that is away cannot be asked. */
export class StoreAway extends Error {
  constructor(kind: StoreKind) {
    super(`The ${kind} store is away.`);
  }
}

/**
 * A stand-in for the store behind a Cloudreve policy. Its address stays the same over all its lives. What the master
 * does with a store rejects with `StoreAway` while it is away, as a call over the wire would fail.
 */
export interface Store {
  readonly kind: StoreKind;
  readonly url: string;
  /** Opens an upload and signs what the client needs for it. */
  readonly open: (wish: SessionWish) => Promise<SessionGrant>;
  /** Gives an upload up. False: the store knows none, because it was completed, given up or forgotten. */
  readonly abort: (session: string) => Promise<boolean>;
  /** What lies under a key: a completed object; on a `remote` node whatever was written. */
  readonly uploaded: (key: string) => Promise<StoredObject | undefined>;
  /** Stores a whole object on the master's behalf, as it does when it relays. */
  readonly put: (key: string, bytes: Uint8Array, mimeType?: string) => Promise<void>;
  /** An address that answers the object's bytes until `expires`, ms. */
  readonly contentUrl: (key: string, expires: number) => string;
  /** Whether a call to the master is from this node: undefined, or what the master answers. Only `remote` signs. */
  readonly refuseCallback: (call: CallbackCall) => { readonly code: number; readonly msg: string } | undefined;
  /** An orderly end and start. */
  readonly restart: () => Promise<void>;
  /** What a SIGKILL does, and a start. */
  readonly kill: () => Promise<void>;
  /** An orderly end, and no start until `comeBack`. */
  readonly away: () => Promise<void>;
  readonly comeBack: () => Promise<void>;
  /** From now on the store cannot reach the server. */
  readonly breakCallback: () => void;
  readonly mendCallback: () => void;
  readonly report: () => StoreReport;
  /** Ends it. The folder stays: it is its owner's. */
  readonly stop: () => Promise<void>;
}

export interface CallbackCall {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}
