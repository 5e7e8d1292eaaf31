import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import { addOne, many, testFolder, testStore } from './test-rows.ts';
import { inPlaceStatement, takenStatement, withoutPlaceStatement } from './transfer-places.ts';

const remote = { version: 1, value: { session: 's' } };

test('a place is held by what is not ended, by what left something on the server, and by what was stored since the batch began', () => {
  const store = testStore();
  const { transfers, drops } = store;
  const earlier = drops.add(1, false, false);
  const before = addOne(store, 'before', { place: '/before', dropId: earlier });
  transfers.end(before, 'done', 1, 'one', {});
  const batch = drops.add(2, false, false);
  const taken = (...places: readonly string[]): readonly string[] => [
    ...transfers.placesTaken('one', places, { batch, below: false }),
  ];
  expect(taken('/before')).toEqual([]);
  const row = addOne(store, 'a', { place: '/a' });
  expect(taken('/a', '/b')).toEqual(['/a']);
  expect(transfers.placesTaken('one', ['/a'], { batch, except: row, below: false }).size).toBe(0);
  expect(transfers.placesTaken('two', ['/a'], { batch, below: false }).size).toBe(0);
  transfers.end(row, 'failed', 3, 'one', {});
  expect(taken('/a')).toEqual([]);
  transfers.opened(row, remote, 10, []);
  expect(taken('/a')).toEqual(['/a']);
  transfers.sessionLost(row, problem('session-gone', { server: 'one' }), false, 4);
  expect(taken('/a')).toEqual([]);
  expect([store.abandoned.holds('one', '/a'), store.abandoned.holds('one', '/b')]).toEqual([true, false]);

  const stored = addOne(store, 'c', { place: '/c', dropId: earlier });
  transfers.end(stored, 'done', 5, 'one', {});
  transfers.remove([stored]);
  expect(taken('/c')).toEqual(['/c']);
  expect(transfers.placesTaken('one', ['/c'], { batch: undefined, below: false }).size).toBe(0);
});

test('a folder that uploads have files in is no place for a file', () => {
  const store = testStore();
  addOne(store, 'f', { place: '/x/f' });
  const { transfers } = store;
  const below = { batch: undefined, below: true };
  expect([...transfers.placesTaken('one', ['/x', '/x/', '/x0', '/x/f/g', '/'], below)]).toEqual(['/x']);
  expect(transfers.inPlace('one', '/x', undefined)?.place).toBe('/x/f');
  expect(transfers.inPlace('one', '/x/f', undefined)).toBeUndefined();
});

test('places are looked up by an index, whatever the length of the queue', async () => {
  const folder = testFolder();
  const store = testStore(folder);
  store.transfers.add(many(2_000, (n) => ({ place: `/${n}` })));
  await store.close();
  const db = new DatabaseSync(path.join(folder, 'queue.db'));
  for (const statement of [takenStatement(true), inPlaceStatement]) {
    const plan = db.prepare(`EXPLAIN QUERY PLAN ${statement}`).all('one', 1, 0, '["/1"]');
    const steps = plan.map(({ detail }) => String(detail));
    expect(steps.filter((step) => /SCAN (transfers|history)/.test(step))).toEqual([]);
    expect(steps.some((step) => step.includes('transfers_place'))).toBe(true);
  }
  // Each page of those without a place is read in the order of its index: nothing is sorted.
  const pages = db.prepare(`EXPLAIN QUERY PLAN ${withoutPlaceStatement}`).all('one', 500);
  expect(pages.map(({ detail }) => String(detail))).toEqual([
    expect.stringMatching(/^SEARCH transfers USING INDEX transfers_unplaced/),
  ]);
  db.close();
});
