import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Store } from './store.ts';
import { many, testStore } from './test-rows.ts';

const order = (store: Store): readonly number[] =>
  store.transfers.page({}, 'queue', { limit: 1000 }).rows.map((row) => row.id);

type Place = Parameters<Store['transfers']['move']>[1];

/** What moving means, on a plain list. */
const moved = (list: readonly number[], ids: readonly number[], to: Place): readonly number[] => {
  const taken = list.filter((id) => ids.includes(id));
  const others = list.filter((id) => !ids.includes(id));
  if (to === 'first') return [...taken, ...others];
  if (to === 'last') return [...others, ...taken];
  const mark = 'before' in to ? to.before : to.after;
  const cut = list.indexOf(mark) + ('before' in to ? 0 : 1);
  const ahead = list.slice(0, cut).filter((id) => !ids.includes(id)).length;
  return [...others.slice(0, ahead), ...taken, ...others.slice(ahead)];
};

test('any series of moves leaves the order that a plain list would have', () => {
  const place = fc.oneof(
    fc.constantFrom('first' as const, 'last' as const),
    fc.record({ before: fc.nat(9) }),
    fc.record({ after: fc.nat(9) }),
  );
  const store = testStore();
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.uniqueArray(fc.nat(9), { minLength: 1 }), place), { maxLength: 12 }), (moves) => {
      store.transfers.remove(order(store));
      const ids = store.transfers.add(many(10));
      const at = (n: number): number => ids[n] ?? 0;
      let list = ids;
      for (const [which, to] of moves) {
        const there =
          typeof to === 'string' ? to : 'before' in to ? { before: at(to.before) } : { after: at(to.after) };
        store.transfers.move(which.map(at), there);
        list = moved(list, which.map(at), there);
        expect(order(store)).toEqual(list);
      }
    }),
    { numRuns: 40 },
  );
});

test('moves into one gap go on when its numbers are used up', () => {
  const store = testStore();
  const ids = store.transfers.add(many(4));
  const [first = 0, second = 0, third = 0, fourth = 0] = ids;
  let list: readonly number[] = ids;
  for (let n = 0; n < 80; n++) {
    const id = n % 2 === 0 ? third : fourth;
    store.transfers.move([id], { after: first });
    list = moved(list, [id], { after: first });
    expect(order(store)).toEqual(list);
  }
  expect(order(store).at(-1)).toBe(second);
  // Numbered anew, the rows are news for clients.
  expect(new Set(store.transfers.changedSince(0, 99).map((row) => row.change)).size).toBe(4);
});

test('an unknown place, and unknown transfers, change nothing', () => {
  const store = testStore();
  const ids = store.transfers.add(many(3));
  const change = store.transfers.change();
  store.transfers.move(ids.slice(0, 1), { after: 999 });
  store.transfers.move([999], 'first');
  expect(order(store)).toEqual(ids);
  expect(store.transfers.change()).toBe(change);
});
