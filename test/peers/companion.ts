import type { Store } from './cloudreve-stores/store.ts';
import type { PeerOptions } from './peer.ts';

/** What a peer keeps beside its program: it goes on while that is killed, and can be ended and started itself. */
export interface Companion {
  /** What the program asks of it. */
  readonly answer: (name: string, args: readonly unknown[]) => Promise<unknown>;
  /** What can be done to it, by the words of recordings. */
  readonly words: Readonly<Record<string, () => Promise<void>>>;
  readonly store?: Store;
  readonly stop: () => Promise<void>;
}

export interface CompanionOptions extends PeerOptions {
  /** All state is in here. */
  readonly folder: string;
  /** The server's clock, ms. */
  readonly now: () => number;
}

export type StartCompanion = (options: CompanionOptions) => Promise<Companion>;
