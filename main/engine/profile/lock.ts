import * as fs from 'node:fs';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { privateFile } from '../store/files.ts';

const SQLITE_BUSY = 5;

export type Hold = { readonly owned: true; readonly release: () => void } | { readonly owned: false };

/**
 * Connections that hold a profile. The lock is lost when one is garbage-collected, or when anything else in this
 * process opens and closes the file: so they are kept here, and nothing but this module touches the file.
 */
const held = new Set<DatabaseSync>();

/**
 * Takes a profile for this process, or says that another one has it. The operating system frees it with the process,
 * however that ends. Makes the folder where it is not there (0700). Throws what the file system throws.
 */
export const holdProfile = (folder: string): Hold => {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, 'owner.lock');
  privateFile(file);
  const db = new DatabaseSync(file, { timeout: 0 });
  try {
    // Nothing is ever written, and so the lock can be had on a full disk too.
    db.exec('PRAGMA journal_mode = MEMORY');
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    const busy = error instanceof Error && 'errcode' in error && Number(error.errcode) % 256 === SQLITE_BUSY;
    if (busy) return { owned: false };
    throw error;
  }
  held.add(db);
  return {
    owned: true,
    release: () => {
      if (held.delete(db)) db.close();
    },
  };
};
