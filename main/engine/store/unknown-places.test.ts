import { expect, test } from 'vitest';
import { addOne, testStore } from './test-rows.ts';

test('uploads whose place is still to be worked out are found by server, those that left something there first', () => {
  const store = testStore();
  const { transfers } = store;
  const [plain, opened, ended, known] = ['plain', 'opened', 'ended', 'known'].map((name) =>
    addOne(store, name, { place: name === 'known' ? '/known' : '' }),
  ) as [number, number, number, number];
  const elsewhere = addOne(store, 'elsewhere', { serverId: 'two', place: '' });
  addOne(store, 'without', { serverId: 'three' });
  transfers.opened(opened, { version: 1, value: {} }, 10, []);
  transfers.end(ended, 'cancelled', 5, 'one', {});
  const ids = (serverId: string, limit = 9): readonly number[] =>
    transfers.withoutPlace(serverId, limit).map((row) => row.id);

  expect([...transfers.serversWithoutPlaces()].sort()).toEqual(['one', 'two']);
  expect(ids('one')).toEqual([opened, plain]);
  expect(ids('one', 1)).toEqual([opened]);
  const change = transfers.change();
  transfers.setPlaces([
    { id: opened, place: '/opened' },
    { id: plain, place: undefined },
  ]);
  expect(ids('one')).toEqual([]);
  expect(transfers.serversWithoutPlaces()).toEqual(['two']);
  expect(ids('two')).toEqual([elsewhere]);
  const placeOf = (id: number): string | undefined => transfers.get(id)?.place;
  expect([opened, plain, known].map(placeOf)).toEqual(['/opened', undefined, '/known']);
  // Nothing that is shown has changed.
  expect(transfers.change()).toBe(change);
});
