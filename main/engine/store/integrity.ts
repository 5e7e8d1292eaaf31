/** Whether a database file is whole: looked at in a worker, so that nothing waits for it that need not. */
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { workerFile } from '../worker-file.ts';
import { isDamage } from './errors.ts';

/** What SQLite finds wrong with a file (the first finding), or `undefined`. Throws where it cannot be read at all. */
export const findDamage = (db: DatabaseSync): string | undefined => {
  try {
    const row = db.prepare('PRAGMA integrity_check(1)').get();
    const found = String(row?.['integrity_check']);
    return found === 'ok' ? undefined : found;
  } catch (error) {
    if (isDamage(error)) return 'it cannot be read as a database';
    throw error;
  }
};

/** The same for a file that is not open here; one without any table counts as damaged, for it holds nothing. */
export const findDamageIn = (file: string): string | undefined => {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { readOnly: true });
    const tables = db.prepare('SELECT count(*) AS count FROM sqlite_schema').get();
    return tables?.['count'] === 0 ? 'it holds no tables' : findDamage(db);
  } catch (error) {
    if (isDamage(error)) return 'it cannot be read as a database';
    throw error;
  } finally {
    db?.close();
  }
};

export type Finding = { readonly damage: string | undefined } | { readonly error: string };

export type Inspection = {
  /** Resolves with the finding; rejects where the file could not be looked at. */
  readonly finding: Promise<string | undefined>;
  /** Ends it; the finding is never given then. */
  readonly stop: () => Promise<void>;
};

/** Looks at a database file in a worker of its own. */
export const inspect = (file: string): Inspection => {
  const worker = new Worker(workerFile(import.meta.url, 'integrity-worker'), { workerData: file });
  let stopped = false;
  const finding = new Promise<string | undefined>((resolve, reject) => {
    worker.once('message', (found: Finding) => {
      // The worker has closed the file before it tells, so that the file may be renamed at once.
      if ('error' in found) reject(new Error(found.error));
      else resolve(found.damage);
    });
    worker.once('error', reject);
    worker.once('exit', () => {
      if (!stopped) reject(new Error('the integrity check ended without a finding'));
    });
  });
  return {
    finding,
    stop: async () => {
      stopped = true;
      await worker.terminate();
    },
  };
};
