/** The messages that go out about uploads which are done: their states, and what the history shows of them. */
import { askingDeliveries, movingDeliveries } from '../../../preload/states.ts';
import { newestChange } from './changes.ts';
import type { Connection, Value } from './connection.ts';
import type { Delivery, Totals } from './rows.ts';
import type { TransferRepository } from './store.ts';
import { readTransfer, type TransferRecord } from './transfer-record.ts';
import { listOf, toJson } from './values.ts';

type DeliveryMethods = Pick<TransferRepository, 'setDelivery' | 'nextToDeliver' | 'deliveries'>;

const moving = listOf(movingDeliveries);
const asking = listOf(askingDeliveries);

/** How many messages are still sent automatically, and how many need the user, among the transfers of a condition. */
export const deliveriesIn = (
  c: Connection,
  sql: string,
  values: readonly Value[],
): Pick<Totals, 'delivering' | 'undelivered'> =>
  c.get(
    `SELECT coalesce(sum(delivery_state IN ${moving}), 0) AS delivering,
      coalesce(sum(delivery_state IN ${asking}), 0) AS undelivered
      FROM transfers${sql === '' ? ' WHERE' : `${sql} AND`} delivery_state IN ${listOf([...movingDeliveries, ...askingDeliveries])}`,
    ...values,
  ) as Pick<Totals, 'delivering' | 'undelivered'>;

/** What the history shows of the upload, which stays when its row is removed. */
const keepInHistory = (c: Connection, id: number, delivery: Delivery): void => {
  c.run(
    `UPDATE history SET delivery = ? WHERE id = (SELECT max(id) FROM history WHERE transfer_id = ? AND outcome = 'done')`,
    toJson(delivery),
    id,
  );
};

export const deliveryMethods = (c: Connection): DeliveryMethods => ({
  setDelivery: (id, delivery) => {
    c.transaction(() => {
      c.run(
        `UPDATE transfers SET delivery = ?, change = ? WHERE id = ? AND state = 'done'`,
        toJson(delivery),
        newestChange(c) + 1,
        id,
      );
      keepInHistory(c, id, delivery);
    });
  },
  nextToDeliver: ({ ids, serverIds }) => {
    const found = c.get(
      `SELECT * FROM transfers WHERE delivery_state = 'waiting' AND state = 'done'
        AND id NOT IN (SELECT value FROM json_each(?)) AND server_id NOT IN (SELECT value FROM json_each(?))
        ORDER BY id LIMIT 1`,
      JSON.stringify(ids),
      JSON.stringify(serverIds),
    ) as TransferRecord | undefined;
    return found === undefined ? undefined : readTransfer(found);
  },
  deliveries: (state, serverId) =>
    (
      c.all(
        `SELECT * FROM transfers WHERE delivery_state = ?${serverId === undefined ? '' : ' AND server_id = ?'} ORDER BY id`,
        state,
        ...(serverId === undefined ? [] : [serverId]),
      ) as readonly TransferRecord[]
    ).map(readTransfer),
});
