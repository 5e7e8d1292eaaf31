/** Folders that were added whole, as the contract shows them. */
import type { AddedFolderView, TransferView } from '../../preload/contract.ts';
import type { Engine } from '../engine/engine.ts';
import { sectionOfFolder } from '../engine/store/added-folders.ts';
import type { FolderRow, Transfer } from '../engine/store/rows.ts';
import { defined } from './defined.ts';
import { transferView } from './views.ts';

/** What its files are sending now. */
const liveOf = (engine: Engine, folderId: number): { readonly inFlight: number; readonly rate: number | undefined } => {
  let inFlight = 0;
  let rate: number | undefined;
  for (const id of engine.queue.moving) {
    if (engine.store.transfers.get(id)?.folderId !== folderId) continue;
    const live = engine.queue.live(id);
    inFlight += live?.inFlight ?? 0;
    if (live?.rate !== undefined) rate = (rate ?? 0) + live.rate;
  }
  return { inFlight, rate };
};

/** `undefined`: its last file was removed a moment ago. */
const folderView = (engine: Engine, row: FolderRow): AddedFolderView | undefined => {
  const ends = engine.store.folders.ends(row.id);
  const first = ends === undefined ? undefined : engine.store.transfers.get(ends.first);
  if (ends === undefined || first === undefined) return undefined;
  return defined({
    folderId: row.id,
    name: row.name,
    path: row.path,
    serverId: row.serverId,
    serverName: engine.servers.nameOf(row.serverId),
    to: transferView(engine, first).to,
    folder: first.folder.slice(0, 1),
    section: sectionOfFolder(row),
    count: row.count,
    bytes: row.bytes,
    acknowledged: row.acknowledgedBytes,
    ...liveOf(engine, row.id),
    counts: { ...row.counts },
    undoable: row.undoable,
    createdAt: row.createdAt,
    endedAt: row.endedAt,
    ...ends,
  });
};

/** Rows of the queue as a window shows them. */
export const rowsView = (engine: Engine, rows: readonly (Transfer | FolderRow)[]): (TransferView | AddedFolderView)[] =>
  rows.flatMap((row) => ('counts' in row ? (folderView(engine, row) ?? []) : transferView(engine, row)));

export const foldersView = (engine: Engine, ids: Iterable<number | undefined>): AddedFolderView[] =>
  [...new Set(ids)].flatMap((id) => {
    const row = id === undefined ? undefined : engine.store.folders.get(id);
    return row === undefined ? [] : (folderView(engine, row) ?? []);
  });

/** The part of a message about rows that changed, with the folders that have them. */
export const foldersPart = (engine: Engine, rows: readonly Transfer[]): { folders?: AddedFolderView[] } => {
  const folders = foldersView(
    engine,
    rows.map(({ folderId }) => folderId),
  );
  return folders.length === 0 ? {} : { folders };
};
