/**
 * One instance a profile, across processes: the system frees the lock with the process, so a kill leaves nothing behind.
 * A second one lays what it has to say into a folder that the first one watches.
 */
import { randomBytes } from 'node:crypto';
import {
  type FSWatcher,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ownFolder } from './paths.ts';

export interface Handover {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly data: unknown;
}

let lock: DatabaseSync | undefined;
let watcher: FSWatcher | undefined;

export const hasLock = (): boolean => lock !== undefined;

const receive = (folder: string, take: (handover: Handover) => void): void => {
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith('.json')) continue;
    const path = join(folder, name);
    const handover = JSON.parse(readFileSync(path, 'utf8')) as Handover;
    rmSync(path);
    take(handover);
  }
};

/** True where this process is the first; else the first one is told, and gets it even where this process ends at once. */
export const takeLock = (handover: Handover, take: (handover: Handover) => void): boolean => {
  if (lock) return true;
  const folder = join(ownFolder(), 'handover');
  mkdirSync(folder, { recursive: true });
  const database = new DatabaseSync(join(ownFolder(), 'instance.lock'));
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch {
    database.close();
    const name = `${Date.now()}-${randomBytes(4).toString('hex')}`;
    writeFileSync(join(folder, name), JSON.stringify(handover));
    renameSync(join(folder, name), join(folder, `${name}.json`));
    return false;
  }
  lock = database;
  // What a killed run was told is told to nobody.
  receive(folder, () => undefined);
  watcher = watch(folder, () => receive(folder, take));
  return true;
};

export const releaseLock = (): void => {
  watcher?.close();
  watcher = undefined;
  lock?.close();
  lock = undefined;
};
