import { beforeEach, expect, test, vi } from 'vitest';
import type { AddedFolderView, Section, TransferView } from '../../preload/contract.ts';
import { sectionOf, sections } from '../../preload/states.ts';
import { folderRow } from '../../test/fakes/folder-row.ts';
import { transferRow } from '../../test/fakes/transfer-row.ts';
import { App } from '../client/app.svelte.ts';
import type { Client } from '../client/client.ts';
import type { Transport } from '../client/transport.ts';
import { QueueActions } from './actions.svelte.ts';
import { entryOf, isFolder, isPaused, type FolderEntry } from './entries.ts';
import { filesAndSize, filesDone, folderPercent, folderReason, folderState, folderTrouble } from './folder-words.ts';
import { Queue } from './queue.svelte.ts';

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('document', Object.assign(new EventTarget(), { hidden: false }));
  return () => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  };
});

const file = (id: number, state: TransferView['state'], more: Partial<TransferView> = {}): TransferView =>
  transferRow(id, { state, addedFolder: { id: 7, name: 'album' }, ...more });
const album = (more: Parameters<typeof folderRow>[1] = {}): AddedFolderView => folderRow(7, { name: 'album', ...more });
const albumId = -7;

type Input = {
  readonly opened?: readonly number[];
  readonly pages?: readonly { readonly section: Section; readonly skip: number; readonly limit: number }[];
  readonly ids?: readonly number[];
};

/** An engine with one folder and its files, and what it is asked. */
const engine = (folder: AddedFolderView | undefined, files: readonly TransferView[]) => {
  const now = { folder, files };
  const asked: string[] = [];
  let hear: (payload: object) => void = () => undefined;
  const rowsOf = (section: Section, opened: readonly number[]): readonly (TransferView | AddedFolderView)[] => {
    const isAlone = (row: TransferView): boolean => ['needs-you', 'failed'].includes(sectionOf(row));
    const shown = now.folder?.section === section ? [now.folder] : [];
    return [
      ...shown,
      ...(opened.includes(7) && shown.length > 0 ? now.files.filter((row) => !isAlone(row)) : []),
      ...now.files.filter((row) => isAlone(row) && sectionOf(row) === section),
    ];
  };
  const app = {
    navigation: { serverId: undefined },
    onReconnect: () => () => undefined,
    client: {
      on: (_: string, listener: typeof hear) => {
        hear = listener;
        return () => undefined;
      },
      call: (name: string, { opened = [], pages = [] }: Input) => {
        asked.push(`${name} ${opened.join(',')}`.trim());
        if (name === 'transfers.folders')
          return Promise.resolve({ folders: now.folder === undefined ? [] : [now.folder] });
        return Promise.resolve({
          sections: Object.fromEntries(
            sections.map((section) => [section, { count: rowsOf(section, opened).length, bytes: 0, inside: 0 }]),
          ),
          pages: pages.map(({ section, skip, limit }) => rowsOf(section, opened).slice(skip, skip + limit)),
          change: 1,
        });
      },
    },
  };
  return {
    app: app as unknown as App,
    asked,
    tell: (folder: AddedFolderView | undefined, rows: readonly TransferView[], removed: readonly number[] = []) => {
      now.folder = folder;
      now.files = now.files
        .filter(({ id }) => !removed.includes(id))
        .map((one) => rows.find(({ id }) => id === one.id) ?? one);
      hear({ rows, removed, ...(folder === undefined ? {} : { folders: [folder] }), change: 2 });
    },
  };
};
const pass = (ms = 300): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const shown = (queue: Queue): readonly string[] =>
  queue.blocks.flatMap(({ section, count }) =>
    Array.from({ length: count }, (_, index) => {
      const row = queue.row(section, index);
      return `${section} ${row === undefined || isFolder(row) ? row?.name : row.id}`;
    }),
  );
const opened = async (bench: ReturnType<typeof engine>): Promise<Queue> => {
  const queue = new Queue(bench.app);
  queue.start();
  await queue.reload();
  bench.asked.length = 0;
  return queue;
};

test('a folder is patched where it stands while its files move, and nothing is asked for them', async () => {
  const bench = engine(album({ section: 'under-way', counts: { active: 1, queued: 1 } }), [
    file(1, 'uploading'),
    file(2, 'queued'),
  ]);
  const queue = await opened(bench);
  // What is heard of a folder for the first time may be news.
  for (let n = 1; n <= 20; n++) {
    bench.tell(album({ section: 'under-way', counts: { active: 1, queued: 1 }, acknowledged: n }), [
      file(1, 'uploading', { acknowledged: n }),
    ]);
    await pass(50);
  }
  await pass();
  expect(shown(queue)).toEqual(['under-way album']);
  expect(queue.row('under-way', 0)?.acknowledged).toBe(20);
  bench.tell(album({ section: 'under-way', counts: { done: 1, active: 1 } }), [file(1, 'done'), file(2, 'uploading')]);
  await pass();
  expect(bench.asked).toEqual([]);
});

test('a folder whose state is another stands in another section', async () => {
  const bench = engine(album(), [file(1, 'queued'), file(2, 'queued')]);
  const queue = await opened(bench);
  bench.tell(album({ section: 'done', counts: { done: 2 } }), [file(1, 'done'), file(2, 'done')]);
  await pass();
  expect(shown(queue)).toEqual(['done album']);
  expect(bench.asked).toEqual(['transfers.rows']);
});

test('a file that needs the user becomes a row of its own, and leaves it once that is decided', async () => {
  const bench = engine(album(), [file(1, 'queued'), file(2, 'queued')]);
  const queue = await opened(bench);
  bench.tell(album({ counts: { queued: 1, asking: 1 } }), [file(2, 'attention')]);
  await pass();
  expect(shown(queue)).toEqual(['needs-you 2', 'next album']);
  bench.tell(album({ counts: { queued: 2 } }), [file(2, 'queued')]);
  await pass();
  expect(shown(queue)).toEqual(['next album']);
});

test('an open folder has its files below it, which are patched in place whatever their state', async () => {
  const bench = engine(album({ section: 'under-way', counts: { active: 1, queued: 1 } }), [
    file(1, 'uploading'),
    file(2, 'queued'),
  ]);
  const queue = await opened(bench);
  await queue.toggleFolder(queue.byId(albumId) as FolderEntry);
  expect(shown(queue)).toEqual(['under-way album', 'under-way 1', 'under-way 2']);
  expect(bench.asked).toEqual(['transfers.rows 7']);
  bench.asked.length = 0;
  bench.tell(album({ section: 'under-way', counts: { done: 1, active: 1 } }), [file(1, 'done'), file(2, 'uploading')]);
  await pass();
  expect(shown(queue)).toEqual(['under-way album', 'under-way 1', 'under-way 2']);
  expect(queue.row('under-way', 1)?.state).toBe('done');
  expect(bench.asked).toEqual([]);
  // One that fails is a row of its own, and not below its folder any more.
  bench.tell(album({ section: 'done', counts: { done: 1, failed: 1 } }), [file(2, 'failed')]);
  await pass();
  expect(shown(queue)).toEqual(['failed 2', 'done album', 'done 1']);
  await queue.toggleFolder(queue.byId(albumId) as FolderEntry);
  expect(shown(queue)).toEqual(['failed 2', 'done album']);
});

test('a folder that is opened in a folded section shows all of its files', async () => {
  const files = Array.from({ length: 60 }, (_, n) => file(n + 1, 'queued'));
  const queue = await opened(engine(album({ count: 60, counts: { queued: 60 } }), files));
  await queue.toggleFolder(queue.byId(albumId) as FolderEntry);
  expect(queue.blocks.map(({ shown: drawn }) => drawn)).toEqual([61]);
});

test('a folder whose files are all removed is gone, also from what is selected', async () => {
  const bench = engine(album(), [file(1, 'queued'), file(2, 'queued')]);
  const queue = await opened(bench);
  await queue.toggleFolder(queue.byId(albumId) as FolderEntry);
  queue.toggle(queue.byId(albumId) as FolderEntry);
  bench.tell(undefined, [], [1, 2]);
  await pass(1_000);
  expect(shown(queue)).toEqual([]);
  expect([queue.byId(albumId), queue.chosen.size, queue.opened.size]).toEqual([undefined, 0, 0]);
});

/** The window over an engine that notes what it is asked. */
const desk = (changed = [1, 2]) => {
  const asked: string[] = [];
  const links = { 1: ['b', 'a'], 2: ['c'] } as const;
  const client = {
    on: () => () => undefined,
    call: (name: string, { after, ...input }: { readonly after?: string }) => {
      asked.push(`${name.replace('transfers.', '')} ${JSON.stringify(input).replaceAll('"', '')}`);
      if (name === 'transfers.wish') return Promise.resolve({ changed, refused: [] });
      const page = after === undefined ? links[1] : links[2];
      return Promise.resolve({
        rows: page.map((link) => ({ share: { key: link, link: `https://h/${link}` } })),
        ...(after === undefined ? { next: '2' } : {}),
      });
    },
  };
  const app = new App(client as unknown as Client, { onState: () => undefined } as unknown as Transport);
  return { app, asked, actions: new QueueActions(app) };
};

test('what is done to a folder names the folder, and not its files', async () => {
  const { actions, asked } = desk();
  await actions.pause([albumId]);
  await actions.resume([5, albumId]);
  await actions.retry([albumId]);
  await actions.remove([albumId]);
  await actions.move([5, albumId, 6], 'first');
  await actions.move([5, albumId], { before: 9 });
  expect(asked).toEqual([
    'wish {filter:{folderId:7},wish:pause}',
    'wish {filter:{ids:[5]},wish:resume}',
    'wish {filter:{folderId:7},wish:resume}',
    'wish {filter:{folderId:7,states:[failed]},wish:retry}',
    'wish {filter:{folderId:7,states:[done,cancelled]},wish:remove}',
    'move {folderId:7,to:first}',
    'move {ids:[5,6],to:first}',
    'move {ids:[5],to:{before:9}}',
    'move {folderId:7,to:{before:9}}',
  ]);
});

test('the cancel of a folder is kept, undone and carried out for what can still be undone', async () => {
  const { app, actions, asked } = desk();
  const folder = entryOf(album()) as FolderEntry;
  await actions.cancel([folder]);
  expect(asked[0]).toMatch(/^wish \{filter:\{folderId:7,states:\[.*queued.*\]\},wish:cancel,undoMs:30000\}$/);
  expect(app.slips.all.map(({ text }) => text)).toEqual(['album is cancelled.']);
  await actions.undo();
  expect(asked.slice(1)).toEqual(['wish {filter:{folderId:7,undoable:true},wish:undo}']);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toHaveLength(2);
  await actions.cancel([folder]);
  await vi.advanceTimersByTimeAsync(8_000);
  expect(asked.at(-1)).toMatch(/^wish \{filter:\{folderId:7,.*undoable:true\},wish:cancel\}$/);
});

test('an undo that comes too late for a folder is said', async () => {
  const { app, actions } = desk([]);
  await actions.undoOf(entryOf(album()));
  expect(app.slips.all.map(({ text }) => text)).toEqual([
    'album is already cancelled and cannot be restored. Add it again to upload it.',
  ]);
});

test('the links of a folder are those of all its files, in the order in which they were added', async () => {
  const writeText = vi.fn(() => Promise.resolve());
  vi.stubGlobal('navigator', { clipboard: { writeText } });
  const { app, actions, asked } = desk();
  app.info = { host: 'web' } as typeof app.info;
  await actions.copyLinks([entryOf(album({ counts: { done: 3 } }))]);
  expect(asked).toHaveLength(2);
  expect(writeText).toHaveBeenCalledWith('https://h/c\nhttps://h/a\nhttps://h/b');
});

test.each([
  [{ section: 'under-way', counts: { active: 1, queued: 3 } }, 'Uploading', 'move'],
  [{ section: 'waiting', counts: { waiting: 1, queued: 3 } }, 'Waiting', 'rest'],
  [{ section: 'next', counts: { paused: 1, queued: 3 } }, 'Queued', 'rest'],
  [{ section: 'paused', counts: { paused: 4 } }, 'Paused', 'rest'],
  [{ section: 'paused', counts: { paused: 3, done: 1 }, undoable: 3 }, 'Cancelled', 'rest'],
  [{ section: 'done', counts: { done: 4 } }, 'Completed', 'good'],
  [{ section: 'done', counts: { done: 3, failed: 1 } }, 'Completed', 'warn'],
  [{ section: 'done', counts: { cancelled: 4 } }, 'Cancelled', 'rest'],
  [{ section: 'needs-you', counts: { asking: 4 } }, 'Need attention', 'warn'],
  [{ section: 'failed', counts: { failed: 4 } }, 'Failed', 'bad'],
] as const)('a folder with %j says %s', (more, word, tone) => {
  expect(folderState(album(more))).toEqual({ word, tone });
});

test('a folder says how many files it has, how much of it is there, and how many need the user', () => {
  const large = album({
    count: 1996,
    bytes: 4_100_000_000,
    acknowledged: 4_099_999_999,
    counts: { done: 1992, asking: 3, failed: 1 },
  });
  expect(filesAndSize(large)).toBe('1,996 files · 4.1 GB');
  expect(filesDone(large)).toBe('1,992 of 1,996 files');
  expect(folderPercent(large)).toBe(99);
  expect(folderTrouble(large)).toEqual(['3 need attention', '1 failed']);
  expect(folderTrouble(album({ counts: { asking: 1 } }))).toEqual(['1 needs attention']);
  expect(folderReason(album({ counts: { asking: 1, failed: 3 } }))).toBe('1 needs attention, 3 failed');
  expect(folderReason(album({ counts: { failed: 4 } }))).toBe('All 4 files failed');
});

test('a folder counts as paused where nothing of it starts by itself', () => {
  expect(isPaused(entryOf(album({ counts: { paused: 3, done: 1 } })))).toBe(true);
  expect(isPaused(entryOf(album({ counts: { paused: 3, queued: 1 } })))).toBe(false);
});
