import * as crypto from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { expect, test } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import { readCounter, writeCounter } from './counter.ts';
import { StoreLostError } from './errors.ts';
import type { Store } from './store.ts';
import { addOne, closeSound, many, openStoreHere, testFolder, testStore } from './test-rows.ts';

const names = ['queue.db', 'queue.db-wal', 'queue.backup.db', 'queue.generation', 'delete-keys.ndjson'];

/** The files of a store as a kill leaves them now. */
const killed = (folder: string): string => {
  const copy = testFolder();
  for (const name of names) {
    if (fs.existsSync(path.join(folder, name))) fs.copyFileSync(path.join(folder, name), path.join(copy, name));
  }
  return copy;
};
const shareKeys = (store: Store): readonly string[] =>
  store.shares.page({}, { limit: 1000 }).rows.map(({ key }) => key);
const codes = (store: Store): readonly string[] => store.notices.map(({ code }) => code);

/** One upload from beginning to end, as a provider with delete keys does it. */
const upload = (store: Store, id: number, key: string): void => {
  store.transfers.opened(id, { version: 1, value: { shareKey: key } }, 100, []);
  store.keepTold({ shareKey: key, deleteKey: `d-${key}` }, 'one', id);
  store.transfers.end(id, 'done', 5, 'S', { share: { key, deleteKey: `d-${key}` } });
};

const losses: Readonly<Record<string, (wal: string) => void>> = {
  removed: (wal) => fs.rmSync(wal),
  'cut in half': (wal) => fs.truncateSync(wal, Math.floor(fs.statSync(wal).size / 2)),
  garbled: (wal) => fs.writeFileSync(wal, crypto.randomBytes(fs.statSync(wal).size)),
  emptied: (wal) => fs.truncateSync(wal),
};
for (const [how, lose] of Object.entries(losses)) {
  test(`a write-ahead log that is ${how} after a kill: what was added is there, every key is, and it is reported`, async () => {
    const folder = testFolder();
    const first = openStoreHere({ folder });
    const ids = first.transfers.add(many(100));
    await first.sound;
    await first.close();
    const running = testStore(folder);
    await running.sound;
    running.transfers.add(many(500));
    for (const n of [0, 1, 2]) upload(running, ids[n] ?? 0, `k${n}`);
    const copy = killed(folder);
    lose(path.join(copy, 'queue.db-wal'));

    const store = testStore(copy);
    await store.sound;
    expect(store.transfers.totals().count).toBe(600);
    expect([...shareKeys(store)].sort()).toEqual(['k0', 'k1', 'k2']);
    for (const n of [0, 1, 2]) expect(store.shares.byKey(`k${n}`)).toMatchObject([{ deleteKey: `d-k${n}` }]);
    expect(codes(store)).toEqual(['store-behind']);
    await store.close();
    // It is reported once.
    const next = testStore(copy);
    await next.sound;
    expect(codes(next)).toEqual([]);
    expect(shareKeys(next)).toHaveLength(3);
  });
}

test('an old copy of the database in its place is reported with the number of files that are missing, and no id is given twice', async () => {
  const folder = testFolder();
  const first = openStoreHere({ folder });
  const ids = first.transfers.add(many(100));
  await closeSound(first);
  const old = fs.readFileSync(path.join(folder, 'queue.db'));
  const running = testStore(folder);
  await running.sound;
  const later = running.transfers.add(many(500));
  upload(running, ids[0] ?? 0, 'k0');
  upload(running, later[0] ?? 0, 'k1');
  const copy = killed(folder);
  fs.rmSync(path.join(copy, 'queue.db-wal'));
  fs.writeFileSync(path.join(copy, 'queue.db'), old);

  const store = testStore(copy);
  expect(store.notices).toEqual([problem('store-behind', { added: 500, keys: 2 })]);
  expect([...shareKeys(store)].sort()).toEqual(['k0', 'k1']);
  expect(store.transfers.totals().count).toBe(100);
  expect(addOne(store)).toBeGreaterThan(later.at(-1) ?? Infinity);
  // Clients that were away get every row as changed, whatever they have seen.
  const seen = running.transfers.changedSince(0, 9_999).map(({ change }) => change);
  expect(seen.filter((change) => store.transfers.tellsSince(change))).toEqual([]);
});

test('a backup that is newer than the database takes its place', async () => {
  const folder = testFolder();
  const first = openStoreHere({ folder });
  first.transfers.add(many(10));
  await closeSound(first);
  const old = fs.readFileSync(path.join(folder, 'queue.db'));
  const running = testStore(folder);
  await running.sound;
  running.transfers.add(many(20));
  await running.backup();
  running.transfers.add(many(30));
  const copy = killed(folder);
  fs.rmSync(path.join(copy, 'queue.db-wal'));
  fs.writeFileSync(path.join(copy, 'queue.db'), old);
  const store = testStore(copy);
  expect(store.transfers.totals().count).toBe(30);
  expect(store.notices).toMatchObject([
    { code: 'store-restored' },
    { code: 'store-behind', params: { added: 30, keys: 0 } },
  ]);
});

test('a kill between the commit and its count, or a count that cannot be read, is no false alarm', async () => {
  const folder = testFolder();
  const store = testStore(folder);
  const counter = path.join(folder, 'queue.generation');
  addOne(store);
  const before = fs.readFileSync(counter);
  addOne(store);
  await store.close();
  for (const change of [
    () => fs.writeFileSync(counter, before),
    () => fs.writeFileSync(counter, crypto.randomBytes(1024)),
    () => fs.truncateSync(counter, 7),
    () => fs.rmSync(counter),
  ]) {
    change();
    const next = openStoreHere({ folder });
    expect(next.notices).toEqual([]);
    await next.close();
    // From now on it counts again.
    expect(readCounter(counter)).toMatchObject({ lastId: 2, rows: 2 });
  }
});

test('a count survives a write that was torn', () => {
  const file = path.join(testFolder(), 'counter');
  writeCounter(file, { generation: 4, lastId: 1, rows: 1 });
  writeCounter(file, { generation: 5, lastId: 2, rows: 2 });
  expect(readCounter(file)?.generation).toBe(5);
  const bytes = fs.readFileSync(file);
  bytes.fill(0, 512 + 20, 512 + 60);
  fs.writeFileSync(file, bytes);
  expect(readCounter(file)).toEqual({ generation: 4, lastId: 1, rows: 1 });
});

test('chunks do not touch the count', () => {
  const folder = testFolder();
  const store = testStore(folder);
  const id = addOne(store, 'big', { size: 1000 });
  const before = readCounter(path.join(folder, 'queue.generation'));
  store.transfers.chunkInFlight(id, 0, 10);
  store.transfers.chunkAcknowledged(id, 0, 10, {});
  expect(readCounter(path.join(folder, 'queue.generation'))).toEqual(before);
});

test('a write-ahead log that is removed while it is open loses nothing, not even with a kill', async () => {
  if (process.platform === 'win32') return;
  const folder = testFolder();
  const store = testStore(folder);
  const id = addOne(store, 'big', { size: 1000 });
  await store.sound;
  store.transfers.chunkAcknowledged(id, 0, 10, {});
  fs.rmSync(path.join(folder, 'queue.db-wal'));
  store.transfers.chunkAcknowledged(id, 1, 10, {});
  store.check();
  store.transfers.chunkAcknowledged(id, 2, 10, {});
  const next = testStore(killed(folder));
  await next.sound;
  expect(next.notices).toEqual([]);
  expect(next.transfers.get(id)?.acknowledgedBytes).toBe(30);
});

test('a database that is removed while it is open is reported, and saved whole by the backup', async () => {
  if (process.platform === 'win32') return;
  const folder = testFolder();
  const store = openStoreHere({ folder });
  const id = addOne(store, 'big', { size: 1000 });
  await store.sound;
  fs.rmSync(path.join(folder, 'queue.db'));
  expect(() => store.check()).toThrow(StoreLostError);
  // What was on its way is still written.
  store.transfers.chunkAcknowledged(id, 0, 10, {});
  await store.close();
  const next = testStore(folder);
  expect(codes(next)).toEqual(['store-restored']);
  expect(next.transfers.get(id)?.acknowledgedBytes).toBe(10);
});

test('a store whose profile has another owner writes nothing any more, but the delete key that has just come', async () => {
  const folder = testFolder();
  let isLost = false;
  const reason = problem('profile-lost', { path: folder });
  const store = openStoreHere({ folder, lost: () => (isLost ? reason : undefined) });
  const id = addOne(store);
  await store.sound;
  await store.backup();
  const backup = fs.readFileSync(path.join(folder, 'queue.backup.db'));
  isLost = true;
  for (const write of [
    () => store.check(),
    () => store.transfers.chunkAcknowledged(id, 0, 10, {}),
    () => addOne(store),
    () => store.transaction(() => undefined),
    () => store.shares.setState(1, 'live'),
  ])
    expect(write).toThrow(StoreLostError);
  await expect(store.backup()).rejects.toThrow(StoreLostError);
  store.keepTold({ shareKey: 'k', deleteKey: 'd' }, 'one', id);
  expect(store.transfers.get(id)).toMatchObject({ acknowledgedBytes: 0 });
  await store.close();
  expect(fs.readFileSync(path.join(folder, 'queue.backup.db')).equals(backup)).toBe(true);
  expect(testStore(folder).shares.byKey('k')).toMatchObject([{ deleteKey: 'd' }]);
});
