/** Whether a database file is whole: looked at in a worker, so that nothing waits for it that need not. */
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { workerFile } from '../worker-file.ts';
import { isDamage } from './damage.ts';

/** Whether SQLite finds anything wrong with a database. Throws where its file cannot be read at all. */
export const hasDamage = (db: DatabaseSync): boolean => {
  try {
    return db.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check'] !== 'ok';
  } catch (error) {
    if (isDamage(error)) return true;
    throw error;
  }
};

/** The same for a file that is not open here; one without any table counts as damaged, for it holds nothing. */
export const fileHasDamage = (file: string): boolean => {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { readOnly: true });
    const tables = db.prepare('SELECT count(*) AS count FROM sqlite_schema').get();
    return tables?.['count'] === 0 || hasDamage(db);
  } catch (error) {
    if (isDamage(error)) return true;
    throw error;
  } finally {
    db?.close();
  }
};

export type Finding = { readonly hasDamage: boolean } | { readonly error: string };

export type Inspection = {
  /** Resolves with whether the file is damaged; rejects where it could not be looked at. */
  readonly finding: Promise<boolean>;
  /** Ends it; the finding is rejected then, unless it was given. */
  readonly stop: () => Promise<void>;
};

/** Looks at a database file in a worker of its own. */
export const inspect = (file: string): Inspection => {
  const worker = new Worker(workerFile(import.meta.url, 'integrity-worker'), { workerData: file });
  const finding = new Promise<boolean>((resolve, reject) => {
    worker.once('message', (found: Finding) => {
      // The worker has closed the file before it tells, so that the file may be renamed at once.
      if ('error' in found) reject(new Error(found.error));
      else resolve(found.hasDamage);
    });
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the integrity check ended without a finding')));
  });
  return {
    finding,
    stop: async () => {
      await worker.terminate();
    },
  };
};
