import { finalStates, isPausable, transferStates, type TransferState } from '../../../preload/states.ts';
import { foldersToServer } from './added-folders.ts';
import { newestChange, changeFloor, noteRemoved } from './changes.ts';
import type { Connection, Value } from './connection.ts';
import type { Journal } from './journal.ts';
import { lastPositions, move } from './positions.ts';
import type { Totals, TransferFilter, TransferPatch } from './rows.ts';
import type { TransferRepository } from './store.ts';
import { deliveriesIn, deliveryMethods } from './transfer-deliveries.ts';
import { placeMethods } from './transfer-places.ts';
import { sectionMethods } from './transfer-lists.ts';
import { chunkMethods } from './transfer-chunks.ts';
import { logMethods, writeLog } from './transfer-log.ts';
import { sessionMethods } from './transfer-sessions.ts';
import { patchColumns, readTransfer, type TransferRecord } from './transfer-record.ts';
import { fold, fromCursor, listOf, nullable, toPage, where, type Where } from './values.ts';

const conditions = (filter: TransferFilter): Where =>
  where([
    ['id IN (SELECT value FROM json_each(?))', filter.ids],
    ['state IN (SELECT value FROM json_each(?))', filter.states],
    ['server_id = ?', filter.serverId],
    ['group_id = ?', filter.groupId],
    ['drop_id = ?', filter.batch],
    ['folder_id = ?', filter.folderId],
    ['wait_for = ?', filter.waitFor],
    ['(undo IS NOT NULL) = ?', filter.undoable === undefined ? undefined : 1],
    ['instr(folded_name, ?) > 0', filter.search === undefined ? undefined : fold(filter.search)],
  ]);

const and = (condition: Where, sql: string, ...values: readonly Value[]): Where => ({
  sql: condition.sql === '' ? ` WHERE ${sql}` : `${condition.sql} AND ${sql}`,
  values: [...condition.values, ...values],
});

const orders = {
  queue: {
    sql: 'rank, urgency, position, id',
    after: '(rank, urgency, position, id) > (?, ?, ?, ?)',
    cursor: (r: TransferRecord): readonly number[] => [r.rank, r.urgency, r.position, r.id],
    length: 4,
  },
  newest: {
    sql: 'id DESC',
    after: 'id < ?',
    cursor: (r: TransferRecord): readonly number[] => [r.id],
    length: 1,
  },
} as const;

/** Writes a patch to these rows, one change each. Inside the caller's transaction. */
const patchTransfers = (c: Connection, ids: readonly number[], patch: TransferPatch): void => {
  const columns = patchColumns(patch);
  if (patch.serverId !== undefined) foldersToServer(c, ids, patch.serverId);
  const sets = Object.keys(columns).map((column) => `, ${column} = ?`);
  c.run(
    `UPDATE transfers SET change = ? + nth${sets.join('')}
      FROM (SELECT value AS patched, key + 1 AS nth FROM json_each(?)) WHERE id = patched`,
    newestChange(c),
    ...Object.values(columns),
    JSON.stringify(ids),
  );
};

const emptyCounts = (): Record<TransferState, number> =>
  Object.fromEntries(transferStates.map((state) => [state, 0])) as Record<TransferState, number>;

const totals = (c: Connection, filter: TransferFilter): Totals => {
  const { ids, groupId, batch, folderId, search, waitFor, undoable } = filter;
  const kept = [ids, groupId, batch, folderId, search, waitFor, undoable].every((condition) => condition === undefined);
  const { sql, values } = conditions(filter);
  const rows = c.all(
    kept
      ? `SELECT state, sum(count) AS count, sum(bytes) AS bytes, sum(acknowledged) AS acknowledged
          FROM totals${sql} GROUP BY state`
      : `SELECT state, count(*) AS count, sum(size) AS bytes, sum(acknowledged_bytes) AS acknowledged
          FROM transfers${sql} GROUP BY state`,
    ...values,
  ) as readonly { state: TransferState; count: number; bytes: number; acknowledged: number }[];
  const byState = emptyCounts();
  let [count, bytes, acknowledgedBytes, doneBytes] = [0, 0, 0, 0];
  const pending = { bytes: 0, acknowledged: 0 };
  for (const row of rows) {
    byState[row.state] = row.count;
    count += row.count;
    bytes += row.bytes;
    acknowledgedBytes += row.acknowledged;
    if (row.state === 'done') doneBytes += row.bytes;
    if (!isPausable(row.state)) continue;
    pending.bytes += row.bytes;
    pending.acknowledged += row.acknowledged;
  }
  const working = c.get(
    `SELECT count(*) AS count FROM transfers${sql === '' ? ' WHERE' : `${sql} AND`} state = 'waiting'
      AND wait_for = 'server-work'`,
    ...values,
  ) as { count: number };
  const sums = { count, bytes, acknowledgedBytes, doneBytes, pending };
  return { byState, atWork: working.count, ...deliveriesIn(c, sql, values), ...sums };
};

/** The statement of each turn: the index gives the order, so that only those that run already are stepped over. */
export const nextStatement = (turn: number): string =>
  `SELECT * FROM transfers WHERE server_id = ? AND turn = ${turn} AND id NOT IN (SELECT value FROM json_each(?))
    ${turn === 2 ? `AND due_at <= ? AND wait_for IS NOT 'server-work'` : ''} ORDER BY urgency, position LIMIT 1`;
export const atWorkStatement = `SELECT * FROM transfers WHERE server_id = ? AND wait_until <= ? AND state = 'waiting'
  AND wait_for = 'server-work' AND wish = 'run' AND id NOT IN (SELECT value FROM json_each(?))
  ORDER BY wait_until LIMIT 1`;
export const anyDueStatement =
  'SELECT 1 AS due FROM transfers WHERE due_at IS NOT NULL AND due_at <= ? AND server_id = ? LIMIT 1';
export const workStatement = `
  WITH RECURSIVE servers (id) AS (
    SELECT min(server_id) FROM transfers WHERE turn IS NOT NULL
    UNION ALL
    SELECT (SELECT min(server_id) FROM transfers WHERE turn IS NOT NULL AND server_id > servers.id)
      FROM servers WHERE servers.id IS NOT NULL
  ) SELECT id FROM servers WHERE id IS NOT NULL`;

const nextFor = (
  c: Connection,
  serverId: string,
  now: number,
  running: readonly number[],
): TransferRecord | undefined => {
  const busy = JSON.stringify(running);
  for (const turn of [0, 1, 2, 3]) {
    if (turn === 2 && c.get(anyDueStatement, now, serverId) === undefined) continue;
    const more = turn === 2 ? [now] : [];
    const found = c.get(nextStatement(turn), serverId, busy, ...more) as TransferRecord | undefined;
    if (found !== undefined) return found;
  }
  return undefined;
};

const clampWaits = (c: Connection, now: number, longest: number): void => {
  const waiting = c.all(
    'SELECT id, wait_until AS until, wait_since AS since FROM transfers WHERE due_at > ?',
    now,
  ) as readonly { readonly id: number; readonly until: number; readonly since: number | null }[];
  for (const { id, until, since } of waiting) {
    const length = Math.min(longest, since === null ? longest : Math.max(0, until - since));
    if (until - now <= length) continue;
    patchTransfers(c, [id], { waitUntil: since === null ? now : now + length, waitSince: now });
  }
};

export const unfinishedStatement = `SELECT * FROM transfers
  WHERE path = ? AND server_id = ? AND state NOT IN ${listOf(finalStates)} ORDER BY id`;

/** The transfers, their chunks and their log. */
/** @param profile folder of the database */
export const transferRepository = (
  c: Connection,
  journal: Journal,
  now: () => number,
  profile: string,
): TransferRepository => ({
  add: (transfers) =>
    c.transaction(() => {
      c.counts(true);
      const place = lastPositions(c, transfers.length);
      const before = newestChange(c);
      return transfers.map((t, n) => {
        const { id } = c.run(
          `INSERT INTO transfers (server_id, state, wish, path, name, folded_name, folder, size, identity, options,
            group_id, drop_id, folder_id, place, priority, position, created_at, change)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          t.serverId,
          t.wish === 'pause' ? 'paused' : 'queued',
          t.wish,
          t.path,
          t.name,
          fold(t.name),
          JSON.stringify(t.folder),
          t.size,
          JSON.stringify(t.identity),
          JSON.stringify(t.options),
          nullable(t.groupId),
          nullable(t.dropId),
          nullable(t.folderId),
          nullable(t.place),
          t.priority,
          place.first + n * place.step,
          t.createdAt,
          before + n + 1,
        );
        for (const notice of t.notices) writeLog(c, id, t.createdAt, notice);
        return id;
      });
    }),

  get: (id) => {
    const row = c.get('SELECT * FROM transfers WHERE id = ?', id) as TransferRecord | undefined;
    return row === undefined ? undefined : readTransfer(row);
  },

  unfinished: (serverId, path) =>
    (c.all(unfinishedStatement, path, serverId) as readonly TransferRecord[]).map(readTransfer),

  page: (filter, order, { limit, after }) => {
    const { sql, after: condition, cursor, length } = orders[order];
    const from = fromCursor(after, length);
    const matching = conditions(filter);
    const { sql: chosen, values } = from === undefined ? matching : and(matching, condition, ...from);
    const rows = c.all(
      `SELECT * FROM transfers${chosen} ORDER BY ${sql} LIMIT ?`,
      ...values,
      limit + 1,
    ) as readonly TransferRecord[];
    return toPage(rows, limit, readTransfer, cursor);
  },

  changedSince: (change, limit) =>
    (
      c.all(
        'SELECT * FROM transfers WHERE change > ? ORDER BY change LIMIT ?',
        change,
        limit,
      ) as readonly TransferRecord[]
    ).map(readTransfer),
  removedSince: (change) =>
    (c.all('SELECT id FROM removed WHERE change > ? ORDER BY change', change) as readonly { id: number }[]).map(
      (row) => row.id,
    ),
  change: () => newestChange(c),
  tellsSince: (change) => change >= changeFloor(c) && change <= newestChange(c),

  totals: (filter = {}) => totals(c, filter),

  nextFor: (serverId, at, running) => {
    const row = nextFor(c, serverId, at, running);
    return row === undefined ? undefined : readTransfer(row);
  },
  serversWithWork: () => (c.all(workStatement) as readonly { id: string }[]).map((row) => row.id),
  nextAtWork: (serverId, at, running) => {
    const row = c.get(atWorkStatement, serverId, at, JSON.stringify(running)) as TransferRecord | undefined;
    return row === undefined ? undefined : readTransfer(row);
  },
  nextDue: (at) =>
    (
      c.get('SELECT due_at FROM transfers WHERE due_at > ? ORDER BY due_at LIMIT 1', at) as
        | { due_at: number }
        | undefined
    )?.due_at,

  undoable: (limit) =>
    (
      c.all(
        'SELECT * FROM transfers WHERE undo_until IS NOT NULL ORDER BY undo_until LIMIT ?',
        limit,
      ) as readonly TransferRecord[]
    ).map(readTransfer),

  update: (id, patch) => {
    c.transaction(() => patchTransfers(c, [id], patch));
  },
  updateAll: (filter, patch) =>
    c.transaction(() => {
      const { sql, values } = conditions(filter);
      const ids = (c.all(`SELECT id FROM transfers${sql} ORDER BY id`, ...values) as readonly { id: number }[]).map(
        (row) => row.id,
      );
      patchTransfers(c, ids, patch);
      return ids;
    }),
  clampWaits: (at, longest) => {
    c.transaction(() => clampWaits(c, at, longest));
  },
  move: (ids, to) => move(c, ids, to),
  remove: (ids) => {
    c.transaction(() => {
      c.counts(false);
      const before = newestChange(c);
      const there = ids.filter((id) => c.run('DELETE FROM transfers WHERE id = ?', id).changes > 0);
      noteRemoved(c, there, before);
    });
  },

  ...sectionMethods(c),
  ...placeMethods(c),
  ...chunkMethods(c),
  ...sessionMethods(c, journal, now, profile),
  ...logMethods(c),
  ...deliveryMethods(c),
});
