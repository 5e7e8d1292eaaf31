import type { DatabaseSync } from 'node:sqlite';
import { addedFolders } from './added-folders-schema.ts';
import {
  afterwardsTables,
  chunkCompleteAt,
  chunkDigests,
  deliveries,
  shareNotices,
  earlierSessions,
  hashesAndServerWork,
  lostSessions,
  pausedSection,
  pathIndex,
  places,
  queueTables,
  sectionsAndDrops,
  totalsTable,
  undoableCancels,
  uploadedFiles,
  waitBeginnings,
} from './schema.ts';
import { reasonsAsCodes } from './stored-reasons.ts';

/** The step from version n to n + 1 stands at index n. Steps only ever join at the end. */
export const migrations: readonly string[] = [
  queueTables,
  afterwardsTables,
  totalsTable,
  pathIndex,
  sectionsAndDrops,
  lostSessions,
  chunkCompleteAt,
  places,
  waitBeginnings,
  undoableCancels,
  chunkDigests,
  earlierSessions,
  hashesAndServerWork,
  reasonsAsCodes,
  deliveries,
  shareNotices,
  pausedSection,
  addedFolders,
  uploadedFiles,
];

/** The `user_version` of a database: how many steps it has behind it. */
export const versionOf = (db: DatabaseSync): number =>
  (db.prepare('PRAGMA user_version').get() as { readonly user_version: number }).user_version;

/**
 * Brings a database forward, each step in its own transaction together with its version number.
 * A version that is not older is left alone. Throws what SQLite throws; the step it threw in left nothing behind.
 *
 * @param to how many steps it shall have behind it: fewer than all only to make old databases for tests
 */
export const migrate = (db: DatabaseSync, to = migrations.length): void => {
  const from = versionOf(db);
  for (const [n, step] of migrations.slice(from, to).entries()) {
    db.exec('BEGIN IMMEDIATE');
    try {
      db.exec(step);
      db.exec(`PRAGMA user_version = ${from + n + 1}`);
      db.exec('COMMIT');
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  }
};
