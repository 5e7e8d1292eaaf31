import { expect, test } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import type { Store } from './store.ts';
import { addOne, closeSound, openStoreHere, testFolder, testStore } from './test-rows.ts';

/** An upload under way whose delete key the server has given. */
const underWay = (store: Store): number => {
  const id = addOne(store);
  store.transfers.opened(id, { version: 1, value: { shareKey: 'k' } }, 100, []);
  store.keepTold({ shareKey: 'k', deleteKey: 'd' }, 'one', id);
  return id;
};
const isFoundIn = async (folder: string): Promise<void> => {
  const store = testStore(folder);
  await store.sound;
  expect(store.shares.byKey('k')).toMatchObject([{ deleteKey: 'd' }]);
};

test('a key that an upload under way used at one start is looked at again at the next', async () => {
  const folder = testFolder();
  const first = openStoreHere({ folder });
  const id = underWay(first);
  await closeSound(first);
  const second = openStoreHere({ folder });
  expect(second.recovered.all).toEqual([]);
  second.transfers.end(id, 'failed', 5, 'S', {});
  second.transfers.remove([id]);
  await closeSound(second);
  await isFoundIn(folder);
});

test('a key of a session that was still to be cleaned up at one start is looked at again at the next', async () => {
  const folder = testFolder();
  const first = openStoreHere({ folder });
  const id = underWay(first);
  first.transfers.sessionLost(id, problem('no-network'), false, 5);
  await closeSound(first);
  const second = openStoreHere({ folder });
  expect(second.recovered.all).toEqual([]);
  // It was given up without the server's word that it is gone.
  for (const row of second.abandoned.due(10, 9)) second.abandoned.remove(row.id, false);
  await closeSound(second);
  await isFoundIn(folder);
});

test('the server is asked about the key of an upload that was cancelled before it becomes a share', async () => {
  const folder = testFolder();
  const first = openStoreHere({ folder });
  const id = addOne(first);
  first.keepTold({ shareKey: 'k', deleteKey: 'd' }, 'one', id);
  first.transfers.end(id, 'cancelled', 5, 'S', {});
  await closeSound(first);
  const second = testStore(folder);
  await second.sound;
  expect(second.shares.byKey('k')).toEqual([]);
  expect(second.recovered.all.map(({ entry, shareId }) => [entry.deleteKey, shareId])).toEqual([['d', undefined]]);
});
