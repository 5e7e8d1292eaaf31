import type { Connection } from './connection.ts';
import type { HistoryRow } from './rows.ts';
import type { HistoryRepository } from './store.ts';
import { newestFirst } from './newest-first.ts';
import { readDelivery } from './transfer-record.ts';
import { fold, maybeJson, optional, toPage } from './values.ts';

type HistoryRecord = {
  readonly id: number;
  readonly transfer_id: number;
  readonly at: number;
  readonly outcome: HistoryRow['outcome'];
  readonly name: string;
  readonly path: string;
  readonly size: number;
  readonly server_id: string;
  readonly server_name: string;
  readonly took: number;
  readonly share_key: string | null;
  readonly link: string | null;
  readonly proof: string | null;
  readonly problem: string | null;
  readonly delivery: string | null;
};

const read = (r: HistoryRecord): HistoryRow => ({
  id: r.id,
  transferId: r.transfer_id,
  at: r.at,
  outcome: r.outcome,
  name: r.name,
  path: r.path,
  size: r.size,
  serverId: r.server_id,
  serverName: r.server_name,
  took: r.took,
  shareKey: optional(r.share_key),
  link: optional(r.link),
  proof: maybeJson(r.proof) as NonNullable<HistoryRow['proof']> | undefined,
  problem: maybeJson(r.problem) as NonNullable<HistoryRow['problem']> | undefined,
  delivery: readDelivery(r.delivery),
});

/** What has ended, the newest first. Its rows are written by the end of a transfer. */
export const historyRepository = (c: Connection): HistoryRepository => ({
  page: ({ serverId, ending, search }, page) => {
    const { sql, values } = newestFirst(
      'history',
      [
        ['server_id = ?', serverId],
        ['outcome = ?', ending],
        ['instr(folded_name, ?) > 0', search === undefined ? undefined : fold(search)],
      ],
      page,
    );
    return toPage(c.all(sql, ...values) as readonly HistoryRecord[], page.limit, read, ({ id }) => [id]);
  },
  remove: (ids) => {
    c.run('DELETE FROM history WHERE id IN (SELECT value FROM json_each(?))', JSON.stringify(ids));
  },
  ofTransfer: (transferId) => {
    const row = c.get('SELECT * FROM history WHERE transfer_id = ? ORDER BY id DESC LIMIT 1', transferId) as
      | HistoryRecord
      | undefined;
    return row === undefined ? undefined : read(row);
  },
});
