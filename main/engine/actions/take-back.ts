/** Takes files out of the queue again whose adding was cancelled. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { unfinishedStates } from '../../../preload/states.ts';
import type { Engine } from '../engine.ts';

/** Rows in one write, so that what is being sent is not held up. */
const together = 1_000;

/**
 * Removes transfers that were just added. What has not begun, paused or not, leaves no trace; what has begun is cancelled,
 * and cleaned up on its server, as with every removal.
 *
 * @returns how many were uploaded by then: these stay in the list, since others may have their links
 */
export const takeBack = async (
  { queue, store }: Pick<Engine, 'queue' | 'store'>,
  ids: readonly number[],
): Promise<number> => {
  let uploaded = 0;
  for (let at = 0; at < ids.length; at += together) {
    const part = ids.slice(at, at + together);
    const moving = new Set(queue.moving);
    const { rows } = store.transfers.page({ ids: part, states: ['queued', 'paused'] }, 'newest', { limit: together });
    const untouched = rows.filter((row) => !moving.has(row.id) && row.remote === undefined && !row.creating);
    store.transfers.remove(untouched.map(({ id }) => id));
    await queue.wish({ ids: part, states: [...unfinishedStates] }, 'remove');
    uploaded += store.transfers.totals({ ids: part, states: ['done'] }).count;
    await nextTurn();
  }
  return uploaded;
};
