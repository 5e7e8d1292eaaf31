import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { Connection } from './connection.ts';
import { testFolder } from './test-rows.ts';

/** Of `PRAGMA synchronous`. */
const [withoutDisk, withDisk] = [1, 2];

const open = (): { readonly c: Connection; readonly waits: () => unknown } => {
  const db = new DatabaseSync(path.join(testFolder(), 'queue.db'));
  onTestFinished(() => db.close());
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (x INTEGER) STRICT');
  const c = new Connection(db, 'queue.db', { full: () => undefined, damaged: () => undefined });
  return { c, waits: () => (c.get('PRAGMA synchronous') as { synchronous: number }).synchronous };
};

test('a write that has to survive a kill only does not wait for the disk, and the next one does again', () => {
  const { c, waits } = open();
  const write = (): unknown => {
    c.run('INSERT INTO t VALUES (1)');
    return waits();
  };
  expect(c.transaction(write)).toBe(withDisk);
  expect(c.transaction(write, 'kill')).toBe(withoutDisk);
  expect(waits()).toBe(withDisk);
  const failing = (): never => {
    write();
    throw new Error('no');
  };
  expect(() => c.transaction(failing, 'kill')).toThrow('no');
  expect(waits()).toBe(withDisk);
  expect(c.get('SELECT count(*) AS n FROM t')).toEqual({ n: 2 });
});

test('a part of a durable write is as durable as the whole', () => {
  const { c, waits } = open();
  expect(c.transaction(() => c.transaction(waits, 'kill'))).toBe(withDisk);
  expect(c.transaction(() => c.transaction(waits), 'kill')).toBe(withoutDisk);
});
