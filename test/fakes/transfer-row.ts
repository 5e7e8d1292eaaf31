/** A row of the queue as the engine reports it: an upload of 100 bytes that has just started. */
import type { TransferView } from '../../preload/contract.ts';

export const transferRow = (id: number, more: Partial<TransferView> = {}): TransferView => ({
  id,
  state: 'uploading',
  wish: 'run',
  name: `file ${id}`,
  path: `/file ${id}`,
  folder: [],
  size: 100,
  acknowledged: 0,
  inFlight: 0,
  serverId: 's',
  serverName: 'Hafen',
  priority: 0,
  attempts: 0,
  restarts: 0,
  createdAt: 0,
  change: 1,
  ...more,
});
