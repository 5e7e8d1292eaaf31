/** What a person wants of a transfer, as it is written down. A lane that works on it has to be told besides. */
import type { Problem } from '../../../preload/problems.ts';
import { isFinal } from '../../../preload/states.ts';
import type { Transfer, TransferPatch, Wish } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import { step } from './machine.ts';
import { removedDelivery } from './deliveries.ts';
import { cancelLater, undoCancel } from './undo.ts';

export type PersonWish = 'pause' | 'resume' | 'retry' | 'cancel' | 'remove' | 'undo';

type WishDeps = {
  readonly store: Store;
  readonly now: () => number;
  readonly serverName: (serverId: string) => string;
};

/**
 * Writes a wish down, with all that follows from it without a lane. False: the transfer's state does not allow it.
 *
 * @param why the person's own reason to cancel, kept with what ends
 * @param undoMs how long a cancel can be undone, ms; absent: it is carried out at once
 */
export const writeWish = (
  { store, now, serverName }: WishDeps,
  row: Transfer,
  inLane: boolean,
  wish: PersonWish,
  why?: Problem,
  undoMs?: number,
): boolean => {
  const { transfers, groups } = store;
  const group = row.groupId === undefined || row.state !== 'done' ? undefined : groups.get(row.groupId);
  if (group?.state === 'failed' && wish === 'retry') {
    // In doubt, as after a kill: the server may have joined it all the same.
    groups.update(group.id, { state: 'merging', problem: undefined });
    return true;
  }
  if (group?.state === 'merging' && wish === 'retry') return true;
  // Its share is still to be joined with the others'.
  if ((group?.state === 'open' || group?.state === 'merging') && wish === 'remove') return false;
  // A create whose answer was lost may have made something there, too.
  const situation = { ...row, hasRemote: row.remote !== undefined || row.creating, inLane };
  if (wish === 'remove' && isFinal(row.state)) {
    const delivery = removedDelivery(row, serverName, now());
    if (delivery !== undefined) transfers.setDelivery(row.id, delivery);
    transfers.remove([row.id]);
    return true;
  }
  if (wish === 'retry' && row.delivery?.state === 'failed') {
    transfers.setDelivery(row.id, { state: 'waiting', at: now() });
    return true;
  }
  if (wish === 'undo' || (wish === 'cancel' && undoMs !== undefined)) {
    const patch = wish === 'undo' ? undoCancel(row, situation) : cancelLater(row, situation, now() + (undoMs ?? 0));
    if (patch !== undefined) transfers.update(row.id, patch);
    return patch !== undefined;
  }
  const next = step(situation, { type: wish === 'remove' ? 'cancel' : wish });
  if ('refused' in next) return false;
  const reason = why === undefined ? {} : { problem: why };
  const patch: TransferPatch = {
    ...next.patch,
    ...reason,
    ...(row.undo === undefined || wish === 'pause' ? {} : { undo: undefined }),
    ...(wish === 'remove' ? { wish: 'remove' satisfies Wish } : {}),
  };
  transfers.update(row.id, patch);
  if (next.ends !== undefined) {
    transfers.end(row.id, next.ends, now(), serverName(row.serverId), reason);
    if (wish === 'remove') transfers.remove([row.id]);
  }
  return true;
};
