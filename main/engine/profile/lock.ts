import * as fs from 'node:fs';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isInUse } from '../store/errors.ts';
import { fileAt, privateFile } from '../store/files.ts';

export type Hold = Held | { readonly owned: false };
export type Held = {
  readonly owned: true;
  readonly release: () => void;
  /**
   * Whether the file at the lock's path is not the one that is held any more: it was removed or replaced, or the folder
   * was moved, so that another process can own the profile too. Never true on Windows, where an open file cannot be
   * removed and file numbers are not reliable on every file system.
   */
  readonly isLost: () => boolean;
};

/** Where the file is replaced while the lock is taken, it is taken again, so many times. */
const triesMost = 5;

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
  for (let tries = 1; ; tries++) {
    privateFile(file);
    const before = fileAt(file);
    const db = take(file);
    if (db === undefined) return { owned: false };
    const isLost = (): boolean => process.platform !== 'win32' && fileAt(file) !== before;
    if (isLost() && tries < triesMost) {
      db.close();
      continue;
    }
    held.add(db);
    return {
      owned: true,
      isLost,
      release: () => {
        if (held.delete(db)) db.close();
      },
    };
  }
};

const take = (file: string): DatabaseSync | undefined => {
  const db = new DatabaseSync(file, { timeout: 0 });
  try {
    // Nothing is ever written, and so the lock can be had on a full disk too.
    db.exec('PRAGMA journal_mode = MEMORY');
    db.exec('BEGIN EXCLUSIVE');
    return db;
  } catch (error) {
    db.close();
    if (isInUse(error)) return undefined;
    throw error;
  }
};
