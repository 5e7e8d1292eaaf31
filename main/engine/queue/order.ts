/** Which transfers go together, and which of two goes first. */
import { isActive } from '../../../preload/states.ts';
import type { Transfer, TransferFilter } from '../store/rows.ts';

/** Transfers in one write transaction of a bulk command, so that none of them holds the event loop for long. */
export const bulk = 1_000;

/** It is being cancelled. */
export const isGoing = (row: Transfer): boolean => row.wish === 'cancel' || row.wish === 'remove';

/** The same filter in parts, so that a long list of ids is not searched again for each page. */
export const partsOf = (filter: TransferFilter): readonly TransferFilter[] => {
  const { ids } = filter;
  if (ids === undefined) return [filter];
  const count = Math.ceil(ids.length / bulk);
  return Array.from({ length: count }, (_, n) => ({ ...filter, ids: ids.slice(n * bulk, (n + 1) * bulk) }));
};

/** What is being cancelled, then what was under way, then by priority and position. */
export const goesBefore = (a: Transfer, b: Transfer): boolean => {
  if (isGoing(a) !== isGoing(b)) return isGoing(a);
  if (isActive(a.state) !== isActive(b.state)) return isActive(a.state);
  return a.priority !== b.priority ? a.priority > b.priority : a.position < b.position;
};
