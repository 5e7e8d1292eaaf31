import type { Ask, Reply } from './http.ts';
import type { CallServer } from './callback.ts';
import type { Disk } from './disk.ts';
import type { Journal } from './journal.ts';
import type { CallbackCall, SessionGrant, SessionWish, StoredObject, StoreKind, StoreOptions } from './store.ts';

/** What a store's ways work with in one of its lives. */
export interface Bench {
  readonly kind: StoreKind;
  readonly options: StoreOptions;
  readonly disk: Disk;
  readonly journal: Journal;
  readonly now: () => number;
  /** The origin under which clients reach it. */
  readonly base: string;
  readonly callServer: CallServer;
}

/** The ways of one kind of store in one of its lives: what it has in memory goes with it. */
export interface Ways {
  readonly open: (wish: SessionWish) => Promise<SessionGrant>;
  readonly abort: (session: string) => Promise<boolean>;
  readonly contentUrl: (key: string, expires: number) => string;
  /** Throws when the body breaks off: nobody is there to be answered. */
  readonly answer: (ask: Ask) => Promise<Reply>;
  readonly uploaded?: (key: string) => Promise<StoredObject | undefined>;
  readonly refuseCallback?: (call: CallbackCall) => { readonly code: number; readonly msg: string } | undefined;
  /** What an orderly end writes down and a kill does not. */
  readonly save?: () => Promise<void>;
}

/** The administrator's account at the store: that of Amazon's own examples, so that its signatures can be compared. */
export const ACCOUNT = {
  accessKey: 'AKIAIOSFODNN7EXAMPLE',
  secretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  bucket: 'bucket',
  region: 'us-east-1',
} as const;

/** How many parts an upload has: a file of nothing has one. */
export const partCount = ({ size, chunkSize }: Pick<SessionWish, 'size' | 'chunkSize'>): number =>
  chunkSize === 0 ? 1 : Math.max(1, Math.ceil(size / chunkSize));

/** The length of the part with this index, counted from 0. */
export const partSize = ({ size, chunkSize }: Pick<SessionWish, 'size' | 'chunkSize'>, index: number): number =>
  chunkSize === 0 ? size : Math.min(chunkSize, size - index * chunkSize);
