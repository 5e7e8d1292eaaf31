/** A folder that was added whole, as the engine reports it: four files that are queued. */
import type { AddedFolderView } from '../../preload/contract.ts';

export const folderRow = (
  folderId: number,
  { counts, ...more }: Partial<Omit<AddedFolderView, 'counts'>> & { counts?: Partial<AddedFolderView['counts']> } = {},
): AddedFolderView => ({
  folderId,
  name: `folder ${folderId}`,
  path: `/folder ${folderId}`,
  serverId: 's',
  serverName: 'Hafen',
  folder: [],
  section: 'next',
  count: 4,
  bytes: 400,
  acknowledged: 0,
  inFlight: 0,
  undoable: 0,
  createdAt: 0,
  first: 1,
  last: 4,
  ...more,
  counts: {
    asking: 0,
    active: 0,
    waiting: 0,
    paused: 0,
    failed: 0,
    queued: counts === undefined ? 4 : 0,
    done: 0,
    cancelled: 0,
    ...counts,
  },
});
