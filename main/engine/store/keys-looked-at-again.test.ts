import { expect, test } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import { openStore } from './open.ts';
import { addOne, testFolder, testStore } from './test-rows.ts';

test('a key that an upload under way used at one start is looked at again at the next', async () => {
  const folder = testFolder();
  const first = openStore({ folder });
  const id = addOne(first);
  first.transfers.opened(id, { version: 1, value: { shareKey: 'k' } }, 100, []);
  first.keepTold({ shareKey: 'k', deleteKey: 'd' }, 'one', id);
  await first.sound;
  await first.close();
  const second = openStore({ folder });
  expect(second.recovered.all).toEqual([]);
  second.transfers.end(id, 'failed', 5, 'S', {});
  second.transfers.remove([id]);
  await second.sound;
  await second.close();
  const third = testStore(folder);
  await third.sound;
  expect(third.shares.byKey('k')).toMatchObject([{ deleteKey: 'd' }]);
});

test('a key of a session that was still to be cleaned up at one start is looked at again at the next', async () => {
  const folder = testFolder();
  const first = openStore({ folder });
  const id = addOne(first);
  first.transfers.opened(id, { version: 1, value: { shareKey: 'k' } }, 100, []);
  first.keepTold({ shareKey: 'k', deleteKey: 'd' }, 'one', id);
  first.transfers.sessionLost(id, problem('no-network'), false, 5);
  await first.sound;
  await first.close();
  const second = openStore({ folder });
  expect(second.recovered.all).toEqual([]);
  // It was given up without the server's word that it is gone.
  for (const row of second.abandoned.due(10, 9)) second.abandoned.remove(row.id, false);
  await second.sound;
  await second.close();
  const third = testStore(folder);
  await third.sound;
  expect(third.shares.byKey('k')).toMatchObject([{ deleteKey: 'd' }]);
});

test('the server is asked about the key of an upload that was cancelled before it becomes a share', async () => {
  const folder = testFolder();
  const first = openStore({ folder });
  const id = addOne(first);
  first.keepTold({ shareKey: 'k', deleteKey: 'd' }, 'one', id);
  first.transfers.end(id, 'cancelled', 5, 'S', {});
  await first.sound;
  await first.close();
  const second = testStore(folder);
  await second.sound;
  expect(second.shares.byKey('k')).toEqual([]);
  expect(second.recovered.all.map(({ entry, shareId }) => [entry.deleteKey, shareId])).toEqual([['d', undefined]]);
});
