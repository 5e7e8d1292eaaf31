import * as fs from 'node:fs';
import * as path from 'node:path';
import { expect, test } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import type { Store } from './store.ts';
import { addOne, addUploaded, closeSound, loseDatabase, openStoreHere, testFolder, testStore } from './test-rows.ts';

const journalOf = (folder: string): string => path.join(folder, 'delete-keys.ndjson');
const shareKeys = (store: Store): readonly string[] =>
  store.shares.page({}, { limit: 1000 }).rows.map(({ key }) => key);
const asked = (store: Store): readonly string[] =>
  store.recovered.all.filter(({ shareId }) => shareId === undefined).map(({ entry }) => entry.deleteKey);

const line = (n: number, more: object = {}): string =>
  `${JSON.stringify({ at: n, serverId: 'one', transferId: n, shareKey: `k${n}`, deleteKey: `d${n}`, name: 'f', size: 9, ...more })}\n`;

const open = (store: Store, id: number, key: string, more: object = {}): void =>
  store.transfers.opened(id, { version: 1, value: { shareKey: key, ...more } }, 100, []);
const keep = (store: Store, id: number, key: string): void =>
  store.keepTold({ shareKey: key, deleteKey: `d-${key}` }, 'one', id);

test('a key of an upload that is still under way, or still to be cleaned up, does not become a share', async () => {
  const folder = testFolder();
  const store = openStoreHere({ folder });
  const [first, second] = [addOne(store, 'a'), addOne(store, 'b')];
  open(store, first, 'k1');
  keep(store, first, 'k1');
  open(store, second, 'k2');
  keep(store, second, 'k2');
  store.transfers.sessionLost(second, problem('file-missing', { path: '/b' }), false, 5);
  await store.close();
  const next = openStoreHere({ folder });
  expect(next.notices).toEqual([]);
  expect(shareKeys(next)).toEqual([]);
  await next.close();
});

test('a key whose file was deleted does not come back, not even with a database that is lost', async () => {
  const folder = testFolder();
  const store = openStoreHere({ folder });
  const [revoked, started, cancelled, cleaned, stands] = [1, 2, 3, 4, 5].map((n) => addOne(store, `f${n}`));
  const why = problem('file-missing', { path: '/x' });
  for (const [n, id] of [revoked, started, cancelled, cleaned, stands].entries()) {
    open(store, id ?? 0, `k${n}`);
    keep(store, id ?? 0, `k${n}`);
  }
  for (const [id, key] of [
    [revoked, 'k0'],
    [stands, 'k4'],
  ] as const)
    store.transfers.end(id ?? 0, 'done', 5, 'S', { share: { key, deleteKey: `d-${key}` } });
  store.shares.setState(store.shares.byKey('k0')[0]?.id ?? 0, 'revoked');
  store.transfers.sessionLost(started ?? 0, why, true, 6);
  store.transfers.sessionLost(cancelled ?? 0, why, true, 6);
  store.transfers.end(cancelled ?? 0, 'cancelled', 6, 'S', {});
  store.transfers.sessionLost(cleaned ?? 0, why, false, 6);
  for (const row of store.abandoned.due(10, 9)) store.abandoned.remove(row.id, true);
  await closeSound(store);
  loseDatabase(folder);
  const next = testStore(folder);
  expect(shareKeys(next)).toEqual(['k4']);
  expect(asked(next)).toEqual([]);
});

test('a custom key that is used again after its first upload started over is kept, however late the first is cleaned up', async () => {
  const folder = testFolder();
  const store = openStoreHere({ folder });
  const id = addOne(store);
  open(store, id, 'mine', { deleteKey: 'old' });
  store.keepTold({ shareKey: 'mine', deleteKey: 'old' }, 'one', id);
  store.transfers.sessionLost(id, problem('file-missing', { path: '/x' }), false, 5);
  open(store, id, 'mine', { deleteKey: 'new' });
  store.keepTold({ shareKey: 'mine', deleteKey: 'new' }, 'one', id);
  store.transfers.end(id, 'done', 6, 'S', { share: { key: 'mine', deleteKey: 'new' } });
  for (const row of store.abandoned.due(10, 9)) store.abandoned.remove(row.id, true);
  await closeSound(store);
  loseDatabase(folder);
  expect(testStore(folder).shares.byKey('mine')).toMatchObject([{ deleteKey: 'new' }]);
});

test('the delete key of an upload under way is kept when an earlier session with the same custom key is cleaned up', async () => {
  const folder = testFolder();
  const store = openStoreHere({ folder });
  const id = addOne(store);
  open(store, id, 'mine');
  store.transfers.sessionLost(id, problem('file-missing', { path: '/x' }), false, 5);
  open(store, id, 'mine');
  keep(store, id, 'mine');
  for (const row of store.abandoned.due(10, 9)) store.abandoned.remove(row.id, true);
  await closeSound(store);
  loseDatabase(folder);
  expect(testStore(folder).shares.byKey('mine')).toMatchObject([{ deleteKey: 'd-mine' }]);
});

test('the delete key of a session that is still to be cleaned up is kept when the next one is freed', async () => {
  const folder = testFolder();
  const store = openStoreHere({ folder });
  const id = addOne(store);
  const why = problem('file-missing', { path: '/x' });
  for (const [key, freed] of [
    ['k1', false],
    ['k2', true],
  ] as const) {
    open(store, id, key);
    keep(store, id, key);
    store.transfers.sessionLost(id, why, freed, 5);
  }
  await closeSound(store);
  loseDatabase(folder);
  expect(shareKeys(testStore(folder))).toEqual(['k1']);
});

test('a share that was revoked stays revoked with an older database', async () => {
  const folder = testFolder();
  const store = openStoreHere({ folder });
  addUploaded(store, 'k');
  await closeSound(store);
  const old = fs.readFileSync(path.join(folder, 'queue.db'));
  const later = openStoreHere({ folder });
  later.shares.setState(later.shares.byKey('k')[0]?.id ?? 0, 'revoked');
  await later.close();
  fs.writeFileSync(path.join(folder, 'queue.db'), old);
  expect(testStore(folder).shares.byKey('k')).toMatchObject([{ state: 'revoked' }]);
});

test('an unknown key of a journal without end lines waits for its server, over restarts, until that has answered', async () => {
  const folder = testFolder();
  fs.writeFileSync(journalOf(folder), [1, 2, 3].map((n) => line(n)).join(''));
  const store = openStoreHere({ folder });
  expect(shareKeys(store)).toEqual([]);
  expect(asked(store)).toEqual(['d1', 'd2', 'd3']);
  const [first, second] = store.recovered.all;
  if (first === undefined || second === undefined) throw new Error('nothing to ask');
  store.recovered.found(first, { key: 'k1', link: 'https://x/k1', expiresAt: 99 });
  store.recovered.gone(second);
  await store.close();
  const next = testStore(folder);
  expect(next.shares.byKey('k1')).toMatchObject([{ deleteKey: 'd1', link: 'https://x/k1', state: 'live', size: 9 }]);
  expect(asked(next)).toEqual(['d3']);
});

test('damaged lines of the journal do not fail a start: they are reported once, with the copy that keeps them', async () => {
  const folder = testFolder();
  const damaged = [
    line(1),
    line(2, { size: 1.5 }),
    line(3).replace('"at":3', '"at":1e300'),
    'null\n',
    line(4, { v: 2 }),
    line(5, { v: 2 }).slice(0, 30),
  ].join('');
  const fresh = openStoreHere({ folder });
  await closeSound(fresh);
  fs.writeFileSync(journalOf(folder), damaged);
  const store = openStoreHere({ folder });
  expect(store.notices.map(({ code }) => code)).toEqual(['journal-damaged', 'keys-recovered']);
  const [notice] = store.notices;
  if (notice?.code !== 'journal-damaged') throw new Error('not reported');
  expect(notice.params.lines).toBe(4);
  expect(path.basename(notice.params.path)).toMatch(/^delete-keys\.damaged-.+\.ndjson$/);
  expect(store.notices[1]?.params).toEqual({ count: 1 });
  expect(fs.readFileSync(notice.params.path, 'utf8')).toBe(damaged);
  expect(asked(store)).toEqual(['d1', 'd2', 'd3']);
  expect(shareKeys(store)).toEqual(['k4']);
  await closeSound(store);
  const next = testStore(folder);
  expect(next.notices).toEqual([]);
  expect(asked(next)).toEqual(['d1', 'd2', 'd3']);
});

test('a journal that was removed gets the keys of the shares again, however many there are', async () => {
  const folder = testFolder();
  const store = openStoreHere({ folder });
  const id = addUploaded(store, 'k');
  const share = { transferId: undefined, serverId: 'one', name: 'of the web', size: 7, isGroup: false, createdAt: 3 };
  store.transaction(() => {
    for (let n = 0; n < 1_500; n++)
      store.shares.add({ ...share, key: `k${n}`, deleteKey: `d-k${n}`, state: n === 1 ? 'revoked' : 'live' });
    store.shares.add({ ...share, key: 'none', state: 'live' });
  });
  await closeSound(store);
  fs.rmSync(journalOf(folder));
  const next = openStoreHere({ folder });
  await closeSound(next);
  loseDatabase(folder);
  const last = testStore(folder);
  expect(last.shares.byKey('k')).toMatchObject([{ deleteKey: 'd-k', transferId: id }]);
  expect(last.shares.byKey('k1499')).toMatchObject([
    { deleteKey: 'd-k1499', name: 'of the web', size: 7, createdAt: 3, serverId: 'one' },
  ]);
  // Neither one whose file is gone, nor one that has no delete key.
  expect(last.notices.map(({ code }) => code)).not.toContain('journal-damaged');
  expect(last.shares.page({}, { limit: 9_999 }).rows).toHaveLength(1_500);
});

test('a key that has no name is shown by its share key', () => {
  const folder = testFolder();
  fs.writeFileSync(journalOf(folder), `${line(1, { name: '' })}${line(2, { name: '', v: 2 })}`);
  const store = testStore(folder);
  const [first] = store.recovered.all;
  if (first === undefined) throw new Error('nothing to ask');
  store.recovered.found(first, { key: 'k1' });
  expect(store.shares.page({}, { limit: 9 }).rows).toMatchObject([
    { key: 'k1', name: 'k1', createdAt: 1, transferId: 1, isGroup: false },
    { key: 'k2', name: 'k2', createdAt: 2, transferId: 2, isGroup: false },
  ]);
});

test('the same share key on another server, or with another delete key, is another share', async () => {
  const folder = testFolder();
  const store = openStoreHere({ folder });
  const [id, other] = [addUploaded(store, 'k'), addOne(store, 'other', { serverId: 'two' })];
  store.transfers.end(other, 'done', 5, 'T', { share: { key: 'k', deleteKey: 'd-two' } });
  await closeSound(store);
  const last = { at: 9, serverId: 'one', transferId: id, shareKey: 'k', deleteKey: 'd-next', name: 'f', size: 9, v: 2 };
  const ends = [
    { serverId: 'one', shareKey: 'k', deleteKey: 'd-unknown' },
    { serverId: 'two', shareKey: 'other', deleteKey: 'd-two' },
  ];
  const lines = [last, ...ends.map((ended) => ({ ended, at: 9 }))].map((one) => `${JSON.stringify(one)}\n`);
  fs.appendFileSync(journalOf(folder), lines.join(''));
  const next = testStore(folder);
  expect(next.shares.byKey('k').map(({ serverId, deleteKey, state }) => [serverId, deleteKey, state])).toEqual([
    ['one', 'd-next', 'live'],
    ['two', 'd-two', 'live'],
    ['one', 'd-k', 'live'],
  ]);
  // The upload shows the one that it ended with.
  expect(next.transfers.get(id)?.share?.deleteKey).toBe('d-k');
});
