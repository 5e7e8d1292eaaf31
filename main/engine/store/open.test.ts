import * as fs from 'node:fs';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test, vi } from 'vitest';
import { StoreDamagedError } from './damage.ts';
import { StoreClosedError, StoreRefusedError } from './errors.ts';
import { storeFiles } from './files.ts';
import { fileHasDamage } from './integrity.ts';
import { openStore } from './open.ts';
import { addOne, closeSound, newTransfer, openStoreHere, testFolder, testStore } from './test-rows.ts';

const pageBytes = 4096;
const codes = (folder: string): readonly string[] => {
  const store = openStoreHere({ folder });
  onTestFinished(() => store.close());
  return store.notices.map(({ code }) => code);
};
const fileNumber = (file: string): number => fs.statSync(file).ino;

test('a folder that cannot be made is refused with the reason, and nothing is changed', () => {
  const file = path.join(testFolder(), 'a file');
  fs.writeFileSync(file, 'mine');
  const folder = path.join(file, 'profile');
  try {
    openStoreHere({ folder });
    expect.unreachable();
  } catch (error) {
    expect(error instanceof StoreRefusedError && error.problem).toMatchObject({
      code: 'profile-unwritable',
      params: { path: folder, reason: 'ENOTDIR' },
    });
  }
  expect(fs.readFileSync(file, 'utf8')).toBe('mine');
});

test.each(['backup', 'journal', 'counter'] as const)('a database that is gone is noticed by its %s', (left) => {
  const folder = testFolder();
  fs.writeFileSync(storeFiles(folder)[left], '');
  expect(codes(folder)).toEqual(['store-reset']);
});

test('a database of another program, or one that lost its tables, is set aside whole', () => {
  for (const sql of ['CREATE TABLE mine (x); INSERT INTO mine VALUES (7)', 'PRAGMA user_version = 1; VACUUM']) {
    const folder = testFolder();
    const { database } = storeFiles(folder);
    const db = new DatabaseSync(database);
    db.exec(sql);
    db.close();
    const bytes = fs.readFileSync(database);
    expect(codes(folder)).toEqual(['store-reset']);
    const [aside] = fs.readdirSync(folder).filter((name) => /^queue\.broken-.*\.db$/.test(name));
    expect(fs.readFileSync(path.join(folder, aside ?? '')).equals(bytes)).toBe(true);
  }
});

test('the check of a store that is closed first is over with that, and no backup takes the place of the last one', async () => {
  const folder = testFolder();
  await closeSound(openStoreHere({ folder }));
  const { backup } = storeFiles(folder);
  const before = fileNumber(backup);
  const store = openStoreHere({ folder });
  addOne(store);
  const closed = store.close();
  await expect(store.sound).rejects.toThrow(StoreClosedError);
  await closed;
  expect(fileNumber(backup)).toBe(before);
  expect(testStore(folder).transfers.totals().count).toBe(1);
});

test('a backup is made every ten minutes and at the end, unless nothing has changed', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const folder = testFolder();
  const { backup } = storeFiles(folder);
  const store = openStoreHere({ folder });
  await store.sound;
  await store.backup();
  const first = fileNumber(backup);
  addOne(store);
  vi.advanceTimersByTime(10 * 60_000 - 1);
  expect(fileNumber(backup)).toBe(first);
  vi.advanceTimersByTime(1);
  await expect.poll(() => fileNumber(backup)).not.toBe(first);
  // It is the one under way, where one is.
  await store.backup();
  const last = fs.statSync(backup, { bigint: true });
  await store.close();
  expect(fs.statSync(backup, { bigint: true }).mtimeNs).toBe(last.mtimeNs);
  expect(vi.getTimerCount()).toBe(0);
});

test('damage that a call meets fails the call alone: the backup is there for the next one', async () => {
  const folder = testFolder();
  const { database } = storeFiles(folder);
  const store = testStore(folder);
  const notices: string[] = [];
  store.onNotice(({ code }) => notices.push(code));
  store.transfers.add(
    Array.from({ length: 200 }, (_, n) => newTransfer(`file ${n}`, { path: `/${'x'.repeat(900)}/${n}` })),
  );
  await store.sound;
  await store.backup();
  // Another connection's write has this one read its pages from the disk again.
  const other = new DatabaseSync(database);
  other.exec(`INSERT INTO meta VALUES ('other', 1); PRAGMA wal_checkpoint(TRUNCATE)`);
  const root = Number(other.prepare(`SELECT rootpage FROM sqlite_schema WHERE name = 'transfers'`).get()?.['rootpage']);
  other.close();
  const fd = fs.openSync(database, 'r+');
  fs.writeSync(fd, Buffer.alloc(pageBytes, 'x'), 0, pageBytes, (root - 1) * pageBytes);
  fs.closeSync(fd);
  const names = (): readonly string[] =>
    store.transfers.page({}, 'newest', { limit: 500 }).rows.map(({ name }) => name);
  expect(() => store.transaction(names)).toThrow(StoreDamagedError);
  expect(names()).toHaveLength(200);
  expect(notices).toEqual(['store-restored']);
  addOne(store, 'later');
  expect(names()[0]).toBe('later');
});

test('where a file cannot be looked at in a worker, the check and the backup are made all the same', async () => {
  const folder = testFolder();
  const { database, backup } = storeFiles(folder);
  const withoutWorkers = {
    folder,
    inspect: (): never => {
      throw new Error('no worker');
    },
  };
  const store = openStore(withoutWorkers);
  addOne(store);
  await store.sound;
  await store.backup();
  await store.close();
  expect(fileHasDamage(backup)).toBe(false);
  // In an index alone, so that nothing but the check finds it.
  const bytes = fs.readFileSync(database);
  bytes.write('failed', bytes.lastIndexOf('queuedrun'));
  fs.writeFileSync(database, bytes);
  const next = openStore(withoutWorkers);
  onTestFinished(() => next.close());
  expect(next.notices).toEqual([]);
  await next.sound;
  expect(next.notices).toMatchObject([{ code: 'store-restored' }]);
});
