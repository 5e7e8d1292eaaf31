/** Files on their way from this browser, as rows at the end of what is uploaded: there their transfers take their places. */
import type { TransferView } from '../../preload/contract.ts';
import { waitingId, type Inbox } from '../add/inbox.svelte.ts';
import { m } from '../../preload/paraglide/messages.js';

/** Whether a row is no transfer yet. */
export const isIncoming = ({ id }: { readonly id: number }): boolean => id <= waitingId;

const rowOf = (about: Pick<TransferView, 'id' | 'name' | 'serverId' | 'size'>): TransferView => ({
  ...about,
  state: 'queued',
  wish: 'run',
  path: '',
  folder: [],
  acknowledged: 0,
  inFlight: 0,
  serverName: '',
  priority: 0,
  attempts: 0,
  restarts: 0,
  createdAt: 0,
  change: 0,
});

/** Those of a view: what is received, and what waits for its turn as one row. */
export const incomingRows = (
  { rows, waiting }: Pick<Inbox, 'rows' | 'waiting'>,
  { serverId, search }: { readonly serverId: string | undefined; readonly search: string },
): readonly TransferView[] => {
  const wanted = search.toLocaleLowerCase();
  const received = rows
    .filter((row) => serverId === undefined || row.serverId === serverId)
    .filter(({ name }) => name.toLocaleLowerCase().includes(wanted))
    .map(({ id, name, size, serverId: of = '' }) => rowOf({ id, name, size, serverId: of }));
  if (waiting.count === 0 || search !== '') return received;
  const name = m.receiving_waiting({ count: waiting.count });
  return [...received, rowOf({ id: waitingId, name, serverId: '', size: waiting.bytes })];
};
