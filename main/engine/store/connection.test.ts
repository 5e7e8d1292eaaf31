import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { Connection, type ConnectionEvents } from './connection.ts';
import { StoreDamagedError } from './damage.ts';
import { migrate } from './migrations.ts';
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

/** A connection to a database of today's version, with what it reports. */
const reporting = () => {
  const db = new DatabaseSync(':memory:');
  onTestFinished(() => db.close());
  migrate(db);
  // As a statement fails that meets a damaged page.
  db.function('damage', () => {
    throw Object.assign(new Error('no'), { errcode: 11 });
  });
  const reports: string[] = [];
  const events: ConnectionEvents = {
    full: () => reports.push('full'),
    damaged: () => reports.push(db.isTransaction ? 'damaged in a transaction' : 'damaged'),
    counted: (adds) => reports.push(adds ? 'adds' : 'keeps'),
  };
  const c = new Connection(db, 'queue.db', events);
  const generation = (): unknown =>
    db.prepare(`SELECT coalesce((SELECT value FROM meta WHERE key = 'generation'), 0) AS n`).get()?.['n'];
  const taken = (): readonly string[] => reports.splice(0);
  return { c, db, taken, generation };
};
const insert = (c: Connection, key: string): unknown => c.run('INSERT INTO meta VALUES (?, 1)', key);

test('what a transaction adds or keeps is counted once it is committed, a part of it included', () => {
  const { c, taken, generation } = reporting();
  c.transaction(() => insert(c, 'a'));
  expect([taken(), generation()]).toEqual([[], 0]);
  c.transaction(() => {
    insert(c, 'b');
    c.transaction(() => c.counts(true));
    c.counts(false);
  });
  expect([taken(), generation()]).toEqual([['adds'], 1]);
  c.transaction(() => c.counts(false));
  expect([taken(), generation()]).toEqual([['keeps'], 2]);
  c.transaction(() => {
    c.counts(true);
    c.transaction(() => insert(c, 'e'));
  });
  expect([taken(), generation()]).toEqual([['adds'], 3]);
  // It is not counted for the next one.
  c.transaction(() => insert(c, 'c'));
  insert(c, 'd');
  expect([taken(), generation()]).toEqual([[], 3]);
  expect(() => c.counts(true)).toThrow('not in a transaction');
});

test('a write is reported as committed before it returns, alone or as the last of a transaction', () => {
  const db = new DatabaseSync(':memory:');
  onTestFinished(() => db.close());
  migrate(db);
  let committed = 0;
  const c = new Connection(db, 'queue.db', {
    full: () => undefined,
    damaged: () => undefined,
    committed: () => (committed = Number(db.prepare('SELECT count(*) AS n FROM meta').get()?.['n'])),
  });
  insert(c, 'a');
  expect(committed).toBe(1);
  c.transaction(() => {
    insert(c, 'b');
    expect(committed).toBe(1);
  });
  expect(committed).toBe(2);
});

test('what is undone is not counted, not even with the next transaction', () => {
  const { c, taken, generation } = reporting();
  const fail = (): never => {
    c.counts(true);
    throw new Error('no');
  };
  expect(() => c.transaction(fail)).toThrow('no');
  expect([taken(), generation()]).toEqual([[], 0]);
  c.transaction(() => insert(c, 'a'));
  expect([taken(), generation()]).toEqual([[], 0]);
});

test('damage is reported where no transaction is open, even if its caller hides it', () => {
  const { c, db, taken } = reporting();
  const meet = (): unknown => c.get('SELECT damage()');
  expect(meet).toThrow(StoreDamagedError);
  expect(taken()).toEqual(['damaged']);
  c.use(db);
  expect(() => c.transaction(() => c.transaction(meet))).toThrow(StoreDamagedError);
  expect(taken()).toEqual(['damaged']);
  c.use(db);
  c.transaction(() => {
    c.counts(true);
    expect(meet).toThrow(StoreDamagedError);
  });
  expect(taken()).toEqual(['damaged']);
  // Another database has taken its place.
  c.use(db);
  c.transaction(() => insert(c, 'a'));
  expect(taken()).toEqual([]);
});
