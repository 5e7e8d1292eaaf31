import type { Store } from './store.ts';

const DAY = 24 * 60 * 60 * 1000;

/**
 * Removes what is unfinished and older than a day, at every midnight (UTC) since it last came. protocol: from creation,
 * even if chunks still arrive.
 */
export function sweep(store: Store, now: number): void {
  const since = Math.min(store.swept, now);
  const midnight = Math.floor(now / DAY) * DAY;
  if (midnight > since) {
    // What the last midnight finds is what any midnight before would have found, and more.
    for (const row of store.rows()) {
      if (row.status !== 'completed' && row.created < midnight - DAY) store.remove(row);
    }
  }
  if (midnight > since || since < store.swept) store.noteSweep(now);
}
