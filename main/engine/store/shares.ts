import type { Share } from '../providers/provider.ts';
import { newestChange } from './changes.ts';
import type { Connection } from './connection.ts';
import type { Journal } from './journal.ts';
import type { ShareRow } from './rows.ts';
import type { ShareRepository } from './store.ts';
import { newestFirst } from './newest-first.ts';
import { fold, maybeJson, nullable, optional, toPage } from './values.ts';

type ShareRecord = {
  readonly id: number;
  readonly transfer_id: number | null;
  readonly server_id: string;
  readonly key: string;
  readonly share: string;
  readonly name: string;
  readonly size: number;
  readonly is_group: number;
  readonly created_at: number;
  readonly state: ShareRow['state'];
};

/** A share whose column is damaged still has its key, and can be taken out of the list. */
const shareIn = (r: ShareRecord): Share & { readonly broken?: true } => {
  const share = maybeJson(r.share);
  return isShare(share) ? share : { key: r.key, broken: true };
};

/** Whether a stored value can be used as a share; what is not is damage. */
export const isShare = (value: unknown): value is Share => {
  if (typeof value !== 'object' || value === null || !('key' in value) || typeof value.key !== 'string') return false;
  return !('link' in value) || typeof value.link === 'string';
};

const read = (r: ShareRecord): ShareRow => ({
  ...shareIn(r),
  id: r.id,
  transferId: optional(r.transfer_id),
  serverId: r.server_id,
  name: r.name,
  size: r.size,
  isGroup: r.is_group !== 0,
  createdAt: r.created_at,
  state: r.state,
});

/** Adds a share; what it has beside the columns is kept as it is. Returns its id. */
export const insertShare = (c: Connection, row: Omit<ShareRow, 'id'>): number => {
  const { transferId, serverId, name, size, isGroup, createdAt, state, ...share } = row;
  return c.run(
    `INSERT INTO shares (transfer_id, server_id, key, share, name, folded_name, size, is_group, created_at, state)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    nullable(transferId),
    serverId,
    share.key,
    JSON.stringify(share),
    name,
    fold(name),
    size,
    isGroup ? 1 : 0,
    createdAt,
    state,
  ).id;
};

/**
 * The share that a transfer ended with. Where the journal has brought it back already, after a restore, that row is
 * completed. Inside the caller's transaction.
 */
export const endShare = (c: Connection, row: Omit<ShareRow, 'id'>): void => {
  const known = c.get(
    'SELECT id FROM shares WHERE key = ? AND server_id = ? AND transfer_id = ?',
    row.key,
    row.serverId,
    nullable(row.transferId),
  ) as { readonly id: number } | undefined;
  if (known !== undefined) c.run('DELETE FROM shares WHERE id = ?', known.id);
  insertShare(c, row);
};

/** Shares, the newest first. */
export const shareRepository = (c: Connection, journal: Journal, now: () => number): ShareRepository => ({
  page: ({ serverId, states, search }, page) => {
    const { sql, values } = newestFirst(
      'shares',
      [
        ['server_id = ?', serverId],
        ['state IN (SELECT value FROM json_each(?))', states],
        ['instr(folded_name || char(10) || lower(key), ?) > 0', search === undefined ? undefined : fold(search)],
      ],
      page,
    );
    return toPage(c.all(sql, ...values) as readonly ShareRecord[], page.limit, read, ({ id }) => [id]);
  },
  get: (id) => {
    const row = c.get('SELECT * FROM shares WHERE id = ?', id) as ShareRecord | undefined;
    return row === undefined ? undefined : read(row);
  },
  byKey: (key) =>
    (c.all('SELECT * FROM shares WHERE key = ? ORDER BY id DESC', key) as readonly ShareRecord[]).map(read),
  add: (share) =>
    c.transaction(() => {
      c.counts(false);
      return insertShare(c, share);
    }),
  forget: (ids) => {
    c.run(`UPDATE shares SET state = 'forgotten' WHERE id IN (SELECT value FROM json_each(?))`, JSON.stringify(ids));
  },
  setState: (id, state) => {
    const row =
      state === 'revoked' ? (c.get('SELECT * FROM shares WHERE id = ?', id) as ShareRecord | undefined) : undefined;
    if (row !== undefined) {
      const { key: shareKey, deleteKey } = read(row);
      if (deleteKey !== undefined) journal.end({ serverId: row.server_id, shareKey, deleteKey }, now());
    }
    c.run('UPDATE shares SET state = ? WHERE id = ?', state, id);
  },
  change: (id, share) => {
    c.transaction(() => {
      const row = c.get('SELECT * FROM shares WHERE id = ?', id) as ShareRecord | undefined;
      if (row === undefined) return;
      const text = JSON.stringify(share);
      c.run('UPDATE shares SET key = ?, share = ? WHERE id = ?', share.key, text, id);
      c.run(
        `UPDATE transfers SET share = ?, change = ? WHERE id = ? AND state = 'done' AND json_extract(share, '$.key') = ?`,
        text,
        newestChange(c) + 1,
        nullable(row.transfer_id),
        read(row).key,
      );
    });
  },
  takeExpiring: (now, within) =>
    c.transaction(() => {
      const ends = `CASE WHEN json_valid(share) THEN json_extract(share, '$.expiresAt') END`;
      const records = c.all(
        `SELECT *, ${ends} AS ends FROM shares WHERE state = 'live' AND ends > ? AND ends <= ?
          AND ends - created_at > ? AND warned_end IS NOT ends ORDER BY ends, id LIMIT 1000`,
        now,
        now + within,
        within,
      ) as readonly ShareRecord[];
      const rows = records.map(read);
      for (const { id, expiresAt } of rows)
        c.run('UPDATE shares SET warned_end = ? WHERE id = ?', nullable(expiresAt), id);
      return rows;
    }),
  countDownloads: (id, counted, since) =>
    c.transaction(() => {
      const row = c.get('SELECT downloads, created_at FROM shares WHERE id = ?', id) as
        | { readonly downloads: number | null; readonly created_at: number }
        | undefined;
      if (row === undefined || row.downloads === counted) return false;
      c.run('UPDATE shares SET downloads = ? WHERE id = ?', counted, id);
      return counted > 0 && (row.downloads === null ? row.created_at > since : row.downloads === 0);
    }),
});
