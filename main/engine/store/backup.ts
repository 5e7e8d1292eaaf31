import * as path from 'node:path';
import { backup, type DatabaseSync } from 'node:sqlite';
import { DiskFullError, isDiskFull } from './errors.ts';
import { privateFile, removeDatabase, replaceFile, type StoreFiles } from './files.ts';
import { fileHasDamage, type Inspection } from './integrity.ts';

/** Pages copied at a stretch: 1 MiB, a few ms in which statements wait. */
const rate = 256;

/**
 * Copies the database while it is in use, looks at the copy, and only then lets it take the last backup's place.
 * Throws `DiskFullError`, or another error; the last backup stands then.
 */
export const makeBackup = async (
  db: DatabaseSync,
  files: StoreFiles,
  inspect: (file: string) => Inspection,
): Promise<void> => {
  const copy = path.join(files.folder, 'queue.backup.tmp');
  removeDatabase(copy);
  try {
    privateFile(copy);
    await backup(db, copy, { rate });
    // Where a worker cannot be had, the copy is looked at here.
    const isDamaged = await Promise.resolve()
      .then(() => inspect(copy).finding)
      .catch(() => fileHasDamage(copy));
    if (isDamaged) throw new Error('the backup is damaged');
    replaceFile(copy, files.backup);
  } catch (error) {
    throw isDiskFull(error) ? new DiskFullError(copy) : error;
  } finally {
    removeDatabase(copy);
  }
};
