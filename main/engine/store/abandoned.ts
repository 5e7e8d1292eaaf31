import type { Connection } from './connection.ts';
import type { Journal } from './journal.ts';
import { endKeysOfSession } from './merge.ts';
import type { AbandonedRow } from './rows.ts';
import type { AbandonedRepository } from './store.ts';
import { fromJson, nullable, optional } from './values.ts';

type AbandonedRecord = {
  readonly id: number;
  readonly transfer_id: number | null;
  readonly server_id: string;
  readonly name: string;
  readonly size: number;
  readonly options: string;
  readonly chunk_size: number;
  readonly remote: string;
  readonly remote_version: number;
  readonly attempts: number;
  readonly next_at: number;
};

const read = (r: AbandonedRecord): AbandonedRow => ({
  id: r.id,
  transferId: optional(r.transfer_id),
  serverId: r.server_id,
  name: r.name,
  size: r.size,
  options: fromJson(r.options) as AbandonedRow['options'],
  chunkSize: r.chunk_size,
  remote: { version: r.remote_version, value: fromJson(r.remote) as AbandonedRow['remote']['value'] },
  attempts: r.attempts,
  nextAt: r.next_at,
});

/** Sessions given up and still to be freed on their servers; written by `sessionLost`. */
export const abandonedRepository = (c: Connection, journal: Journal, now: () => number): AbandonedRepository => ({
  due: (now, limit, without = []) =>
    (
      c.all(
        // A damaged one cannot be cleaned up, and must not keep the others waiting.
        `SELECT * FROM abandoned WHERE next_at <= ? AND server_id NOT IN (SELECT value FROM json_each(?))
          AND json_valid(options) AND json_valid(remote) ORDER BY next_at, id LIMIT ?`,
        now,
        JSON.stringify(without),
        limit,
      ) as readonly AbandonedRecord[]
    ).map(read),
  holds: (serverId, place) =>
    c.get('SELECT 1 FROM abandoned WHERE server_id = ? AND place = ?', serverId, place) !== undefined,
  withKey: (serverId, key) => {
    const row = c.get(
      `SELECT * FROM abandoned WHERE server_id = ? AND json_valid(remote)
        AND CASE WHEN json_valid(options) THEN json_extract(options, '$.key') END = ? ORDER BY id LIMIT 1`,
      serverId,
      key,
    ) as AbandonedRecord | undefined;
    return row === undefined ? undefined : read(row);
  },
  nextDue: () =>
    (c.get('SELECT next_at FROM abandoned ORDER BY next_at LIMIT 1') as { next_at: number } | undefined)?.next_at,
  later: (id, nextAt) => {
    c.run('UPDATE abandoned SET attempts = attempts + 1, next_at = ? WHERE id = ?', nextAt, id);
  },
  wake: (now, beyond = now, serverId) => {
    c.run(
      'UPDATE abandoned SET next_at = ? WHERE next_at > ? AND server_id = coalesce(?, server_id)',
      now,
      beyond,
      nullable(serverId),
    );
  },
  remember: (id, { version, value }) => {
    c.run('UPDATE abandoned SET remote = ?, remote_version = ? WHERE id = ?', JSON.stringify(value), version, id);
  },
  remove: (id, freed) => {
    const row = c.get('SELECT * FROM abandoned WHERE id = ?', id) as AbandonedRecord | undefined;
    if (freed && row !== undefined && row.transfer_id !== null) {
      const { server_id: serverId, transfer_id: transferId, remote } = row;
      endKeysOfSession(c, journal, { serverId, transferId, remote }, false, now());
    }
    c.run('DELETE FROM abandoned WHERE id = ?', id);
  },
});
