import * as fs from 'node:fs';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { Connection } from './connection.ts';
import { DiskFullError } from './errors.ts';
import { storeFiles } from './files.ts';
import { migrate } from './migrations.ts';
import { restoreStore } from './restore.ts';
import { addOne, closeSound, many, openStoreHere, testFolder } from './test-rows.ts';
import { smallDisk } from './test-small-disk.ts';

test('a write that does not fit is undone whole, told, and works again once there is room', () => {
  const db = new DatabaseSync(path.join(testFolder(), 'small.db'));
  let told = 0;
  const c = new Connection(db, '/profile/queue.db', { full: () => told++, damaged: () => undefined });
  c.run('CREATE TABLE t (x TEXT) STRICT');
  db.exec('PRAGMA max_page_count = 20');
  const fill = (rows: number): void =>
    c.transaction(() => {
      c.run('INSERT INTO t VALUES (?)', 'before');
      // An inner part that swallows the error must not let the rest be written alone.
      try {
        c.transaction(() => {
          for (let n = 0; n < rows; n++) c.run('INSERT INTO t VALUES (?)', 'x'.repeat(3000));
        });
      } catch (error) {
        if (db.isTransaction) throw error;
      }
      c.run('INSERT INTO t VALUES (?)', 'after');
    });
  expect(() => fill(100)).toThrow('the transaction was undone');
  expect(told).toBe(1);
  expect(c.get('SELECT count(*) AS n FROM t')).toEqual({ n: 0 });
  db.exec('PRAGMA max_page_count = 1000');
  fill(100);
  expect(c.get('SELECT count(*) AS n FROM t')).toEqual({ n: 102 });
  db.close();
});

/** Takes all room that is left on a disk. What is returned gives it back. */
const fill = (folder: string): (() => void) => {
  const ballast = path.join(folder, 'ballast');
  const fd = fs.openSync(ballast, 'w');
  try {
    for (;;) fs.writeSync(fd, Buffer.alloc(4096));
  } catch {
    fs.closeSync(fd);
  }
  return () => fs.rmSync(ballast);
};
const withoutSmallDisk = 'a small file system can be mounted by root on Linux only';

test('on a full disk nothing is half-written, nothing is lost, and the store goes on when there is room', async (ctx) => {
  const folder = smallDisk();
  if (folder === undefined) return ctx.skip(withoutSmallDisk);
  const store = openStoreHere({ folder });
  let told = 0;
  store.onDiskFull(() => told++);
  await store.sound;
  await store.backup();
  const id = addOne(store, 'big', { size: 1e9 });
  store.keepTold({ shareKey: 'k', deleteKey: 'd' }, 'one', id);
  const makeRoom = fill(folder);

  let acknowledged = 0;
  expect(() => {
    for (; acknowledged < 10_000; acknowledged++) store.transfers.chunkAcknowledged(id, acknowledged, 10, {});
  }).toThrow(DiskFullError);
  expect(() => store.transfers.add(many(1000))).toThrow(DiskFullError);
  expect(() => {
    for (let n = 0; n < 10_000; n++) store.keepTold({ shareKey: `k${n}`, deleteKey: 'd' }, 'one', id);
  }).toThrow(DiskFullError);
  await expect(store.backup()).rejects.toThrow(DiskFullError);
  expect(told).toBeGreaterThanOrEqual(3);
  expect(store.transfers.totals()).toMatchObject({ count: 1, acknowledgedBytes: acknowledged * 10 });
  expect(store.transfers.chunks(id)).toHaveLength(acknowledged);
  const journal = fs.readFileSync(path.join(folder, 'delete-keys.ndjson'), 'utf8');
  expect(journal.endsWith('\n')).toBe(true);

  makeRoom();
  store.transfers.chunkAcknowledged(id, acknowledged, 10, {});
  store.keepTold({ shareKey: 'after', deleteKey: 'd' }, 'one', id);
  await store.close();
  const again = openStoreHere({ folder });
  await again.sound;
  // No session has the keys: they became shares.
  expect(again.notices.map((notice) => notice.code)).toEqual(['keys-recovered']);
  expect(again.transfers.chunks(id)).toHaveLength(acknowledged + 1);
  await again.close();
});

test('what can be read of a damaged database is kept until there is room for it beside the backup', (ctx) => {
  const folder = smallDisk();
  if (folder === undefined) return ctx.skip(withoutSmallDisk);
  const files = storeFiles(folder);
  for (const [file, rows] of [
    [files.backup, 0],
    [files.database, 300],
  ] as const) {
    const db = new DatabaseSync(file);
    migrate(db);
    const insert =
      db.prepare(`INSERT INTO shares (server_id, key, share, name, folded_name, size, is_group, created_at, state)
      VALUES ('one', 'k', '{}', ?, '', 0, 0, 0, 'live')`);
    for (let n = 0; n < rows; n++) insert.run('x'.repeat(3_000));
    db.close();
  }
  const before = fs.readFileSync(files.database);
  expect(() => restoreStore(files, 5, () => undefined)).toThrow(DiskFullError);
  expect(fs.readFileSync(files.database).equals(before)).toBe(true);
  expect(fs.readdirSync(folder).sort()).toEqual(['queue.backup.db', 'queue.db']);
});

test('a damaged database on a full disk stays as it is, and is restored once there is room', async (ctx) => {
  const folder = smallDisk();
  if (folder === undefined) return ctx.skip(withoutSmallDisk);
  const first = openStoreHere({ folder });
  first.keepTold({ shareKey: 'k', deleteKey: 'd' }, 'one', addOne(first));
  await closeSound(first);
  const database = path.join(folder, 'queue.db');
  fs.writeFileSync(database, 'x'.repeat(fs.statSync(database).size));
  // What SQLite puts beside a file that it reads is left out.
  const filesOf = (): object =>
    Object.fromEntries(
      fs
        .readdirSync(folder)
        .filter((name) => !/-(wal|shm)$/.test(name))
        .map((name) => [name, fs.readFileSync(path.join(folder, name), 'latin1')]),
    );
  const makeRoom = fill(folder);
  const before = filesOf();
  expect(() => openStoreHere({ folder })).toThrow(DiskFullError);
  expect(filesOf()).toEqual(before);
  makeRoom();
  const store = openStoreHere({ folder });
  expect(store.notices.map(({ code }) => code)).toEqual(['store-restored', 'keys-recovered']);
  expect(store.transfers.totals().count).toBe(1);
  await store.close();
});
