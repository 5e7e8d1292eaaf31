/**
 * What happens to a database that is broken: it is set aside, and the last backup (or an empty one) takes its place, with
 * what can still be read of the broken one.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { problem, type Problem } from '../../../preload/problems.ts';
import { renewChanges } from './changes.ts';
import { Connection } from './connection.ts';
import { DiskFullError, isDiskFull } from './errors.ts';
import { asidePath, privateFile, removeDatabase, replaceFile, type StoreFiles, syncFolder } from './files.ts';
import { fileHasDamage } from './integrity.ts';
import { migrate, migrations, versionOf } from './migrations.ts';
import { salvage } from './salvage.ts';

const build = (file: string, backup: string | undefined, damaged: string, now: number): number => {
  removeDatabase(file);
  if (backup === undefined) privateFile(file);
  else fs.copyFileSync(backup, file);
  fs.chmodSync(file, 0o600);
  const db = new DatabaseSync(file);
  try {
    // No WAL here: the file is renamed as soon as it is closed, and must be whole by itself.
    db.exec('PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL');
    migrate(db);
    const ignore = (): void => undefined;
    const c = new Connection(db, file, { full: ignore, damaged: ignore });
    const salvaged = salvaging(() => c.transaction(() => salvage(c, damaged)));
    c.transaction(() => renewChanges(c, now));
    return salvaged;
  } finally {
    db.close();
  }
};

/** The backup is worth more than what may be read beside it. */
const salvaging = (work: () => number): number => {
  try {
    return work();
  } catch (error) {
    if (error instanceof DiskFullError) throw error;
    return 0;
  }
};

/** A backup that can take the database's place. One of a newer version cannot: it stays where it is. */
const usableBackup = (file: string): boolean => {
  if (!fs.existsSync(file) || fileHasDamage(file)) return false;
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return versionOf(db) <= migrations.length;
  } finally {
    db.close();
  }
};

/** How far a backup had come (see counter.ts); `undefined`: there is none that can be used. */
export const generationOf = (file: string): number | undefined => {
  if (!usableBackup(file)) return undefined;
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return Number(db.prepare(`SELECT value FROM meta WHERE key = 'generation'`).get()?.['value'] ?? 0);
  } finally {
    db.close();
  }
};

/** Returns whether there was a database. */
const setAside = (database: string, aside: string): boolean => {
  const wasThere = fs.existsSync(database);
  // The database goes first: a kill in between leaves a WAL without one, which the next start sets aside as well.
  for (const end of ['', '-wal', '-shm']) {
    if (fs.existsSync(database + end)) fs.renameSync(database + end, aside + end);
  }
  return wasThere;
};

/**
 * Puts the last good backup, or an empty database, in the place of a broken or missing one, and says what happened.
 * The new one is built whole before the old one is touched: on a full disk it throws `DiskFullError` and everything
 * stands as before.
 *
 * @param release closes what this process has open of the broken database
 */
export const restoreStore = (files: StoreFiles, now: number, release: () => void): Problem => {
  const built = path.join(files.folder, 'queue.restoring.db');
  const backup = usableBackup(files.backup) ? files.backup : undefined;
  let salvaged: number;
  try {
    salvaged = build(built, backup, files.database, now);
  } catch (error) {
    removeDatabase(built);
    throw isDiskFull(error) ? new DiskFullError(built) : error;
  }
  const at = backup === undefined ? now : Math.round(fs.statSync(backup).mtimeMs);
  const broken = asidePath(files.folder, now, 'queue.broken', '.db');
  release();
  const aside = setAside(files.database, broken) ? broken : '';
  if (backup === undefined && fs.existsSync(files.backup))
    fs.renameSync(files.backup, asidePath(files.folder, now, 'queue.broken-backup', '.db'));
  replaceFile(built, files.database);
  syncFolder(files.folder);
  return backup === undefined
    ? problem('store-reset', { aside, salvaged })
    : problem('store-restored', { aside, at, salvaged });
};
