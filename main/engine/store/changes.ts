import type { Connection } from './connection.ts';

/** How many removed ids are remembered for clients that were away. */
const mostRemoved = 10_000;

/**
 * The newest change. It is read from the rows themselves, so that a change that was undone is never counted; it never
 * falls, since the row that held it leaves a newer one behind.
 */
export const newestChange = (c: Connection): number =>
  (
    c.get(
      `SELECT max(coalesce((SELECT max(change) FROM transfers), 0), coalesce((SELECT max(change) FROM removed), 0),
      coalesce((SELECT value FROM meta WHERE key = 'floor'), 0)) AS newest`,
    ) as { newest: number }
  ).newest;

/** Changes up to this one are no longer told one by one. */
export const changeFloor = (c: Connection): number =>
  (c.get(`SELECT value FROM meta WHERE key = 'floor'`) as { value: number } | undefined)?.value ?? 0;

const setChangeFloor = (c: Connection, floor: number): void => {
  c.run(`INSERT INTO meta VALUES ('floor', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`, floor);
};

/**
 * After the database has gone back in time: clients that were away have seen changes that it does not have, so every row
 * is new to them. Inside the caller's transaction.
 *
 * @param now ms since the epoch
 */
export const renewChanges = (c: Connection, now: number): void => {
  const floor = Math.max(newestChange(c) + 1, now);
  setChangeFloor(c, floor);
  c.run('UPDATE transfers SET change = ? + id', floor);
};

/**
 * Remembers removed ids, and forgets the oldest where there are too many. Inside the caller's transaction.
 *
 * @param before the newest change before the rows went, for one of them may have held it
 */
export const noteRemoved = (c: Connection, ids: readonly number[], before: number): void => {
  let change = before;
  for (const id of ids) c.run('INSERT INTO removed (change, id) VALUES (?, ?)', ++change, id);
  const oldest = c.get('SELECT change FROM removed ORDER BY change DESC LIMIT 1 OFFSET ?', mostRemoved) as
    | { change: number }
    | undefined;
  if (oldest === undefined) return;
  c.run('DELETE FROM removed WHERE change <= ?', oldest.change);
  setChangeFloor(c, oldest.change);
};
