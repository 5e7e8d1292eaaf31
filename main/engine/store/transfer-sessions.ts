/** Where a remote session begins, is given up, and where a transfer ends: each one transaction. */
import { newestChange } from './changes.ts';
import type { Connection } from './connection.ts';
import type { Journal } from './journal.ts';
import type { Transfer } from './rows.ts';
import { endKeysOfSession } from './merge.ts';
import { endShare } from './shares.ts';
import type { TransferRepository } from './store.ts';
import { writeLog } from './transfer-log.ts';
import type { TransferRecord } from './transfer-record.ts';
import { noteUploaded } from './uploaded.ts';
import { fold, nullable, toJson } from './values.ts';

type SessionMethods = Pick<TransferRepository, 'opened' | 'sessionLost' | 'end'>;

const record = (c: Connection, id: number): TransferRecord | undefined =>
  c.get('SELECT * FROM transfers WHERE id = ?', id) as TransferRecord | undefined;

const forgetChunks = (c: Connection, id: number): void => {
  c.run('DELETE FROM chunks WHERE transfer_id = ?', id);
};

/** A delete key that was told before a kill stands in the journal alone until the transfer ends. */
const withToldKey = (journal: Journal, serverId: string, id: number, share: Transfer['share']): Transfer['share'] => {
  if (share === undefined || share.deleteKey !== undefined) return share;
  const deleteKey = journal.deleteKeyOf(serverId, share.key, id);
  return deleteKey === undefined ? share : { ...share, deleteKey };
};

export const sessionMethods = (
  c: Connection,
  journal: Journal,
  now: () => number,
  profile: string,
): SessionMethods => ({
  opened: (id, remote, chunkSize, notices, stored) => {
    c.transaction(() => {
      forgetChunks(c, id);
      c.run(
        `UPDATE transfers SET remote = ?, remote_version = ?, chunk_size = ?, creating = 0, acknowledged_bytes = 0,
          change = ? WHERE id = ?`,
        JSON.stringify(remote.value),
        remote.version,
        chunkSize,
        newestChange(c) + 1,
        id,
      );
      if (stored !== undefined)
        c.run(
          'UPDATE transfers SET name = ?, folded_name = ?, place = ? WHERE id = ?',
          stored.name,
          fold(stored.name),
          nullable(stored.place),
          id,
        );
      for (const notice of notices) writeLog(c, id, now(), notice);
    });
  },

  sessionLost: (id, reason, freed, at) => {
    c.transaction(() => {
      const lost = record(c, id);
      if (lost === undefined) return;
      const { server_id: serverId, remote } = lost;
      if (freed) endKeysOfSession(c, journal, { serverId, transferId: id, remote }, true, at);
      if (!freed && lost.remote !== null) {
        c.run(
          `INSERT INTO abandoned (transfer_id, server_id, name, size, options, chunk_size, remote, remote_version,
            next_at, place) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          id,
          lost.server_id,
          lost.name,
          lost.size,
          lost.options,
          lost.chunk_size ?? Math.max(1, lost.size),
          lost.remote,
          lost.remote_version,
          at,
          lost.place,
        );
      }
      forgetChunks(c, id);
      c.run(
        `UPDATE transfers SET earlier = remote, earlier_version = remote_version, remote = NULL, remote_version = NULL,
          lost = NULL, chunk_size = NULL, creating = 0,
          acknowledged_bytes = 0, restarts = restarts + 1, change = ? WHERE id = ?`,
        newestChange(c) + 1,
        id,
      );
      writeLog(c, id, at, reason);
    });
  },

  end: (id, ending, at, serverName, more) => {
    c.transaction(() => {
      const ended = record(c, id);
      if (ended === undefined) return;
      c.counts(false);
      const share = withToldKey(journal, ended.server_id, id, more.share);
      // A failed one may be tried again: it goes on from its chunks, and still knows of an opening that is in doubt.
      if (ending !== 'failed') forgetChunks(c, id);
      c.run(
        `UPDATE transfers SET state = ?, ended_at = ?, wait_for = NULL, wait_until = NULL, creating = creating AND ?,
          undo = iif(?, undo, NULL), problem = ?, share = ?, delivery = ?, change = ? WHERE id = ?`,
        ending,
        at,
        ending === 'failed' ? 1 : 0,
        // A cancel that can still be undone is carried out on a failed transfer, too.
        ending === 'failed' ? 1 : 0,
        toJson(more.problem),
        toJson(share),
        toJson(more.delivery),
        newestChange(c) + 1,
        id,
      );
      c.run(
        `INSERT INTO history (transfer_id, at, outcome, name, folded_name, path, size, server_id, server_name, took,
          share_key, link, proof, problem, place, delivery) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        id,
        at,
        ending,
        ended.name,
        fold(ended.name),
        ended.path,
        ended.size,
        ended.server_id,
        serverName,
        // A clock that was put back meanwhile makes no time negative.
        Math.max(0, at - (ended.started_at ?? at)),
        nullable(share?.key),
        nullable(share?.link),
        toJson(more.proof),
        toJson(more.problem),
        ending === 'done' ? ended.place : null,
        toJson(more.delivery),
      );
      if (share !== undefined) {
        endShare(c, {
          ...share,
          transferId: id,
          serverId: ended.server_id,
          name: ended.name,
          size: ended.size,
          isGroup: false,
          createdAt: at,
          state: 'live',
        });
      }
      if (ending === 'done') noteUploaded(c, ended, at, { ...more, share }, profile);
      for (const notice of more.notices ?? []) writeLog(c, id, at, notice);
    });
  },
});
