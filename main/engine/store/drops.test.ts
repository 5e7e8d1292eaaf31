import { expect, test } from 'vitest';
import { addOne, many, testFolder, testStore } from './test-rows.ts';

const end = (store: ReturnType<typeof testStore>, id: number, ending: 'done' | 'failed' | 'cancelled' = 'done'): void =>
  store.transfers.end(
    id,
    ending,
    5_000,
    'One',
    ending === 'done' ? { share: { key: `k${id}`, link: `http://s/${id}` } } : {},
  );

test('a drop is given once, when its last transfer has ended', () => {
  const store = testStore();
  const drop = store.drops.add(1, false);
  const [a = 0, b = 0] = store.transfers.add(many(2, () => ({ dropId: drop })));
  addOne(store, 'of nobody');
  end(store, a);
  expect(store.drops.ready()).toEqual([]);
  expect(store.drops.take(drop, 9)).toBeUndefined();
  end(store, b, 'failed');
  expect(store.drops.ready().map((row) => row.members.map(({ id, state }) => [id, state]))).toEqual([
    [
      [a, 'done'],
      [b, 'failed'],
    ],
  ]);
  expect(store.drops.take(drop, 9)?.members).toHaveLength(2);
  expect(store.drops.take(drop, 10)).toBeUndefined();
  expect(store.drops.ready()).toEqual([]);
});

test('a drop that goes on waits for the rest, and no longer than the run that it came in', async () => {
  const folder = testFolder();
  const store = testStore(folder);
  const drop = store.drops.add(1, true);
  end(store, addOne(store, 'first', { dropId: drop }));
  expect(store.drops.ready()).toEqual([]);
  await store.close();
  const again = testStore(folder);
  expect(again.drops.isOpen(drop)).toBe(true);
  again.drops.endAll();
  expect(again.drops.ready().map(({ id }) => id)).toEqual([drop]);
});

test('a drop of a group waits for the group to be joined', () => {
  const store = testStore();
  const drop = store.drops.add(1, false);
  const group = store.groups.add({ serverId: 'one', options: {}, count: 1, createdAt: 1 });
  end(store, addOne(store, 'member', { dropId: drop, groupId: group }));
  expect(store.drops.ready()).toEqual([]);
  store.groups.update(group, { state: 'done', share: { key: 'g', link: 'http://s/g' } });
  expect(store.drops.ready()).toHaveLength(1);
});

test('what was added together without links is never given, and one that was taken gets no more', () => {
  const store = testStore();
  const silent = store.drops.add(1, false, false);
  end(store, addOne(store, 'a', { dropId: silent }));
  expect(store.drops.isOpen(silent)).toBe(false);
  expect(store.drops.ready()).toEqual([]);
  expect(store.drops.take(silent, 9)).toBeUndefined();
  const drop = store.drops.add(1, false);
  end(store, addOne(store, 'b', { dropId: drop }));
  expect(store.drops.isOpen(drop)).toBe(true);
  expect(store.drops.isOpen(99)).toBe(false);
  store.drops.take(drop, 9);
  expect(store.drops.isOpen(drop)).toBe(false);
});

test('a group of another drop does not hold one up', () => {
  const store = testStore();
  const [drop, other] = [store.drops.add(1, false), store.drops.add(1, false)];
  const groupId = store.groups.add({ serverId: 'one', options: {}, count: 1, createdAt: 1 });
  end(store, addOne(store, 'a', { dropId: drop }));
  end(store, addOne(store, 'member', { dropId: other, groupId }));
  expect(store.drops.ready().map(({ id }) => id)).toEqual([drop]);
});
