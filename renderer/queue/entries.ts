/** Rows of the queue: transfers, and folders that were added whole. */
import type { AddedFolderView, Section, TransferView } from '../../preload/contract.ts';
import { isFinal, sectionOf } from '../../preload/states.ts';

/** A folder as a row. Its `id` is minus that of the folder, so that no transfer has it. Its files have states. */
export type FolderEntry = AddedFolderView & { readonly id: number; readonly state?: undefined };
export type Entry = TransferView | FolderEntry;

export const isFolder = (entry: Entry): entry is FolderEntry => 'folderId' in entry;

export const entryOf = (row: TransferView | AddedFolderView): Entry =>
  'folderId' in row ? { ...row, id: -row.folderId } : row;

/** Ids of rows, as the transfers and the folders that they stand for. */
export const idsOf = (ids: readonly number[]): { readonly files: number[]; readonly folders: number[] } => ({
  files: ids.filter((id) => id > 0),
  folders: ids.filter((id) => id < 0).map((id) => -id),
});

/** Files of a folder in these sections are rows of their own, whether it is open or not. */
export const isAlwaysShown = (section: Section): boolean => section === 'needs-you' || section === 'failed';

/** The section that shows it, where it is not below its folder. */
export const sectionOfEntry = (entry: Entry): Section => (isFolder(entry) ? entry.section : sectionOf(entry));

/** How many rows are below a folder while it is open. */
export const below = ({ count, counts }: AddedFolderView): number => count - counts.asking - counts.failed;

/** How many of its files start, resume or are under way without the user. */
export const pending = ({ counts }: AddedFolderView): number => counts.active + counts.waiting + counts.queued;

/** Nothing of it is left to do. */
export const isOver = (entry: Entry): boolean =>
  isFolder(entry) ? entry.counts.done + entry.counts.cancelled === entry.count : isFinal(entry.state);

/** It is paused, or about to be. */
export const isPaused = (entry: Entry): boolean =>
  isFolder(entry)
    ? entry.counts.paused > 0 && pending(entry) === 0
    : entry.state === 'paused' || entry.wish === 'pause';

export const hasLinks = (entry: Entry): boolean =>
  isFolder(entry) ? entry.counts.done > 0 : entry.share?.link !== undefined;

/** What it is called on this machine. */
export const localNameOf = (entry: Entry): string => (isFolder(entry) ? entry.name : (entry.localName ?? entry.name));

/** The transfer that something goes before, or after, where it goes before or after this row. */
export const edgeOf = (entry: Entry, side: 'before' | 'after'): number =>
  isFolder(entry) ? (side === 'before' ? entry.first : entry.last) : entry.id;
