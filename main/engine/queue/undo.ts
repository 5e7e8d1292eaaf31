/**
 * A cancel that can be undone: the transfer is paused until the time for the undo is over, and only then cancelled. The
 * row says until when, so that neither a kill nor a window that closes decides it.
 */
import { hasEnded, isStopped } from '../../../preload/states.ts';
import type { Store } from '../store/store.ts';
import type { Transfer, TransferPatch } from '../store/rows.ts';
import { step, type Situation } from './machine.ts';
import { bulk } from './order.ts';

/** Longest time for an undo, ms. A window that still offers it asks again before the time is over. */
export const undoMost = 60_000;

/**
 * What is written for a cancel that can be undone until `until`, ms since the epoch; a second one only moves the end.
 * `undefined`: the state does not allow a cancel.
 */
export const cancelLater = (row: Transfer, situation: Situation, until: number): TransferPatch | undefined => {
  if (row.undo !== undefined && !hasEnded(row.state)) return { undo: { ...row.undo, until } };
  const paused = step(situation, { type: 'pause' });
  return 'refused' in paused ? undefined : { ...paused.patch, undo: { until, state: row.state, wish: row.wish } };
};

/** What is written for an undo. `undefined`: there is no cancel of it that could be undone. */
export const undoCancel = (row: Transfer, situation: Situation): TransferPatch | undefined => {
  const { undo } = row;
  if (undo === undefined || row.state === 'cancelled') return undefined;
  // What was stopped is stopped again; everything else continues from where it was.
  if (row.state === 'paused' && isStopped(undo.state)) return { state: undo.state, wish: undo.wish, undo: undefined };
  if (undo.wish === 'pause') return { undo: undefined };
  const resumed = step(situation, { type: 'resume' });
  return { ...('refused' in resumed ? {} : resumed.patch), undo: undefined };
};

/**
 * Looks for cancels whose time for an undo is over. `next`: when to look again, ms since the epoch; `undefined`: nothing
 * waits for that. An end that lies too far ahead comes from a clock that was wrong: it is moved to where it can be.
 */
export const undosOver = (
  { transfers }: Store,
  now: number,
): { readonly over: readonly Transfer[]; readonly next: number | undefined } => {
  const latest = now + undoMost;
  const first = transfers.undoable(1)[0]?.undo?.until;
  // Asked at every turn of the queue: thousands that wait are read only when one of them is due.
  if (first === undefined || (first > now && first <= latest)) return { over: [], next: first };
  const rows = transfers.undoable(bulk);
  for (const { id, undo } of rows)
    if (undo !== undefined && undo.until > latest) transfers.update(id, { undo: { ...undo, until: latest } });
  const over = rows.filter(({ undo }) => undo !== undefined && undo.until <= now);
  const next = over.length === bulk ? now + 1 : rows[over.length]?.undo?.until;
  return { over, next: next === undefined ? undefined : Math.min(next, latest) };
};
