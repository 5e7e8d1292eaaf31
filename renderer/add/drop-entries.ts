/** Files and folders as a browser holds them: what was dropped, pasted or chosen, with the tree of each folder. */

import type { LookWatch } from './looking.svelte.ts';

/** A file and its way within what was given: `trip/day 1/a.jpg`. */
export type HeldFile = { readonly path: string; readonly file: File };
/** What was given as one: a file, or a folder with all that it holds. */
export type HeldItem = { readonly name: string; readonly folder: boolean; readonly files: readonly HeldFile[] };
export type Held = {
  readonly items: readonly HeldItem[];
  /** Names of folders that hold no files. */
  readonly empty: readonly string[];
  /** Ways of what the browser was not let at. */
  readonly unreadable: readonly string[];
};

/** As many as one drop may hold. */
export const filesMost = 100_000;

/** How many files and folders a drag carries; 0 where the browser does not tell before the drop. */
export const countDragged = (transfer: DataTransfer | null): number =>
  [...(transfer?.items ?? [])].filter(({ kind }) => kind === 'file').length;

/** Whether a drag carries files at all: text, links and rows of this window are none. */
export const carriesFiles = (transfer: DataTransfer | null): boolean => transfer?.types.includes('Files') ?? false;

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject));

const nextOf = (reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> =>
  new Promise((resolve, reject) => reader.readEntries(resolve, reject));

/** Adds all files below an entry, folder by folder, in the order in which the browser tells them. */
const walk = async (
  entry: FileSystemEntry,
  way: string,
  into: HeldFile[],
  unreadable: string[],
  watch: LookWatch | undefined,
): Promise<void> => {
  if (watch?.signal.aborted === true) return;
  try {
    if (entry.isFile) {
      const file = await fileOf(entry as FileSystemFileEntry);
      into.push({ path: way, file });
      watch?.found(file.size);
      return;
    }
    const reader = (entry as FileSystemDirectoryEntry).createReader();
    // A browser returns a hundred entries at a time, and none after the last.
    for (let batch = await nextOf(reader); batch.length > 0; batch = await nextOf(reader))
      for (const child of batch) {
        if (into.length > filesMost) return;
        await walk(child, `${way}/${child.name}`, into, unreadable, watch);
      }
  } catch {
    unreadable.push(way);
  }
};

/** The names of the files and folders of a drop. Has to be called while its event is handled. */
export const namesIn = (transfer: DataTransfer): readonly string[] =>
  [...transfer.items].flatMap((item) => (item.kind === 'file' ? (item.webkitGetAsEntry()?.name ?? []) : []));

/**
 * Collects what a drop or the clipboard holds. Has to be called while its event is handled: the list is empty
 * afterwards. Rejects when `watch` ends it.
 */
export const collect = async (list: Iterable<DataTransferItem>, watch?: LookWatch): Promise<Held> => {
  const given = [...list]
    .filter(({ kind }) => kind === 'file')
    .map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const items: HeldItem[] = [];
  const empty: string[] = [];
  const unreadable: string[] = [];
  for (const { entry, file } of given) {
    if (entry?.isDirectory !== true) {
      // What comes from another page, or a picture in the clipboard, has no entry.
      if (file !== null) items.push({ name: file.name, folder: false, files: [{ path: file.name, file }] });
      else if (entry !== null) unreadable.push(entry.name);
      continue;
    }
    const files: HeldFile[] = [];
    const before = unreadable.length;
    await walk(entry, entry.name, files, unreadable, watch);
    watch?.signal.throwIfAborted();
    if (files.length > 0) items.push({ name: entry.name, folder: true, files });
    else if (unreadable.length === before) empty.push(entry.name);
  }
  return { items, empty, unreadable };
};

/** Groups what a file field holds: files of one folder, chosen as a folder, are one item. */
export const itemsOf = (files: Iterable<File>): Held => {
  const folders = new Map<string, HeldFile[]>();
  const items: HeldItem[] = [];
  for (const file of files) {
    const path = file.webkitRelativePath === '' ? file.name : file.webkitRelativePath;
    const [top = path] = path.split('/', 1);
    if (top === path) {
      items.push({ name: path, folder: false, files: [{ path, file }] });
      continue;
    }
    const known = folders.get(top);
    if (known !== undefined) {
      known.push({ path, file });
      continue;
    }
    const held = [{ path, file }];
    folders.set(top, held);
    items.push({ name: top, folder: true, files: held });
  }
  return { items, empty: [], unreadable: [] };
};

/** Bytes of an item. */
export const sizeOf = (item: HeldItem): number => item.files.reduce((sum, { file }) => sum + file.size, 0);

/** The items with those of their files alone whose paths are wanted; an item without any is left away. */
export const withFiles = (items: readonly HeldItem[], wanted: (path: string) => boolean): readonly HeldItem[] =>
  items.flatMap((item) => {
    const files = item.files.filter(({ path }) => wanted(path));
    return files.length === 0 ? [] : [{ ...item, files }];
  });
