import * as fs from 'node:fs';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { storeFiles, type StoreFiles } from './files.ts';
import { migrate, migrations } from './migrations.ts';
import { generationOf, restoreStore } from './restore.ts';
import { testFolder } from './test-rows.ts';

const now = Date.parse('2026-01-31T12:00:00.000Z');
const stamp = '2026-01-31T12-00-00-000Z';
const nothing = (): void => undefined;

/** Makes a database with the value of one row, and returns its file. */
const database = (file: string, value: string, more = ''): string => {
  const db = new DatabaseSync(file);
  db.exec('PRAGMA synchronous = OFF');
  migrate(db);
  db.prepare(`INSERT INTO meta VALUES ('mark', ?)`).run(value);
  db.exec(more);
  db.close();
  return file;
};
const valueIn = (file: string): unknown => {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return db.prepare(`SELECT value FROM meta WHERE key = 'mark'`).get()?.['value'];
  } finally {
    db.close();
  }
};
const profile = (): { readonly folder: string; readonly files: StoreFiles } => {
  const folder = testFolder();
  return { folder, files: storeFiles(folder) };
};

test('the broken database is kept with what belongs to it, and the notice has the time of the backup', () => {
  const { folder, files } = profile();
  database(files.backup, 'backup');
  fs.utimesSync(files.backup, 1_700_000_000, 1_700_000_000);
  for (const end of ['', '-wal', '-shm']) fs.writeFileSync(files.database + end, `broken${end}`);
  let closed = 0;
  const notice = restoreStore(files, now, () => {
    closed++;
    // A program that still has it open would keep it from being renamed.
    expect(fs.readFileSync(files.database, 'utf8')).toBe('broken');
  });
  const aside = path.join(folder, `queue.broken-${stamp}.db`);
  expect(notice).toMatchObject({ code: 'store-restored', params: { aside, at: 1_700_000_000_000, salvaged: 0 } });
  expect(closed).toBe(1);
  for (const end of ['', '-wal']) expect(fs.readFileSync(aside + end, 'utf8')).toBe(`broken${end}`);
  expect(valueIn(files.database)).toBe('backup');
  expect(fs.readdirSync(folder).sort()).toEqual([
    'queue.backup.db',
    ...['', '-shm', '-wal'].map((end) => `queue.broken-${stamp}.db${end}`),
    'queue.db',
  ]);
});

test('two that break in one moment are both kept', () => {
  const { folder, files } = profile();
  for (const broken of ['first', 'second', 'third']) {
    fs.writeFileSync(files.database, broken);
    restoreStore(files, now, nothing);
  }
  const kept = ['', '-1', '-2'].map((n) => fs.readFileSync(path.join(folder, `queue.broken-${stamp}${n}.db`), 'utf8'));
  expect(kept).toEqual(['first', 'second', 'third']);
});

test('what a kill left of an earlier restoring is no part of this one', () => {
  const { folder, files } = profile();
  database(files.backup, 'backup');
  const restoring = path.join(folder, 'queue.restoring.db');
  for (const end of ['', '-wal']) fs.writeFileSync(restoring + end, 'junk');
  // The journal of a transaction that was killed: with it the pages of another database would be put back.
  const killed = new DatabaseSync(path.join(testFolder(), 'killed.db'));
  killed.exec(`PRAGMA cache_size = 2; CREATE TABLE t (x); INSERT INTO t SELECT zeroblob(9000) FROM json_each('[1,2,3,4]');
    BEGIN; UPDATE t SET x = randomblob(9000)`);
  fs.copyFileSync(`${killed.location()}-journal`, `${restoring}-journal`);
  killed.close();
  expect(restoreStore(files, now, nothing)).toMatchObject({ code: 'store-restored', params: { aside: '' } });
  expect(valueIn(files.database)).toBe('backup');
  expect(fs.readdirSync(folder).sort()).toEqual(['queue.backup.db', 'queue.db']);
});

test('a backup that a newer version wrote, or that is damaged or empty, is kept but not used', () => {
  for (const spoil of [
    () => undefined,
    (file: string) => fs.writeFileSync(file, 'x'.repeat(5_000)),
    (file: string) => fs.truncateSync(file),
  ]) {
    const { folder, files } = profile();
    database(files.backup, 'newer', `PRAGMA user_version = ${migrations.length + 1}`);
    spoil(files.backup);
    const bytes = fs.readFileSync(files.backup);
    expect(generationOf(files.backup)).toBeUndefined();
    expect(restoreStore(files, now, nothing)).toEqual({ code: 'store-reset', params: { aside: '', salvaged: 0 } });
    expect(valueIn(files.database)).toBeUndefined();
    expect(fs.existsSync(files.backup)).toBe(false);
    expect(fs.readFileSync(path.join(folder, `queue.broken-backup-${stamp}.db`)).equals(bytes)).toBe(true);
  }
});

test('how far a backup had come is known, and none is no backup', () => {
  const { files } = profile();
  expect(generationOf(files.backup)).toBeUndefined();
  database(files.backup, 'backup');
  expect(generationOf(files.backup)).toBe(0);
  fs.rmSync(files.backup);
  database(files.backup, 'backup', `INSERT INTO meta VALUES ('generation', 7)`);
  expect(generationOf(files.backup)).toBe(7);
});

test('a restored database can be read by its owner alone, whatever could be done with the backup', () => {
  if (process.platform === 'win32') return;
  const { files } = profile();
  database(files.backup, 'backup');
  fs.chmodSync(files.backup, 0o644);
  restoreStore(files, now, nothing);
  expect(fs.statSync(files.database).mode & 0o777).toBe(0o600);
});
