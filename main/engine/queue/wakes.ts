/** Transfers that wait, and whose wait is over before its time. Times are ms since the epoch. */
import type { Transfer } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import { longest, longestWish } from './backoff.ts';

const endWaits = ({ transfers }: Store, causes: readonly NonNullable<Transfer['waitFor']>[], now: number): void => {
  for (const waitFor of causes) transfers.updateAll({ states: ['waiting'], waitFor }, { waitUntil: now });
};

/** A start does not wait for what the last run waited for; only what a server asked for still counts. */
export const wakeAtStart = (store: Store, now: number): void => {
  endWaits(store, ['time', 'network', 'server-work'], now);
  // A clock that was ahead when they were written would keep these waiting until it is that late again.
  store.transfers.clampWaits(now, longestWish);
  store.abandoned.wake(now, now + longest);
};

/** The clock was put back: what waits for a moment of the clock before would wait for that much longer. */
export const wakeAll = (store: Store, now: number): void => {
  endWaits(store, ['time', 'network', 'server', 'server-work'], now);
  store.abandoned.wake(now);
};

/** The network came back: a server that did not answer may have been out of reach only. */
export const wakeForNetwork = (store: Store, now: number): void => endWaits(store, ['network', 'server'], now);
