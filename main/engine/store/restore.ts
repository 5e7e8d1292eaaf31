/**
 * What happens to a database that is broken: it is set aside, and the last backup (or an empty one) takes its place
 * with every delete key of the journal in it.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { problem, type Problem } from '../../../preload/problems.ts';
import type { Share } from '../providers/provider.ts';
import { newestChange, setChangeFloor } from './changes.ts';
import { Connection } from './connection.ts';
import { DiskFullError, isDiskFull } from './errors.ts';
import { privateFile, removeDatabase, replaceFile, type StoreFiles, syncFolder } from './files.ts';
import { findDamageIn } from './integrity.ts';
import type { JournalEntry } from './journal.ts';
import { migrate, migrations, versionOf } from './migrations.ts';
import { insertShare } from './shares.ts';
import { optionalJson } from './values.ts';

type KeptShare = { readonly id: number; readonly share: string | null };

/** Gives every share and transfer its told delete key back; a share that no row knows becomes one. */
export const mergeJournal = (c: Connection, entries: readonly JournalEntry[]): void => {
  const complete = (table: 'shares' | 'transfers', rows: readonly KeptShare[], told: JournalEntry): void => {
    for (const row of rows) {
      const share = optionalJson(row.share) as Share | undefined;
      if (share === undefined || share.key !== told.shareKey || share.deleteKey !== undefined) continue;
      const whole = JSON.stringify({ ...share, deleteKey: told.deleteKey });
      c.run(`UPDATE ${table} SET share = ? WHERE id = ?`, whole, row.id);
    }
  };

  for (const told of entries) {
    const { at, serverId, transferId, shareKey, deleteKey, name, size } = told;
    const shares = c.all(
      'SELECT id, share FROM shares WHERE key = ? AND server_id = ?',
      shareKey,
      serverId,
    ) as readonly KeptShare[];
    complete('shares', shares, told);

    const transfers = c.all(
      'SELECT id, state, share FROM transfers WHERE id = ? AND server_id = ?',
      transferId,
      serverId,
    ) as readonly (KeptShare & { readonly state: string })[];
    complete('transfers', transfers, told);

    // The transfer may be lost, or be sent anew under another key: what was stored must stay removable.
    if (shares.length > 0 || transfers.some((row) => row.state === 'cancelled')) continue;
    const found = { key: shareKey, deleteKey, transferId, serverId, name, size };
    insertShare(c, { ...found, isGroup: false, createdAt: at, state: 'live' });
  }
};

const build = (file: string, backup: string | undefined, entries: readonly JournalEntry[], now: number): void => {
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
    c.transaction(() => {
      mergeJournal(c, entries);
      // Clients that were away have seen changes that this database does not know: every row is news to them.
      const floor = Math.max(newestChange(c) + 1, now);
      setChangeFloor(c, floor);
      c.run('UPDATE transfers SET change = ? + id', floor);
    });
  } finally {
    db.close();
  }
};

/** A backup that can take the database's place. One of a newer version cannot: it stays where it is. */
const usableBackup = (file: string): boolean => {
  if (!fs.existsSync(file) || findDamageIn(file) !== undefined) return false;
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return versionOf(db) <= migrations.length;
  } finally {
    db.close();
  }
};

const asidePath = (files: StoreFiles, now: number, what: string): string => {
  const stamp = new Date(now).toISOString().replaceAll(/[:.]/g, '-');
  for (let n = 0; ; n++) {
    const aside = path.join(files.folder, `queue.${what}-${stamp}${n === 0 ? '' : `-${n}`}.db`);
    if (!fs.existsSync(aside)) return aside;
  }
};

const setAside = (database: string, aside: string): void => {
  // The database goes first: a kill in between leaves a WAL without one, which the next start sets aside as well.
  for (const end of ['', '-wal', '-shm']) {
    if (fs.existsSync(database + end)) fs.renameSync(database + end, aside + end);
  }
};

/**
 * Puts the last good backup, or an empty database, in the place of a broken or missing one, and says what happened.
 * The new one is built whole before the old one is touched: on a full disk it throws `DiskFullError` and everything
 * stands as before.
 *
 * @param release closes what this process has open of the broken database
 */
export const restoreStore = (
  files: StoreFiles,
  entries: readonly JournalEntry[],
  now: number,
  release: () => void,
): Problem => {
  const built = path.join(files.folder, 'queue.restoring.db');
  const backup = usableBackup(files.backup) ? files.backup : undefined;
  try {
    build(built, backup, entries, now);
  } catch (error) {
    removeDatabase(built);
    throw isDiskFull(error) ? new DiskFullError(built) : error;
  }
  const at = backup === undefined ? now : Math.round(fs.statSync(backup).mtimeMs);
  const aside = asidePath(files, now, 'broken');
  release();
  setAside(files.database, aside);
  if (backup === undefined && fs.existsSync(files.backup))
    fs.renameSync(files.backup, asidePath(files, now, 'broken-backup'));
  replaceFile(built, files.database);
  syncFolder(files.folder);
  return backup === undefined ? problem('store-reset', { aside }) : problem('store-restored', { aside, at });
};
