import { describe, expect, it } from 'vitest';
import { carriesFiles, collect, countDragged, itemsOf } from './drop-entries.ts';

const named = (name: string, path = ''): File =>
  Object.defineProperty(new File(['x'], name), 'webkitRelativePath', { value: path });

const fileEntry = (name: string): FileSystemFileEntry =>
  ({
    isFile: true,
    isDirectory: false,
    name,
    file: (resolve: (file: File) => void) => resolve(new File(['x'], name)),
  }) as FileSystemFileEntry;

/** A folder that tells its children in batches, as browsers do. */
const folderEntry = (name: string, ...batches: readonly (readonly FileSystemEntry[])[]): FileSystemDirectoryEntry => {
  const createReader = (): FileSystemDirectoryReader => {
    const left = [...batches];
    return {
      readEntries: (resolve: (entries: FileSystemEntry[]) => void) => resolve([...(left.shift() ?? [])]),
    };
  };
  return { isFile: false, isDirectory: true, name, createReader } as unknown as FileSystemDirectoryEntry;
};

const shut = (name: string): FileSystemDirectoryEntry =>
  ({
    isFile: false,
    isDirectory: true,
    name,
    createReader: () => ({ readEntries: (_: unknown, reject: (error: Error) => void) => reject(new Error('no')) }),
  }) as unknown as FileSystemDirectoryEntry;

const item = (entry: FileSystemEntry | null, file: File | null = null, kind = 'file'): DataTransferItem =>
  ({ kind, webkitGetAsEntry: () => entry, getAsFile: () => file }) as DataTransferItem;

describe('what a drop holds', () => {
  it('keeps the tree of a folder, over all batches that the browser tells it in', async () => {
    const day = folderEntry('day 1', [fileEntry('b.jpg')]);
    const trip = folderEntry('trip', [fileEntry('a.jpg'), day], [fileEntry('z.jpg')]);
    const { items } = await collect([item(trip)]);
    expect(items.map(({ name, folder }) => [name, folder])).toEqual([['trip', true]]);
    expect(items[0]?.files.map(({ path }) => path)).toEqual(['trip/a.jpg', 'trip/day 1/b.jpg', 'trip/z.jpg']);
  });

  it('takes files beside folders each as one, in their order', async () => {
    const { items } = await collect([
      item(fileEntry('one.txt'), new File(['1'], 'one.txt')),
      item(folderEntry('box', [fileEntry('in.txt')])),
      item(fileEntry('two.txt'), new File(['2'], 'two.txt')),
    ]);
    expect(items.map(({ name, folder }) => [name, folder])).toEqual([
      ['one.txt', false],
      ['box', true],
      ['two.txt', false],
    ]);
  });

  it('takes what has no entry, such as a picture of another page', async () => {
    const { items } = await collect([item(null, new File(['x'], 'image.png'))]);
    expect(items.map(({ name }) => name)).toEqual(['image.png']);
  });

  it('names folders without files, and what cannot be read', async () => {
    const held = await collect([item(folderEntry('empty', [folderEntry('below')])), item(shut('locked'))]);
    expect(held).toEqual({ items: [], empty: ['empty'], unreadable: ['locked'] });
  });

  it('asks for every entry before it waits: the list is gone afterwards', async () => {
    let gone = false;
    const late = (name: string): DataTransferItem =>
      ({
        kind: 'file',
        webkitGetAsEntry: () => (gone ? null : folderEntry(name, [fileEntry('in')])),
        getAsFile: () => null,
      }) as DataTransferItem;
    const all = collect([late('a'), late('b'), late('c')]);
    gone = true;
    expect((await all).items.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  it('leaves out text that is dragged along', async () => {
    expect((await collect([item(null, null, 'string')])).items).toEqual([]);
  });
});

describe('what a file field holds', () => {
  it('makes one item of a chosen folder, and one of each file', () => {
    const { items } = itemsOf([named('a.txt'), named('x', 'trip/x'), named('b.txt'), named('y', 'trip/day/y')]);
    expect(items.map(({ name, files }) => [name, files.map(({ path }) => path)])).toEqual([
      ['a.txt', ['a.txt']],
      ['trip', ['trip/x', 'trip/day/y']],
      ['b.txt', ['b.txt']],
    ]);
  });
});

describe('what a drag carries', () => {
  const transfer = (types: readonly string[], kinds: readonly string[]): DataTransfer =>
    ({ types, items: kinds.map((kind) => ({ kind })) }) as unknown as DataTransfer;

  it('counts files, and not the text that comes with them', () => {
    expect(countDragged(transfer(['Files', 'text/plain'], ['file', 'string', 'file']))).toBe(2);
    expect(countDragged(null)).toBe(0);
  });

  it('is ignored without files', () => {
    expect(carriesFiles(transfer(['text/uri-list'], ['string']))).toBe(false);
    expect(carriesFiles(transfer(['Files'], ['file']))).toBe(true);
    expect(carriesFiles(null)).toBe(false);
  });
});
