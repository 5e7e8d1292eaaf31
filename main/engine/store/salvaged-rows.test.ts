import * as fs from 'node:fs';
import * as path from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { Connection } from './connection.ts';
import { countIn } from './counter.ts';
import { DiskFullError } from './errors.ts';
import { migrate, migrations } from './migrations.ts';
import { salvage } from './salvage.ts';
import { testFolder } from './test-rows.ts';

type Row = Readonly<Record<string, SQLInputValue>>;

/** Columns that a row of each table has to have. */
const needed: Readonly<Record<string, Row>> = {
  transfers: {
    server_id: 'one',
    state: 'queued',
    wish: 'run',
    path: '/a',
    name: 'a',
    folded_name: 'a',
    folder: '[]',
    size: 20,
    identity: '{}',
    options: '{}',
    priority: 0,
    position: 1,
    created_at: 5,
    change: 1,
  },
  chunks: { number: 0, acknowledged: 1, size: 10, begun: 1, written: 10 },
  groups: { server_id: 'one', options: '{}', count: 1, state: 'open', created_at: 5 },
  drops: { goes_on: 0, created_at: 5 },
  log: { at: 5, problem: '{}' },
  history: {
    transfer_id: 1,
    at: 5,
    outcome: 'done',
    name: 'a',
    folded_name: 'a',
    path: '/a',
    size: 20,
    server_id: 'one',
    server_name: 'S',
    took: 1,
  },
  shares: {
    server_id: 'one',
    key: 'k',
    share: '{"key":"k"}',
    name: 'a',
    folded_name: 'a',
    size: 20,
    is_group: 0,
    created_at: 5,
    state: 'live',
  },
  abandoned: {
    server_id: 'one',
    name: 'a',
    size: 20,
    options: '{}',
    chunk_size: 10,
    remote: '{}',
    remote_version: 1,
    next_at: 5,
  },
  meta: {},
};

const insert = (db: DatabaseSync, table: string, ...rows: readonly Row[]): void => {
  for (const given of rows) {
    const row = { ...needed[table], ...given };
    const columns = Object.keys(row);
    db.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`).run(
      ...Object.values(row),
    );
  }
};
const generation = (db: DatabaseSync, value: number): void => insert(db, 'meta', { key: 'generation', value });

/** A damaged database of today's version. What stands on a damaged page may be anything: its columns take it. */
const damaged = (fill: (db: DatabaseSync) => void): string => {
  const file = path.join(testFolder(), 'damaged.db');
  const db = new DatabaseSync(file, { enableForeignKeyConstraints: false });
  db.exec('PRAGMA synchronous = OFF; BEGIN');
  for (const step of migrations) db.exec(step.replaceAll(' STRICT', '').replaceAll(/(TEXT|INTEGER) NOT NULL/g, ''));
  fill(db);
  db.exec('COMMIT');
  db.close();
  return file;
};
/** A restored database, and what it has in a table after a damaged one was merged over it. */
const restored = (fill: (db: DatabaseSync) => void = () => undefined) => {
  const db = new DatabaseSync(':memory:');
  onTestFinished(() => db.close());
  migrate(db);
  fill(db);
  const c = new Connection(db, 'queue.db', { full: () => undefined, damaged: () => undefined });
  const rows = (table: string, columns: string): readonly unknown[] =>
    db
      .prepare(`SELECT ${columns} FROM ${table}`)
      .all()
      .map((row) => ({ ...row }));
  return { c, rows, merge: (file: string): number => c.transaction(() => salvage(c, file)) };
};

test('a row that this program cannot have written is not taken, and keeps no other from it', () => {
  const file = damaged((db) => {
    insert(
      db,
      'transfers',
      { id: 1, state: 'junk' },
      { id: 2, wish: 'junk' },
      { id: 3, identity: '{"path":' },
      { id: 4, options: 5 },
      { id: 5, name: null },
      { id: 6 },
    );
    insert(db, 'shares', { id: 1, share: 'junk' }, { id: 2 });
  });
  const { merge, rows } = restored();
  expect(merge(file)).toBe(1);
  expect(rows('transfers', 'id')).toEqual([{ id: 6 }]);
  expect(rows('shares', 'id')).toEqual([{ id: 2 }]);
});

test('of a transfer the newer row is kept, with its own chunks', () => {
  const file = damaged((db) => {
    insert(db, 'transfers', { id: 1, name: 'later', change: 9, remote: '{}' });
    insert(db, 'transfers', { id: 2, name: 'earlier', change: 3, remote: '{}' });
    insert(db, 'transfers', { id: 3, name: 'the same', change: 5, remote: '{}' });
    for (const number of [0, 1]) insert(db, 'chunks', { transfer_id: 1, number, tag: 'later' });
    insert(db, 'chunks', { transfer_id: 1, number: 2, acknowledged: 0, tag: 'later' });
    insert(db, 'chunks', { transfer_id: 2, tag: 'earlier' });
  });
  const { merge, rows } = restored((db) => {
    for (const id of [1, 2, 3]) {
      insert(db, 'transfers', { id, name: 'backup', change: 5, remote: '{}', acknowledged_bytes: 10 });
      insert(db, 'chunks', { transfer_id: id, tag: 'backup' });
    }
  });
  expect(merge(file)).toBe(1);
  expect(rows('transfers', 'name, acknowledged_bytes AS bytes')).toEqual([
    { name: 'later', bytes: 20 },
    { name: 'backup', bytes: 10 },
    { name: 'backup', bytes: 10 },
  ]);
  expect(rows('chunks', 'transfer_id AS id, number, tag')).toEqual([
    { id: 1, number: 0, tag: 'later' },
    { id: 1, number: 1, tag: 'later' },
    { id: 1, number: 2, tag: 'later' },
    { id: 2, number: 0, tag: 'backup' },
    { id: 3, number: 0, tag: 'backup' },
  ]);
  expect(rows('totals', 'server_id AS server, count, bytes, acknowledged AS acknowledged')).toEqual([
    { server: 'one', count: 3, bytes: 60, acknowledged: 40 },
  ]);
});

test('groups, batches, logs, history, shares and sessions to clean up are taken, too', () => {
  const file = damaged((db) => {
    insert(db, 'groups', { id: 4, state: 'merging', share: '{"key":"g"}' });
    insert(db, 'drops', { id: 6, taken_at: 9 });
    insert(db, 'transfers', { id: 1, group_id: 4, drop_id: 6, place: '/a' }, { id: 2, group_id: 99 });
    insert(db, 'log', { id: 1, transfer_id: 1, at: 7 }, { id: 2, transfer_id: 99 });
    insert(db, 'history', { id: 5, name: 'ended' });
    insert(db, 'shares', { id: 7, name: 'new name', state: 'revoked' });
    insert(db, 'abandoned', { id: 8, attempts: 3 });
  });
  const { merge, rows } = restored((db) => {
    insert(db, 'shares', { id: 7, name: 'old name' });
    insert(db, 'abandoned', { id: 1 });
    insert(db, 'history', { id: 1, name: 'earlier' });
  });
  expect(merge(file)).toBe(2);
  expect(rows('groups', 'id, state, share')).toEqual([{ id: 4, state: 'merging', share: '{"key":"g"}' }]);
  expect(rows('drops', 'id, taken_at')).toEqual([{ id: 6, taken_at: 9 }]);
  // A group that is lost holds its members up no longer.
  expect(rows('transfers', 'id, group_id, drop_id, place')).toEqual([
    { id: 1, group_id: 4, drop_id: 6, place: '/a' },
    { id: 2, group_id: null, drop_id: null, place: null },
  ]);
  expect(rows('log', 'transfer_id, at')).toEqual([{ transfer_id: 1, at: 7 }]);
  expect(rows('history', 'name')).toEqual([{ name: 'earlier' }, { name: 'ended' }]);
  expect(rows('shares', 'id, name, state')).toEqual([{ id: 7, name: 'new name', state: 'revoked' }]);
  // What was cleaned up after the backup is not cleaned up again.
  expect(rows('abandoned', 'id, attempts')).toEqual([{ id: 8, attempts: 3 }]);
});

test('a damaged database that is older than the backup changes nothing', () => {
  const file = damaged((db) => {
    generation(db, 3);
    insert(db, 'transfers', { id: 1, change: 99 });
  });
  const { merge, rows, c } = restored((db) => generation(db, 4));
  expect(merge(file)).toBe(0);
  expect(rows('transfers', 'id')).toEqual([]);
  expect(countIn(c).generation).toBe(4);
});

test('a database counts as complete where all of it could be read, and only there', () => {
  const backup = (db: DatabaseSync): void => {
    generation(db, 7);
    insert(db, 'transfers', { id: 2 });
  };
  const whole = restored(backup);
  const withChunk = (chunk: Row): string =>
    damaged((db) => {
      generation(db, 9);
      insert(db, 'transfers', { id: 2, change: 2 });
      insert(db, 'chunks', { transfer_id: 2, ...chunk });
    });
  expect(whole.merge(withChunk({}))).toBe(1);
  expect(countIn(whole.c).generation).toBe(9);
  const part = restored(backup);
  expect(part.merge(withChunk({ size: null }))).toBe(1);
  expect(countIn(part.c).generation).toBe(7);
  expect(part.rows('chunks', 'number')).toEqual([]);
});

test.each(['transfers', 'chunks'])('on a disk that is too full for the %s nothing is taken in part', (table) => {
  const file = damaged((db) => {
    insert(db, 'transfers', { id: 1 });
    const rows = Array.from({ length: 200 }, (_, n) =>
      table === 'chunks' ? { transfer_id: 1, number: n, tag: 'x'.repeat(900) } : { id: n + 2, path: 'x'.repeat(900) },
    );
    insert(db, table, ...rows);
  });
  const { merge, rows } = restored((db) => db.exec('PRAGMA max_page_count = 60'));
  expect(() => merge(file)).toThrow(DiskFullError);
  expect(rows('transfers', 'id')).toEqual([]);
});

test('what is no database, is not there, or is one of another program adds nothing', () => {
  const { merge, rows } = restored();
  const folder = testFolder();
  expect(merge(path.join(folder, 'none.db'))).toBe(0);
  fs.writeFileSync(path.join(folder, 'junk.db'), 'x'.repeat(5_000));
  expect(merge(path.join(folder, 'junk.db'))).toBe(0);
  const other = new DatabaseSync(path.join(folder, 'other.db'));
  other.exec('CREATE TABLE drops (goes_on INTEGER, created_at INTEGER); INSERT INTO drops VALUES (0, 1)');
  other.close();
  expect(merge(path.join(folder, 'other.db'))).toBe(0);
  expect(rows('drops', 'id')).toEqual([]);
});
