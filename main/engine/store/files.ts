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

/** Keeps a copy of a file under another name, durable. Throws where there is something under that name. */
export const copyAside = (file: string, aside: string): void => {
  fs.copyFileSync(file, aside, fs.constants.COPYFILE_EXCL);
  fs.chmodSync(aside, 0o600);
  syncFile(aside);
  syncFolder(path.dirname(aside));
};

/** Which file a path leads to at a time; `undefined`: none. Never opens it, which could drop locks on it. */
export const fileAt = (file: string): string | undefined => {
  const found = fs.statSync(file, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? undefined : `${found.dev}:${found.ino}`;
};

/**
 * Whether a path still leads to an open file. Always true on Windows, where an open file cannot be removed, and where
 * file numbers are not reliable on every file system.
 */
export const isSameFile = (fd: number, file: string): boolean => {
  if (process.platform === 'win32') return true;
  const { dev, ino } = fs.fstatSync(fd, { bigint: true });
  return fileAt(file) === `${dev}:${ino}`;
};

/** Removes a database file with what SQLite keeps beside it. */
export const removeDatabase = (file: string): void => {
  for (const end of ['', '-wal', '-shm', '-journal']) fs.rmSync(file + end, { force: true });
};

/** A path that nothing is at yet, for what is set aside: `queue.broken-2026-01-31T12-00-00-000Z.db`, say. */
export const asidePath = (folder: string, now: number, what: string, end: string): string => {
  const stamp = new Date(now).toISOString().replaceAll(/[:.]/g, '-');
  for (let n = 0; ; n++) {
    const aside = path.join(folder, `${what}-${stamp}${n === 0 ? '' : `-${n}`}${end}`);
    if (!fs.existsSync(aside)) return aside;
  }
};

export type StoreFiles = {
  readonly folder: string;
  readonly database: string;
  readonly backup: string;
  readonly journal: string;
  readonly counter: string;
};

/** Where the store's files lie in a profile folder. */
export const storeFiles = (folder: string): StoreFiles => ({
  folder,
  database: path.join(folder, 'queue.db'),
  backup: path.join(folder, 'queue.backup.db'),
  journal: path.join(folder, 'delete-keys.ndjson'),
  counter: path.join(folder, 'queue.generation'),
});
