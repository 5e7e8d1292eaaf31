/** Small file work whose order matters after a loss of power. */
import * as fs from 'node:fs';
import * as path from 'node:path';

/** Creates an empty file that only its owner may read, or takes such rights from others. True where it was created. */
export const privateFile = (file: string): boolean => {
  try {
    fs.closeSync(fs.openSync(file, 'wx', 0o600));
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    if (process.platform !== 'win32' && (fs.statSync(file).mode & 0o077) !== 0) fs.chmodSync(file, 0o600);
    return false;
  }
};

/** Makes names created or renamed in a folder durable. Windows has no such call and needs none. */
export const syncFolder = (folder: string): void => {
  if (process.platform === 'win32') return;
  const fd = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
};

/** Makes a file's bytes durable. Never for a file that SQLite has open: closing it here would drop SQLite's locks. */
export const syncFile = (file: string): void => {
  const fd = fs.openSync(file, 'r+');
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
};

/** Puts a finished file in the place of another: after a kill, or a loss of power, one of the two is there whole. */
export const replaceFile = (finished: string, target: string): void => {
  syncFile(finished);
  fs.renameSync(finished, target);
  syncFolder(path.dirname(target));
};

/** Removes a database file with what SQLite keeps beside it. */
export const removeDatabase = (file: string): void => {
  for (const end of ['', '-wal', '-shm', '-journal']) fs.rmSync(file + end, { force: true });
};

export type StoreFiles = {
  readonly folder: string;
  readonly database: string;
  readonly backup: string;
  readonly journal: string;
};

/** Where the store's files lie in a profile folder. */
export const storeFiles = (folder: string): StoreFiles => ({
  folder,
  database: path.join(folder, 'queue.db'),
  backup: path.join(folder, 'queue.backup.db'),
  journal: path.join(folder, 'delete-keys.ndjson'),
});
