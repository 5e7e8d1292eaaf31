import * as crypto from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { describe } from '../../../preload/problems.ts';
import { openStore } from './open.ts';
import type { Store } from './store.ts';
import { addOne, closeSound, many, openStoreHere, testFolder } from './test-rows.ts';

const open = new Set<Store>();
afterEach(async () => {
  for (const store of open) await store.close();
  open.clear();
});
const opened = (folder: string, how = openStoreHere): Store => {
  const store = how({ folder });
  open.add(store);
  return store;
};

const template = fs.mkdtempSync(path.join(os.tmpdir(), 'stevedore-store-'));
beforeAll(async () => {
  const store = openStoreHere({ folder: template });
  const ids = store.transfers.add(many(2000));
  for (const n of [0, 1]) {
    const id = ids[n] ?? 0;
    const told = { shareKey: `k${n}`, deleteKey: `d${n}` };
    store.keepTold(told, 'one', id);
    store.transfers.end(id, 'done', 1, 'S', { share: { key: told.shareKey, deleteKey: told.deleteKey } });
  }
  await closeSound(store);
});
afterAll(() => {
  fs.rmSync(template, { recursive: true, force: true });
});

/** A closed store with 2,000 transfers, of which the first two have shares; the backup knows all of it. */
const filled = (folder: string): void => {
  fs.cpSync(template, folder, { recursive: true });
};

const database = (folder: string): string => path.join(folder, 'queue.db');
const brokenFiles = (folder: string): readonly string[] =>
  fs.readdirSync(folder).filter((name) => name.startsWith('queue.broken-') && name.endsWith('.db'));

const garble = (file: string, from: number, length: number): void => {
  const fd = fs.openSync(file, 'r+');
  fs.writeSync(fd, crypto.randomBytes(length), 0, length, from);
  fs.closeSync(fd);
};

const damages: Readonly<Record<string, (file: string) => void>> = {
  'a destroyed header': (file) => garble(file, 0, 100),
  'random bytes over its first pages': (file) => garble(file, 0, 40_000),
  'a file cut to a third': (file) => fs.truncateSync(file, Math.floor(fs.statSync(file).size / 3 / 4096) * 4096),
  'an emptied file': (file) => fs.truncateSync(file, 0),
  'a file that is gone': (file) => fs.rmSync(file),
  'random bytes in the middle': (file) => garble(file, Math.floor(fs.statSync(file).size / 2), 200_000),
};

for (const [name, damage] of Object.entries(damages)) {
  test(`${name}: the backup is restored, the broken file kept, and the person told`, async () => {
    const folder = testFolder();
    filled(folder);
    const before = fs.statSync(database(folder)).size;
    damage(database(folder));
    const there = fs.existsSync(database(folder));

    const store = opened(folder);
    await store.sound;
    expect(store.notices.map((notice) => notice.code)).toEqual(['store-restored']);
    expect(store.transfers.totals()).toMatchObject({ count: 2000, byState: { done: 2, queued: 1998 } });
    expect(store.shares.byKey('k0')).toMatchObject([{ deleteKey: 'd0' }]);
    expect(brokenFiles(folder)).toHaveLength(there ? 1 : 0);
    expect(before).toBeGreaterThan(100_000);
    // It goes on as any other store, and is not restored again.
    addOne(store);
    await store.close();
    const next = opened(folder);
    await next.sound;
    expect(next.notices).toEqual([]);
    expect(next.transfers.totals().count).toBe(2001);
  });
}

test('damage in an index alone is found by the check, and repositories held since the opening keep working', async () => {
  const folder = testFolder();
  filled(folder);
  const bytes = fs.readFileSync(database(folder));
  // The name of one row in its table page becomes another one: the page stays well-formed for a reader.
  const at = bytes.lastIndexOf(Buffer.from('queuedrun'));
  bytes.write('failed', at);
  fs.writeFileSync(database(folder), bytes);

  const store = opened(folder, openStore);
  const { transfers } = store;
  expect(store.notices).toEqual([]);
  expect(transfers.totals().count).toBe(2000);
  await store.sound;
  expect(store.notices.map((notice) => notice.code)).toEqual(['store-restored']);
  expect(transfers.page({ states: ['failed'] }, 'queue', { limit: 9 }).rows).toEqual([]);
  expect(transfers.totals().count).toBe(2000);
});

test('damage that is met while the journal is compared keeps no store from opening, and the backup is restored', async () => {
  const folder = testFolder();
  filled(folder);
  const db = new DatabaseSync(database(folder));
  db.exec(`DELETE FROM meta WHERE key = 'journal'; PRAGMA wal_checkpoint(TRUNCATE)`);
  const root = Number(db.prepare(`SELECT rootpage FROM sqlite_schema WHERE name = 'shares'`).get()?.['rootpage']);
  db.close();
  garble(database(folder), (root - 1) * 4096, 4096);

  const store = opened(folder);
  expect(store.notices).toEqual([]);
  expect(store.transfers.totals().count).toBe(2000);
  await store.sound;
  expect(store.notices.map((notice) => notice.code)).toEqual(['store-restored']);
  expect(store.shares.byKey('k1')).toMatchObject([{ deleteKey: 'd1' }]);
});

test('delete keys told after the backup are merged back: into shares, and as shares that the backup does not know', async () => {
  const folder = testFolder();
  filled(folder);
  const store = opened(folder);
  await store.sound;
  const before = store.transfers.change();
  const ids = store.transfers.add(many(1, () => ({ size: 77 })));
  const id = ids[0] ?? 0;
  store.keepTold({ shareKey: 'late', deleteKey: 'told-late' }, 'one', id);
  store.transfers.end(id, 'done', 1, 'S', { share: { key: 'late', deleteKey: 'told-late' } });
  // As a kill leaves it: no backup at the close.
  const copy = testFolder();
  for (const name of ['queue.db', 'queue.backup.db', 'delete-keys.ndjson'])
    fs.copyFileSync(path.join(folder, name), path.join(copy, name));
  garble(database(copy), 0, 40_000);

  const restored = opened(copy);
  await restored.sound;
  expect(restored.transfers.get(id)).toBeUndefined();
  expect(restored.shares.byKey('late')).toMatchObject([
    { deleteKey: 'told-late', name: 'file 0', size: 77, state: 'live', serverId: 'one' },
  ]);
  expect(restored.shares.byKey('k1')).toHaveLength(1);
  // Clients that were away are told that changes cannot be told one by one, and get every row as changed.
  expect(restored.transfers.tellsSince(before)).toBe(false);
  expect(restored.transfers.changedSince(before, 5000)).toHaveLength(2000);
});

test('without a usable backup an empty queue is started, with every delete key as a share', async () => {
  const folder = testFolder();
  filled(folder);
  garble(database(folder), 0, 40_000);
  garble(path.join(folder, 'queue.backup.db'), 0, 40_000);
  const store = opened(folder);
  await store.sound;
  expect(store.notices).toMatchObject([
    { code: 'store-reset' },
    { code: 'store-behind', params: { added: 2000, keys: 2 } },
  ]);
  expect(store.transfers.totals().count).toBe(0);
  expect(store.shares.byKey('k0')).toMatchObject([{ deleteKey: 'd0' }]);
  expect(brokenFiles(folder)).toHaveLength(2);
});

test('a database that was removed is said to be missing, and no damaged file is named', async () => {
  const folder = testFolder();
  filled(folder);
  for (const end of ['', '-wal', '-shm']) fs.rmSync(database(folder) + end, { force: true });
  const restored = opened(folder);
  await restored.sound;
  const [notice] = restored.notices;
  expect(notice).toMatchObject({ code: 'store-restored', params: { aside: '' } });
  expect(notice === undefined ? '' : describe(notice).happened).toContain('was missing');
  await restored.close();
});

test('a share brought back by the journal is completed, not doubled, when its transfer ends after all', async () => {
  const folder = testFolder();
  const first = opened(folder);
  const id = addOne(first);
  await first.sound;
  await first.backup();
  first.keepTold({ shareKey: 'k', deleteKey: 'd' }, 'one', id);
  const copy = testFolder();
  for (const name of ['queue.backup.db', 'delete-keys.ndjson'])
    fs.copyFileSync(path.join(folder, name), path.join(copy, name));
  const store = opened(copy);
  expect(store.shares.byKey('k')).toHaveLength(1);
  store.transfers.end(id, 'done', 5, 'S', { share: { key: 'k', link: 'https://x/k' } });
  expect(store.shares.byKey('k')).toMatchObject([{ deleteKey: 'd', link: 'https://x/k', transferId: id }]);
});

test('a backup is made at start, on demand and at close, and holds what was written', async () => {
  const folder = testFolder();
  const store = opened(folder, openStore);
  addOne(store, 'early');
  await store.sound;
  await store.backup();
  const backup = path.join(folder, 'queue.backup.db');
  const early = fs.readFileSync(backup);
  addOne(store, 'late');
  await store.close();
  expect(fs.readFileSync(backup).equals(early)).toBe(false);
  fs.rmSync(database(folder));
  const restored = opened(folder);
  expect(restored.transfers.totals().count).toBe(2);
});

test('a store that is told to close while it closes is closed once, with all that it holds', async () => {
  const folder = testFolder();
  const store = opened(folder);
  await store.sound;
  addOne(store);
  await Promise.all([store.close(), store.close()]);
  await store.close();
  expect(opened(folder).transfers.totals().count).toBe(1);
});

test('what the store holds can be read by its owner alone', async () => {
  if (process.platform === 'win32') return;
  const folder = path.join(testFolder(), 'made', 'by the store');
  const store = opened(folder);
  store.keepTold({ shareKey: 'k', deleteKey: 'd' }, 'one', addOne(store));
  await store.sound;
  await store.backup();
  expect(fs.statSync(folder).mode & 0o777).toBe(0o700);
  const modes = fs.readdirSync(folder).map((name) => [name, fs.statSync(path.join(folder, name)).mode & 0o777]);
  expect(modes.map(([name]) => name).sort()).toEqual([
    'delete-keys.ndjson',
    'queue.backup.db',
    'queue.db',
    'queue.db-shm',
    'queue.db-wal',
    'queue.generation',
  ]);
  for (const [, mode] of modes) expect(mode).toBe(0o600);
});
