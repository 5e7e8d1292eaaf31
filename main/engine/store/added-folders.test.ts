import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { sections, type TransferState } from '../../../preload/states.ts';
import { Connection } from './connection.ts';
import { migrate } from './migrations.ts';
import type { FolderRow, SectionFilter, Transfer } from './rows.ts';
import { salvage } from './salvage.ts';
import type { Store } from './store.ts';
import { addOne, many, newTransfer, testFolder, testStore } from './test-rows.ts';

const everything = { skip: 0, limit: 500 };

/** A folder with so many files, queued. */
const addFolder = (
  store: Store,
  count: number,
  name = 'album',
  serverId = 'one',
): { id: number; files: readonly number[] } => {
  const id = store.folders.add({ serverId, path: `/pictures/${name}`, name, createdAt: 1 });
  const files = store.transfers.add(
    many(count, (n) => ({ name: `${name} ${n}`, serverId, folderId: id, folder: [name] })),
  );
  return { id, files };
};

const wordOf = (row: Transfer | FolderRow): string => ('counts' in row ? `[${row.name}]` : row.name);

/** The sections that have rows, with them. Counts agree with rows at every size of a page. */
const shown = (
  store: Store,
  opened: readonly number[] = [],
  filter: SectionFilter = {},
): Record<string, readonly string[]> => {
  const sums = store.folders.sections(filter, opened);
  const found: Record<string, readonly string[]> = {};
  for (const section of sections) {
    const rows = store.folders.section(section, filter, opened, everything);
    expect([section, sums[section].count]).toEqual([section, rows.length]);
    for (const limit of [1, 2, 3, 5]) {
      const pages = Array.from({ length: Math.ceil(rows.length / limit) + 1 }, (_, page) =>
        store.folders.section(section, filter, opened, { skip: page * limit, limit }),
      );
      expect(pages.flat()).toEqual(rows);
    }
    if (rows.length > 0) found[section] = rows.map(wordOf);
  }
  return found;
};

const counts = (folder: FolderRow | undefined): object =>
  Object.fromEntries(Object.entries(folder?.counts ?? {}).filter(([, count]) => count > 0));

test('a folder is one row with its count and sums, and its files are below it while it is open', () => {
  const store = testStore();
  addOne(store, 'before');
  const { id } = addFolder(store, 3);
  addOne(store, 'after');
  expect(store.folders.get(id)).toMatchObject({
    name: 'album',
    count: 3,
    bytes: 300,
    acknowledgedBytes: 0,
    pressing: 'queued',
  });
  expect(shown(store)).toEqual({ next: ['before', '[album]', 'after'] });
  expect(shown(store, [id])).toEqual({ next: ['before', '[album]', 'album 0', 'album 1', 'album 2', 'after'] });
});

test('several open folders are each followed by their own files', () => {
  const store = testStore();
  const [one, two, three] = ['a', 'b', 'c'].map((name) => addFolder(store, 2, name).id) as [number, number, number];
  expect(shown(store, [three, one])).toEqual({ next: ['[a]', 'a 0', 'a 1', '[b]', '[c]', 'c 0', 'c 1'] });
  expect(shown(store, [two, 999])).toEqual({ next: ['[a]', '[b]', 'b 0', 'b 1', '[c]'] });
});

test.each<[readonly TransferState[], string]>([
  [['queued', 'uploading', 'done'], 'under-way'],
  [['waiting', 'queued', 'paused'], 'waiting'],
  [['queued', 'paused', 'done'], 'next'],
  [['paused', 'done', 'cancelled'], 'paused'],
  [['done', 'cancelled', 'failed'], 'done'],
  [['attention', 'done', 'done'], 'done'],
  [['attention', 'failed', 'failed'], 'needs-you'],
  [['failed', 'failed', 'failed'], 'failed'],
])('a folder whose files are %j stands in %s', (states, section) => {
  const store = testStore();
  const { id, files } = addFolder(store, 3);
  for (const [n, state] of states.entries())
    store.transfers.update(files[n] ?? 0, {
      state,
      ...(state === 'done' || state === 'cancelled' ? { endedAt: 5 } : {}),
    });
  const found = shown(store);
  expect(Object.keys(found).filter((name) => found[name]?.includes('[album]'))).toEqual([section]);
  const alone = states.filter((state) => state === 'attention' || state === 'failed').length;
  expect(Object.values(found).flat()).toHaveLength(1 + alone);
  // Open or not, each file is shown once.
  expect(Object.values(shown(store, [id])).flat()).toHaveLength(4);
});

test('the bytes of what is queued are those of the rows in that section', () => {
  const store = testStore();
  const { files } = addFolder(store, 3, 'active');
  addFolder(store, 2, 'queued');
  addOne(store, 'alone');
  store.transfers.update(files[0] ?? 0, { state: 'uploading' });
  expect(store.folders.sections({}, []).next).toEqual({ count: 2, bytes: 300, inside: 0 });
  expect(store.folders.sections({ serverId: 'two' }, []).next).toEqual({ count: 0, bytes: 0, inside: 0 });
});

test('files that need the user or have failed are rows of their own', () => {
  const store = testStore();
  const { id, files } = addFolder(store, 4);
  store.transfers.update(files[1] ?? 0, { state: 'attention' });
  store.transfers.update(files[2] ?? 0, { state: 'failed' });
  expect(shown(store)).toEqual({ 'needs-you': ['album 1'], failed: ['album 2'], next: ['[album]'] });
  expect(shown(store, [id])).toEqual({
    'needs-you': ['album 1'],
    failed: ['album 2'],
    next: ['[album]', 'album 0', 'album 3'],
  });
  expect(counts(store.folders.get(id))).toEqual({ queued: 2, asking: 1, failed: 1 });
});

test('what its server works on is active, and a message that needs the user is no file that is done', () => {
  const store = testStore();
  const { id, files } = addFolder(store, 2);
  store.transfers.update(files[0] ?? 0, { state: 'waiting', waitFor: 'server-work', waitUntil: 9 });
  expect(counts(store.folders.get(id))).toEqual({ active: 1, queued: 1 });
  store.transfers.update(files[0] ?? 0, { waitFor: 'time' });
  expect(counts(store.folders.get(id))).toEqual({ waiting: 1, queued: 1 });
  for (const file of files) store.transfers.update(file, { state: 'done', endedAt: 5 });
  store.transfers.setDelivery(files[0] ?? 0, { state: 'failed' });
  expect(counts(store.folders.get(id))).toEqual({ asking: 1, done: 1 });
  store.transfers.setDelivery(files[0] ?? 0, { state: 'sent' });
  expect(counts(store.folders.get(id))).toEqual({ done: 2 });
});

test('its sums follow acknowledged bytes, a changed size, and a cancel that can be undone', () => {
  const store = testStore();
  const { id, files } = addFolder(store, 2);
  const [first = 0, second = 0] = files;
  store.transfers.opened(first, { version: 1, value: {} }, 40, []);
  store.transfers.chunkInFlight(first, 0, 40);
  store.transfers.chunkAcknowledged(first, 0, 40, {});
  store.transfers.update(second, { size: 150, undo: { until: 9, state: 'queued', wish: 'run' } });
  expect(store.folders.get(id)).toMatchObject({ bytes: 250, acknowledgedBytes: 40, undoable: 1 });
  store.transfers.update(second, { undo: undefined });
  expect(store.folders.get(id)).toMatchObject({ undoable: 0 });
});

test('a folder that was completed before today is not shown, and one of today is, by its last file', () => {
  const store = testStore();
  const [old, recent] = [addFolder(store, 2, 'old'), addFolder(store, 2, 'recent')];
  const other = addOne(store, 'other');
  for (const file of old.files) store.transfers.update(file, { state: 'done', endedAt: 50 });
  for (const [n, file] of recent.files.entries())
    store.transfers.update(file, { state: 'done', endedAt: n === 0 ? 60 : 300 });
  store.transfers.update(other, { state: 'done', endedAt: 200 });
  expect(shown(store, [], { endedAfter: 100 })).toEqual({ done: ['[recent]', 'other'] });
  expect(shown(store, [recent.id], { endedAfter: 100 })).toEqual({
    done: ['[recent]', 'recent 0', 'recent 1', 'other'],
  });
  expect(shown(store, [old.id])).toEqual({ done: ['[recent]', 'other', '[old]', 'old 0', 'old 1'] });
});

test('a folder stands where its first file stands, and moves with it', () => {
  const store = testStore();
  const { id, files } = addFolder(store, 2);
  const after = addOne(store, 'after');
  store.transfers.move([after], { before: files[1] ?? 0 });
  expect(shown(store)).toEqual({ next: ['[album]', 'after'] });
  store.transfers.move(files, { after });
  expect(shown(store)).toEqual({ next: ['after', '[album]'] });
  store.transfers.updateAll({ folderId: id }, { priority: 1 });
  expect(shown(store)).toEqual({ next: ['[album]', 'after'] });
  expect(store.folders.ends(id)).toEqual({ first: files[0], last: files[1] });
});

test('a folder stands where its next file stands once its first one was removed', () => {
  const store = testStore();
  const { files } = addFolder(store, 3);
  const other = addOne(store, 'other');
  store.transfers.move([other], { after: files[0] ?? 0 });
  expect(shown(store)).toEqual({ next: ['[album]', 'other'] });
  store.transfers.remove(files.slice(0, 1));
  expect(shown(store)).toEqual({ next: ['other', '[album]'] });
});

test('a search shows the files that match, and a folder whose name matches', () => {
  const store = testStore();
  const { id } = addFolder(store, 2);
  store.transfers.add([newTransfer('sunset', { folderId: id }), newTransfer('sunrise')]);
  expect(shown(store, [], { search: 'SUN' })).toEqual({ next: ['sunset', 'sunrise'] });
  expect(shown(store, [], { search: 'albu' })).toEqual({ next: ['[album]', 'album 0', 'album 1'] });
  expect(shown(store, [id], { search: 'albu' })).toEqual({ next: ['[album]', 'sunset', 'album 0', 'album 1'] });
});

test('the queue of one server has its folders alone', () => {
  const store = testStore();
  addFolder(store, 2, 'here', 'one');
  const { id } = addFolder(store, 2, 'there', 'two');
  expect(shown(store, [id], { serverId: 'two' })).toEqual({ next: ['[there]', 'there 0', 'there 1'] });
  expect(shown(store, [id], { serverId: 'one' })).toEqual({ next: ['[here]'] });
});

test('a folder with one file is just that file, from the beginning and after the others were removed', () => {
  const store = testStore();
  const [small, large] = [addFolder(store, 1, 'small'), addFolder(store, 3, 'large')];
  store.folders.dissolveSmall([small.id, large.id]);
  expect(shown(store)).toEqual({ next: ['small 0', '[large]'] });
  store.transfers.remove(large.files.slice(0, 1));
  expect(shown(store)).toEqual({ next: ['small 0', '[large]'] });
  store.transfers.remove(large.files.slice(1, 2));
  expect(shown(store)).toEqual({ next: ['small 0', 'large 2'] });
  expect(store.folders.get(large.id)).toBeUndefined();
  expect(store.transfers.totals({ folderId: large.id }).count).toBe(0);
});

test('a folder whose files are all removed is gone', () => {
  const store = testStore();
  const { id, files } = addFolder(store, 3);
  store.transfers.remove(files);
  expect(store.folders.get(id)).toBeUndefined();
  expect(shown(store)).toEqual({});
});

test.each(['together', 'one by one'])(
  'files that go to another server %s are a folder there, all of them or a part',
  (how) => {
    const store = testStore();
    const [whole, part] = [addFolder(store, 2, 'whole'), addFolder(store, 5, 'part')];
    const go = (ids: readonly number[]): void => {
      if (how === 'together') store.transfers.updateAll({ ids }, { serverId: 'two' });
      else for (const id of ids) store.transfers.update(id, { serverId: 'two' });
      store.folders.dissolveSmall([1, 2, 3, 4, 5]);
    };
    go(whole.files);
    go(part.files.slice(0, 1));
    expect(shown(store, [], { serverId: 'two' })).toEqual({ next: ['[whole]', 'part 0'] });
    go(part.files.slice(1, 3));
    expect(shown(store, [], { serverId: 'two' })).toEqual({ next: ['[whole]', 'part 0', '[part]'] });
    expect(shown(store, [], { serverId: 'one' })).toEqual({ next: ['[part]'] });
    go(part.files.slice(3, 4));
    expect(shown(store, [], { serverId: 'one' })).toEqual({ next: ['part 4'] });
    expect(shown(store, [], { serverId: 'two' })).toEqual({ next: ['[whole]', 'part 0', '[part]'] });
  },
);

test('a folder that goes to another server in several calls is one folder there', () => {
  const store = testStore();
  const { files } = addFolder(store, 5, 'large');
  store.transfers.updateAll({ ids: files.slice(0, 2) }, { serverId: 'two' });
  store.transfers.updateAll({ ids: files.slice(2) }, { serverId: 'two' });
  expect(shown(store, [], { serverId: 'two' })).toEqual({ next: ['[large]'] });
  expect(shown(store, [], { serverId: 'one' })).toEqual({});
});

test('files of an earlier version have no folder, and stay rows of their own', () => {
  const store = testStore();
  store.transfers.add(many(3));
  expect(shown(store)).toEqual({ next: ['file 0', 'file 1', 'file 2'] });
  expect(store.transfers.get(1)?.folderId).toBeUndefined();
});

test('what is salvaged of a damaged database has its folders, with the sums of the files that could be read', async () => {
  const folder = testFolder();
  const store = testStore(folder);
  const { id, files } = addFolder(store, 3);
  const lost = addFolder(store, 2, 'lost');
  store.transfers.update(files[0] ?? 0, { state: 'done', endedAt: 5 });
  await store.close();
  const file = path.join(folder, 'queue.db');
  const damaged = new DatabaseSync(file);
  damaged.exec(`DELETE FROM added_folders WHERE id = ${lost.id}; UPDATE added_folders SET queued = 9 WHERE id = ${id}`);
  damaged.close();
  const db = new DatabaseSync(':memory:');
  onTestFinished(() => db.close());
  migrate(db);
  const c = new Connection(db, folder, { full: () => undefined, damaged: () => undefined });
  expect(c.transaction(() => salvage(c, file))).toBe(5);
  const sums = 'SELECT id, count, bytes, queued, done, ended_at AS ended, pressing FROM added_folders';
  expect(db.prepare(sums).all()).toEqual([
    { id, count: 3, bytes: 300, queued: 2, done: 1, ended: 5, pressing: 'queued' },
  ]);
  expect(db.prepare('SELECT count(*) AS alone FROM transfers WHERE folder_id IS NULL').get()).toEqual({ alone: 2 });
});
