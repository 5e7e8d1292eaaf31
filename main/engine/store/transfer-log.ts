import type { Problem } from '../../../preload/problems.ts';
import type { Connection } from './connection.ts';
import type { TransferRepository } from './store.ts';
import { fromJson } from './values.ts';

/** Entries kept of one transfer: one that is retried for weeks must not fill the disk. */
const most = 200;

/** Adds an entry, and drops the oldest beyond the most. Inside the caller's transaction. */
export const writeLog = (c: Connection, transferId: number, at: number, problem: Problem): void => {
  c.run('INSERT INTO log (transfer_id, at, problem) VALUES (?, ?, ?)', transferId, at, JSON.stringify(problem));
  c.run(
    `DELETE FROM log WHERE transfer_id = ?1
      AND id <= (SELECT id FROM log WHERE transfer_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)`,
    transferId,
    most,
  );
};

export const logMethods = (c: Connection): Pick<TransferRepository, 'log' | 'logOf'> => ({
  log: (id, at, problem) => {
    c.transaction(() => writeLog(c, id, at, problem));
  },
  logOf: (id, limit) =>
    (
      c.all(
        `SELECT at, problem FROM (SELECT * FROM log WHERE transfer_id = ? ORDER BY id DESC LIMIT ?)
          WHERE json_valid(problem) ORDER BY id`,
        id,
        limit,
      ) as readonly { at: number; problem: string }[]
    ).map((row) => ({ at: row.at, problem: fromJson(row.problem) as Problem })),
});
