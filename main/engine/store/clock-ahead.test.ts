import { expect, test } from 'vitest';
import { addOne, testStore } from './test-rows.ts';

const now = 1_000_000;
const day = 86_400_000;

test.each([
  ['is kept where it ends in time', { waitSince: now - 10_000, waitUntil: now + 20_000 }, now + 20_000],
  ['is kept where it ends as late as it can', { waitSince: now, waitUntil: now + day }, now + day],
  ['begins again where the clock was ahead', { waitSince: now + day, waitUntil: now + day + 5_000 }, now + 5_000],
  ['is never longer than any wait may be', { waitSince: now, waitUntil: now + 3 * day }, now + day],
  ['that ends before it began is over', { waitSince: now + 9_000, waitUntil: now + 8_000 }, now],
  ['without a beginning is kept for the longest wait there is', { waitUntil: now + day }, now + day],
  ['without a beginning is over where it is longer', { waitUntil: now + day + 1 }, now],
])('a wait %s', (_what, wait, until) => {
  const store = testStore();
  const [id, other] = [addOne(store), addOne(store)];
  store.transfers.update(id, { state: 'waiting', waitFor: 'time', ...wait });
  const change = store.transfers.change();
  store.transfers.clampWaits(now, day);
  expect(store.transfers.get(id)).toMatchObject({ state: 'waiting', waitUntil: until });
  expect(store.transfers.changedSince(change, 9).map((row) => row.id)).toEqual(until === wait.waitUntil ? [] : [id]);
  expect(store.transfers.get(other)?.waitUntil).toBeUndefined();
});

test('a wait that was moved is counted from then on: it is not moved again', () => {
  const store = testStore();
  const id = addOne(store);
  store.transfers.update(id, {
    state: 'waiting',
    waitFor: 'time',
    waitSince: now + day,
    waitUntil: now + day + 5_000,
  });
  store.transfers.clampWaits(now, day);
  const change = store.transfers.change();
  store.transfers.clampWaits(now + 1_000, day);
  expect(store.transfers.get(id)?.waitUntil).toBe(now + 5_000);
  expect(store.transfers.change()).toBe(change);
});
