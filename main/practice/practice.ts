import { statfs } from 'node:fs/promises';
import { type ChunkStore, wholeChunks } from './chunk-store.ts';
import { Tokens } from './tokens.ts';
import { Transfers } from './transfers.ts';

/** The limits of the server. Sizes in bytes. */
export interface Settings {
  readonly chunkSize: number;
  readonly fileMaxSize: number;
  /** Seconds. */
  readonly fileMaxAge: number;
  readonly maxTransfersInMerge: number;
  /** Free space that must be left on the disk beside the file. */
  readonly diskMargin: number;
  readonly deleteKeyLength: number;
}

const DEFAULTS: Settings = {
  chunkSize: 20_000_000,
  fileMaxSize: 1_000_000_000,
  fileMaxAge: 2_592_000,
  maxTransfersInMerge: 50,
  diskMargin: 1_000_000,
  deleteKeyLength: 16,
};

export interface PracticeOptions {
  /** Where transfers are kept; made when it is missing. */
  readonly folder: string;
  readonly settings?: Partial<Settings>;
  /** The clock, in ms. */
  readonly now?: () => number;
  readonly store?: ChunkStore;
  /** Free bytes on the disk; asked before a transfer is created. */
  readonly freeSpace?: () => Promise<number>;
}

/** The server without its listener. It knows no HTTP but the bodies of chunks: what answers requests works on it. */
export interface Practice {
  readonly settings: Settings;
  readonly transfers: Transfers;
  readonly tokens: Tokens;
  readonly store: ChunkStore;
  readonly now: () => number;
  readonly freeSpace: () => Promise<number>;
}

/** Reads what is in the folder and makes a server of it. */
export function openPractice(options: PracticeOptions): Practice {
  const { folder, settings, now = Date.now, store = wholeChunks } = options;
  const onDisk = async (): Promise<number> => {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  };
  const freeSpace = options.freeSpace ?? onDisk;
  const transfers = new Transfers(folder);
  return { settings: { ...DEFAULTS, ...settings }, transfers, tokens: new Tokens(), store, now, freeSpace };
}
