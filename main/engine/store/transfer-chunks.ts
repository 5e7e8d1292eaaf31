import { newestChange } from './changes.ts';
import type { Connection } from './connection.ts';
import type { TransferRepository } from './store.ts';
import { nullable, optional } from './values.ts';

type ChunkRecord = {
  readonly number: number;
  readonly acknowledged: number;
  readonly size: number;
  readonly begun: number;
  readonly written: number;
  readonly tag: string | null;
  readonly complete_at: number | null;
  readonly digest: string | null;
  readonly kept_back: number;
};

type ChunkMethods = Pick<
  TransferRepository,
  | 'chunks'
  | 'chunkInFlight'
  | 'chunkBegun'
  | 'chunkComplete'
  | 'chunkRefused'
  | 'chunkWritten'
  | 'chunkDigest'
  | 'chunkAcknowledged'
  | 'chunksNotStored'
  | 'chunkAgain'
>;

/** A chunk has a row from the moment it is about to be sent. An acknowledged one never falls back but by `chunkAgain`. */
export const chunkMethods = (c: Connection): ChunkMethods => ({
  chunks: (id) =>
    (c.all('SELECT * FROM chunks WHERE transfer_id = ? ORDER BY number', id) as readonly ChunkRecord[]).map((r) => ({
      index: r.number,
      state: r.acknowledged === 0 ? 'in-flight' : 'acknowledged',
      size: r.size,
      begun: r.begun !== 0,
      written: r.written,
      tag: optional(r.tag),
      completeAt: optional(r.complete_at),
      digest: optional(r.digest),
      keptBack: r.kept_back !== 0,
    })),

  chunkInFlight: (id, index, size) => {
    c.run(
      `INSERT INTO chunks (transfer_id, number, acknowledged, size, begun, written) VALUES (?, ?, 0, ?, 0, 0)
        ON CONFLICT (transfer_id, number) DO UPDATE SET size = excluded.size, begun = 0, written = 0, tag = NULL,
          complete_at = NULL, digest = NULL
        WHERE acknowledged = 0`,
      id,
      index,
      size,
    );
  },
  chunkBegun: (id, index) => {
    c.run('UPDATE chunks SET begun = 1 WHERE transfer_id = ? AND number = ? AND acknowledged = 0', id, index);
  },
  chunkComplete: (id, index, at, how) => {
    c.run(
      'UPDATE chunks SET complete_at = ?, kept_back = ? WHERE transfer_id = ? AND number = ? AND acknowledged = 0',
      at,
      how === 'kept back' ? 1 : 0,
      id,
      index,
    );
  },
  chunkRefused: (id, index) => {
    c.run('UPDATE chunks SET complete_at = NULL WHERE transfer_id = ? AND number = ? AND acknowledged = 0', id, index);
  },
  chunkWritten: (id, index, written) => {
    c.run(
      'UPDATE chunks SET written = ? WHERE transfer_id = ? AND number = ? AND acknowledged = 0',
      written,
      id,
      index,
    );
  },
  chunkDigest: (id, index, digest) => {
    c.run('UPDATE chunks SET digest = ? WHERE transfer_id = ? AND number = ? AND acknowledged = 0', digest, id, index);
  },
  chunkAcknowledged: (id, index, size, { tag, remote }) => {
    c.transaction(() => {
      const counted = c.run(
        `INSERT INTO chunks (transfer_id, number, acknowledged, size, begun, written, tag)
          VALUES (?1, ?2, 1, ?3, 1, ?3, ?4)
          ON CONFLICT (transfer_id, number) DO UPDATE SET
            acknowledged = 1, size = excluded.size, begun = 1, written = excluded.size, tag = excluded.tag
          WHERE acknowledged = 0`,
        id,
        index,
        size,
        nullable(tag),
      );
      if (counted.changes === 0) return;
      c.run(
        `UPDATE transfers SET acknowledged_bytes = acknowledged_bytes + ?, attempts = 0, change = ?,
          remote = coalesce(?, remote), remote_version = coalesce(?, remote_version) WHERE id = ?`,
        size,
        newestChange(c) + 1,
        remote === undefined ? null : JSON.stringify(remote.value),
        nullable(remote?.version),
        id,
      );
    });
  },
  chunksNotStored: (id) => {
    c.run('DELETE FROM chunks WHERE transfer_id = ? AND acknowledged = 0', id);
  },
  chunkAgain: (id, index) => {
    c.transaction(() => {
      c.run(
        `UPDATE transfers SET change = ?1, acknowledged_bytes = acknowledged_bytes -
          (SELECT coalesce(sum(size), 0) FROM chunks WHERE transfer_id = ?2 AND number = ?3 AND acknowledged = 1)
          WHERE id = ?2`,
        newestChange(c) + 1,
        id,
        index,
      );
      c.run('DELETE FROM chunks WHERE transfer_id = ? AND number = ?', id, index);
    });
  },
});
