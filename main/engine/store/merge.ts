/** The journal of delete keys compared with the database: what one of them has lost, the other still has. */
import { isFinal, validShareStates, type TransferState } from '../../../preload/states.ts';
import type { Share } from '../providers/provider.ts';
import type { Connection } from './connection.ts';
import type { EndedKey, Journal, JournalEntry, JournalState } from './journal.ts';
import { insertShare, isShare } from './shares.ts';
import type { RecoveredKey, RecoveredKeys } from './store.ts';
import { listOf, maybeJson } from './values.ts';

export type Merged = {
  readonly recovered: readonly RecoveredKey[];
  /** Every key was found or became a share: they need not be looked at another time. */
  readonly isSettled: boolean;
};

type Kept = { readonly id: number; readonly state: string; readonly share: string | null };
type Session = { readonly remote: string | null };

/** Whether what a provider keeps of a session names a key, however it keeps it. */
export const mentions = (remote: string | null, key: string): boolean => remote?.includes(JSON.stringify(key)) === true;

/** A share that cannot be read is none: it must not keep the others from being compared. */
const shareOf = (row: Pick<Kept, 'share'>): Share | undefined => {
  const share = maybeJson(row.share);
  return isShare(share) ? share : undefined;
};

const complete = (c: Connection, table: 'shares' | 'transfers', rows: readonly Kept[], entry: JournalEntry): void => {
  for (const row of rows) {
    const share = shareOf(row);
    if (share === undefined || share.key !== entry.shareKey || share.deleteKey !== undefined) continue;
    c.run(
      `UPDATE ${table} SET share = ? WHERE id = ?`,
      JSON.stringify({ ...share, deleteKey: entry.deleteKey }),
      row.id,
    );
  }
};

const endShare = (c: Connection, { serverId, shareKey, deleteKey }: EndedKey): void => {
  c.run(
    `UPDATE shares SET state = 'revoked' WHERE key = ? AND server_id = ? AND state IN ${listOf(validShareStates)}
      AND CASE WHEN json_valid(share) THEN json_extract(share, '$.deleteKey') END = ?`,
    shareKey,
    serverId,
    deleteKey ?? null,
  );
};

/**
 * Gives shares and transfers the delete keys that they lack, and makes a share of each key that no row knows. What the
 * server has to be asked about first is only returned: keys of a journal without end lines, and of cancelled uploads.
 * Writes nothing where the two agree.
 *
 * @param isBehind the database has gone back in time: an upload that it shows as unfinished may be complete
 */
export const mergeJournal = (c: Connection, { entries, ended }: JournalState, isBehind: boolean): Merged => {
  const recovered: RecoveredKey[] = [];
  let isSettled = true;
  const merge = (entry: JournalEntry): void => {
    const { at, serverId, transferId, shareKey, deleteKey, name, size } = entry;
    const shares = c.all(
      'SELECT id, state, share FROM shares WHERE key = ? AND server_id = ?',
      shareKey,
      serverId,
    ) as readonly Kept[];
    const keyOf = (row: Kept): string | undefined => shareOf(row)?.deleteKey;
    if (shares.some((row) => keyOf(row) === deleteKey)) return;
    const lacking = shares.filter((row) => keyOf(row) === undefined);
    complete(c, 'shares', lacking, entry);

    const transfer = c.get(
      'SELECT id, state, share, remote FROM transfers WHERE id = ? AND server_id = ?',
      transferId,
      serverId,
    ) as (Kept & Session & { readonly state: TransferState }) | undefined;
    if (transfer !== undefined) complete(c, 'transfers', [transfer], entry);
    if (lacking.length > 0) return;
    // An upload that is not over, or a session that is still to be cleaned up, uses its key itself.
    const isUnfinished = transfer !== undefined && !isFinal(transfer.state);
    if (isUnfinished && mentions(transfer.remote, shareKey) && !(isBehind && entry.v !== undefined)) {
      isSettled = false;
      return;
    }
    const abandoned = c.all(
      'SELECT remote FROM abandoned WHERE transfer_id = ? AND server_id = ?',
      transferId,
      serverId,
    ) as readonly Session[];
    if (abandoned.some(({ remote }) => mentions(remote, shareKey))) {
      isSettled = false;
      return;
    }

    const isKnownToStand = entry.v !== undefined && transfer?.state !== 'cancelled';
    const found = { key: shareKey, deleteKey, transferId, serverId, name: name === '' ? shareKey : name, size };
    const shareId = isKnownToStand
      ? insertShare(c, { ...found, isGroup: false, createdAt: at, state: 'live' })
      : undefined;
    recovered.push({ entry, shareId });
    isSettled &&= shareId !== undefined;
  };
  for (const entry of entries) merge(entry);
  const open = new Set(entries.map((e) => `${e.serverId}\n${e.shareKey}\n${e.deleteKey}`));
  // A share whose file was deleted does not come back with an older database.
  for (const key of ended) if (!open.has(`${key.serverId}\n${key.shareKey}\n${key.deleteKey}`)) endShare(c, key);
  return { recovered, isSettled };
};

/**
 * Says in the journal that the keys of a session are not needed any more: the session was cleaned up on its server.
 * Before the database forgets the session.
 *
 * @param isPresent it is the transfer's own session, and not one that it gave up earlier
 */
export const endKeysOfSession = (
  c: Connection,
  journal: Journal,
  session: { readonly serverId: string; readonly transferId: number; readonly remote: string | null },
  isPresent: boolean,
  at: number,
): void => {
  const { serverId, transferId, remote } = session;
  for (const { shareKey, deleteKey } of journal.keysOf(serverId, transferId)) {
    if (!mentions(remote, shareKey)) continue;
    // The same custom key may be in use again by now.
    const row = isPresent
      ? undefined
      : (c.get('SELECT remote, share FROM transfers WHERE id = ?', transferId) as (Session & Kept) | undefined);
    const isInUse = row !== undefined && (mentions(row.remote, shareKey) || mentions(row.share, shareKey));
    if (isInUse && !mentions(remote, deleteKey)) continue;
    const ended = { serverId, shareKey, deleteKey };
    journal.end(ended, at);
    // A comparison may have made a share of it.
    endShare(c, ended);
  }
};

/** The delete keys of shares as a journal has them: for one that was lost. */
export const keysOfShares = (c: Connection): readonly Omit<JournalEntry, 'v'>[] => {
  const rows = c.all(
    `SELECT transfer_id, server_id, share, name, size, created_at FROM shares
      WHERE state IN ${listOf(validShareStates)} ORDER BY id`,
  ) as readonly {
    readonly transfer_id: number | null;
    readonly server_id: string;
    readonly share: string;
    readonly name: string;
    readonly size: number;
    readonly created_at: number;
  }[];
  return rows.flatMap((row) => {
    const share = shareOf(row);
    if (share?.deleteKey === undefined) return [];
    return [
      {
        at: row.created_at,
        serverId: row.server_id,
        transferId: row.transfer_id ?? 0,
        shareKey: share.key,
        deleteKey: share.deleteKey,
        name: row.name,
        size: row.size,
      },
    ];
  });
};

/** See `RecoveredKeys`. */
export const recoveredKeys = (
  c: Connection,
  journal: Journal,
  now: () => number,
  all: () => readonly RecoveredKey[],
): RecoveredKeys => ({
  get all() {
    return all();
  },
  found: ({ entry, shareId }, share) => {
    const { at, serverId, transferId, shareKey, deleteKey, name, size } = entry;
    const whole = { ...share, key: shareKey, deleteKey };
    c.transaction(() => {
      if (shareId !== undefined) {
        c.run('UPDATE shares SET share = ? WHERE id = ?', JSON.stringify(whole), shareId);
        return;
      }
      c.counts(false);
      const about = { transferId, serverId, name: name === '' ? shareKey : name, size };
      insertShare(c, { ...whole, ...about, isGroup: false, createdAt: at, state: 'live' });
    });
  },
  gone: ({ entry, shareId }) => {
    const { serverId, shareKey, deleteKey } = entry;
    journal.end({ serverId, shareKey, deleteKey }, now());
    if (shareId !== undefined) c.run(`UPDATE shares SET state = 'forgotten' WHERE id = ?`, shareId);
  },
});

const mergedKey = 'journal';

/** Up to where the journal was compared with this database. It goes back in time with the database. */
export const mergedUpTo = (c: Connection): string =>
  (c.get('SELECT value FROM meta WHERE key = ?', mergedKey) as { readonly value: string } | undefined)?.value ?? '';

export const setMergedUpTo = (c: Connection, end: string): void => {
  c.run(`INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`, mergedKey, end);
};
