import * as fs from 'node:fs';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { makeBackup } from './backup.ts';
import { storeFiles } from './files.ts';
import { fileHasDamage, inspect } from './integrity.ts';
import { inspectHere, testFolder } from './test-rows.ts';

const pageBytes = 4096;

/** A profile's files with a database of some pages, open. */
const open = () => {
  const folder = testFolder();
  const files = storeFiles(folder);
  const make = new DatabaseSync(files.database);
  make.exec('PRAGMA synchronous = OFF; CREATE TABLE t (x TEXT) STRICT; CREATE INDEX by_x ON t (x); BEGIN');
  const insert = make.prepare('INSERT INTO t VALUES (?)');
  for (let n = 0; n < 60; n++) insert.run(`${n}`.padStart(1_000, 'x'));
  make.exec('COMMIT');
  make.close();
  const db = new DatabaseSync(files.database);
  onTestFinished(() => db.close());
  return { folder, files, db };
};
const rowsIn = (file: string): unknown => {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return db.prepare('SELECT count(*) AS n FROM t').get()?.['n'];
  } finally {
    db.close();
  }
};

test('a backup holds all that the database holds, and takes the place of the last one', async () => {
  const { folder, files, db } = open();
  fs.writeFileSync(files.backup, 'the last one');
  // What a kill left of an earlier copy.
  for (const end of ['', '-wal', '-journal']) fs.writeFileSync(path.join(folder, `queue.backup.tmp${end}`), 'junk');
  await makeBackup(db, files, inspectHere);
  expect(rowsIn(files.backup)).toBe(60);
  expect(fs.readdirSync(folder).sort()).toEqual(['queue.backup.db', 'queue.db']);
});

test('a copy that is damaged does not take the place of the last backup', async () => {
  const { folder, files, db } = open();
  fs.writeFileSync(files.backup, 'the last one');
  const fd = fs.openSync(files.database, 'r+');
  fs.writeSync(fd, Buffer.alloc(pageBytes, 'x'), 0, pageBytes, 10 * pageBytes);
  fs.closeSync(fd);
  const withoutWorkers = (): never => {
    throw new Error('no worker');
  };
  for (const inspect of [inspectHere, withoutWorkers])
    await expect(makeBackup(db, files, inspect)).rejects.toThrow('the backup is damaged');
  expect(fs.readFileSync(files.backup, 'utf8')).toBe('the last one');
  expect(fs.readdirSync(folder).sort()).toEqual(['queue.backup.db', 'queue.db']);
});

test('a file is whole, damaged, empty, or cannot be looked at', async () => {
  const { folder, files } = open();
  expect(fileHasDamage(files.database)).toBe(false);
  await expect(inspect(files.database).finding).resolves.toBe(false);
  const junk = path.join(folder, 'junk.db');
  fs.writeFileSync(junk, 'x'.repeat(pageBytes));
  expect(fileHasDamage(junk)).toBe(true);
  await expect(inspect(junk).finding).resolves.toBe(true);
  fs.truncateSync(junk);
  expect(fileHasDamage(junk)).toBe(true);
  // Not the same as damage: it may be sound.
  const none = path.join(folder, 'none.db');
  expect(() => fileHasDamage(none)).toThrow('unable to open');
  await expect(inspect(none).finding).rejects.toThrow('unable to open');
});
