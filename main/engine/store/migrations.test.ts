import * as fs from 'node:fs';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { StoreRefusedError } from './errors.ts';
import { hasDamage } from './integrity.ts';
import { migrate, migrations, versionOf } from './migrations.ts';
import { deliveries } from './schema.ts';
import { addOne, openStoreHere, testFolder, testStore } from './test-rows.ts';

/** A database as an older version left it, with a queue in it. */
const oldDatabase = (folder: string, version: number): string => {
  const file = path.join(folder, 'queue.db');
  const db = new DatabaseSync(file);
  db.exec('PRAGMA journal_mode = WAL');
  migrate(db, version);
  const add = db.prepare(
    `INSERT INTO transfers (server_id, state, wish, path, name, folded_name, folder, size, identity, options, priority,
      position, acknowledged_bytes, remote, remote_version, created_at, change)
      VALUES ('one', ?, 'run', '/a', 'a', 'a', '[]', 100, '{"path":"/a","future":1}', '{}', 0, ?, ?, '{"s":1}', 1, 1, ?)`,
  );
  add.run('uploading', 10, 60, 1);
  add.run('queued', 20, 0, 2);
  db.exec('INSERT INTO chunks (transfer_id, number, acknowledged, size, begun, written) VALUES (1, 0, 1, 60, 1, 60)');
  if (version >= 2)
    db.exec(`INSERT INTO shares (server_id, key, share, name, folded_name, size, is_group, created_at, state)
      VALUES ('one', 'k', '{"key":"k","deleteKey":"d"}', 'old', 'old', 1, 0, 1, 'live')`);
  db.close();
  return file;
};

for (let version = 1; version <= migrations.length; version++) {
  test(`a queue of version ${version} is opened with all that it holds`, async () => {
    const folder = testFolder();
    const file = oldDatabase(folder, version);
    const store = testStore(folder);
    expect(store.notices).toEqual([]);
    expect(store.transfers.page({}, 'queue', { limit: 9 }).rows).toMatchObject([
      {
        id: 1,
        state: 'uploading',
        acknowledgedBytes: 60,
        remote: { version: 1, value: { s: 1 } },
        identity: { future: 1 },
      },
      { id: 2, state: 'queued' },
    ]);
    expect(store.transfers.chunks(1)).toMatchObject([{ index: 0, state: 'acknowledged', digest: undefined }]);
    expect(store.transfers.totals()).toMatchObject({ count: 2, bytes: 200, acknowledgedBytes: 60 });
    expect(store.shares.byKey('k').map((row) => row.deleteKey)).toEqual(version >= 2 ? ['d'] : []);
    addOne(store);
    expect(store.transfers.totals().count).toBe(3);
    await store.close();
    const db = new DatabaseSync(file);
    expect(versionOf(db)).toBe(migrations.length);
    expect(hasDamage(db)).toBe(false);
    db.close();
  });
}

test('uploads that were done before there were messages have none, and stay in their sections', () => {
  const folder = testFolder();
  const file = oldDatabase(folder, migrations.indexOf(deliveries));
  const db = new DatabaseSync(file);
  db.exec(`UPDATE transfers SET state = 'done', ended_at = 5 WHERE id = 1; UPDATE transfers SET state = 'attention' WHERE id = 2;
    INSERT INTO history (transfer_id, at, outcome, name, folded_name, path, size, server_id, server_name, took)
      VALUES (1, 5, 'done', 'a', 'a', '/a', 100, 'one', 'One', 1)`);
  db.close();
  const store = testStore(folder);
  expect(store.transfers.get(1)?.delivery).toBeUndefined();
  expect(store.history.ofTransfer(1)).toMatchObject({ outcome: 'done', delivery: undefined });
  expect(store.transfers.sections({})).toMatchObject({ 'needs-you': { count: 1 }, done: { count: 1 } });
  expect(store.transfers.nextToDeliver({ ids: [], serverIds: [] })).toBeUndefined();
});

test('a queue of a newer version is refused in words, and not a byte of it is changed', () => {
  const folder = testFolder();
  const file = oldDatabase(folder, migrations.length);
  const db = new DatabaseSync(file);
  db.exec(`PRAGMA user_version = ${migrations.length + 1}; PRAGMA wal_checkpoint(TRUNCATE)`);
  db.close();
  const before = fs.readFileSync(file);
  expect(() => openStoreHere({ folder })).toThrow(StoreRefusedError);
  try {
    openStoreHere({ folder });
  } catch (error) {
    expect(error instanceof StoreRefusedError && error.problem).toEqual({
      code: 'store-newer',
      params: { version: migrations.length + 1, known: migrations.length },
    });
  }
  expect(fs.readFileSync(file).equals(before)).toBe(true);
});

test('a migration that fails leaves the version before it', () => {
  const db = new DatabaseSync(':memory:');
  migrate(db, 1);
  db.exec('CREATE TABLE shares (other TEXT)');
  expect(() => migrate(db)).toThrow();
  expect(versionOf(db)).toBe(1);
  expect(db.prepare(`SELECT count(*) AS n FROM sqlite_schema WHERE name = 'history'`).get()?.['n']).toBe(0);
  db.close();
});
