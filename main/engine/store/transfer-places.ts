import type { Connection } from './connection.ts';
import type { TransferRepository } from './store.ts';
import { readTransfer, type TransferRecord } from './transfer-record.ts';
import { nullable } from './values.ts';

type PlaceMethods = Pick<
  TransferRepository,
  'placesTaken' | 'inPlace' | 'serversWithoutPlaces' | 'withoutPlace' | 'setPlaces'
>;

/** An upload that needs the place, or stored a file there for the batch. `place` is bound by the index, one place at a time. */
const holder = (place: string): string =>
  `server_id = ?1 AND ${place} AND held IS NOT NULL AND (held = 1 OR drop_id = ?2) AND id <> ?3`;
const below = (folder: string): string => `place > ${folder} || '/' AND place < ${folder} || '0'`;

/** Looks each place up in an index: a batch of 100,000 costs as many steps, whatever the queue's length. */
export const takenStatement = (withBelow: boolean): string => `
  SELECT wanted.value AS place FROM json_each(?4) AS wanted
  WHERE EXISTS (SELECT 1 FROM transfers WHERE ${holder('place = wanted.value')})
    OR EXISTS (SELECT 1 FROM history
      WHERE server_id = ?1 AND place = wanted.value AND transfer_id <> ?3
        AND id > (SELECT since FROM drops WHERE drops.id = ?2))
    ${withBelow ? `OR EXISTS (SELECT 1 FROM transfers WHERE ${holder(below('wanted.value'))})` : ''}`;
export const inPlaceStatement = `SELECT * FROM transfers WHERE ${holder(below('?4'))} LIMIT 1`;

export const withoutPlaceStatement = `SELECT * FROM transfers WHERE server_id = ? AND place = '' AND held IS NOT NULL
  ORDER BY held DESC, chunk_size IS NULL AND creating = 0, id LIMIT ?`;

/** Where uploads are stored, so that no two of ours meet there. */
export const placeMethods = (c: Connection): PlaceMethods => ({
  placesTaken: (serverId, places, { batch, except = 0, below: withBelow }) =>
    new Set(
      (
        c.all(takenStatement(withBelow), serverId, nullable(batch), except, JSON.stringify(places)) as readonly {
          place: string;
        }[]
      ).map(({ place }) => place),
    ),
  inPlace: (serverId, place, batch) => {
    const row = c.get(inPlaceStatement, serverId, nullable(batch), 0, place) as TransferRecord | undefined;
    return row === undefined ? undefined : readTransfer(row);
  },
  serversWithoutPlaces: () =>
    (
      c.all("SELECT DISTINCT server_id AS id FROM transfers WHERE place = '' AND held IS NOT NULL") as readonly {
        id: string;
      }[]
    ).map(({ id }) => id),
  withoutPlace: (serverId, limit) =>
    (c.all(withoutPlaceStatement, serverId, limit) as readonly TransferRecord[]).map(readTransfer),
  setPlaces: (places) => {
    c.transaction(() => {
      for (const { id, place } of places) c.run('UPDATE transfers SET place = ? WHERE id = ?', nullable(place), id);
    });
  },
});
