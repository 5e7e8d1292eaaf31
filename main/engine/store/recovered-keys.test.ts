import * as fs from 'node:fs';
import * as path from 'node:path';
import { expect, test } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import type { Store } from './store.ts';
import { addOne, testFolder, testStore } from './test-rows.ts';

const journalOf = (folder: string): string => path.join(folder, 'delete-keys.ndjson');

/** A store whose database was lost after the delete keys of these uploads had come. */
const recoveredFrom = async (...keys: readonly string[]): Promise<Store> => {
  const folder = testFolder();
  const first = testStore(folder);
  for (const key of keys) first.keepTold({ shareKey: key, deleteKey: `d-${key}` }, 'one', addOne(first, `of ${key}`));
  await first.close();
  for (const name of fs.readdirSync(folder)) if (name.startsWith('queue')) fs.rmSync(path.join(folder, name));
  return testStore(folder);
};

test('a transfer that ended without the delete key of its share gets it from the journal, and its share, too', async () => {
  const folder = testFolder();
  const store = testStore(folder);
  const [id, other] = [addOne(store, 'a'), addOne(store, 'b')];
  store.keepTold({ shareKey: 'k', deleteKey: 'd' }, 'one', id);
  store.transfers.end(id, 'done', 1, 'S', { share: { key: 'k', link: 'https://x/k' } });
  store.transfers.end(other, 'done', 1, 'S', { share: { key: 'other' } });
  // As a version left them that did not look into the journal.
  for (const { id: shareId, key, link } of store.shares.byKey('k'))
    store.shares.change(shareId, { key, ...(link === undefined ? {} : { link }) });
  expect(store.transfers.get(id)?.share).toEqual({ key: 'k', link: 'https://x/k' });
  await store.close();
  const next = testStore(folder);
  expect(next.transfers.get(id)?.share).toEqual({ key: 'k', link: 'https://x/k', deleteKey: 'd' });
  expect(next.transfers.get(other)?.share).toEqual({ key: 'other' });
  expect(next.shares.byKey('k')).toMatchObject([{ link: 'https://x/k', deleteKey: 'd' }]);
});

test('a key that became a share is completed by what its server says, and forgotten where the server has it no more', async () => {
  const store = await recoveredFrom('a', 'b');
  const [a, b] = store.recovered.all;
  if (a === undefined || b === undefined) throw new Error('not recovered');
  expect(store.shares.byKey('a')).toMatchObject([{ name: 'of a', size: 100, deleteKey: 'd-a' }]);
  store.recovered.found(a, { key: 'a', link: 'https://x/a', expiresAt: 9 });
  expect(store.shares.byKey('a')).toMatchObject([
    { link: 'https://x/a', expiresAt: 9, deleteKey: 'd-a', state: 'live' },
  ]);
  store.recovered.gone(b);
  expect(store.shares.byKey('b')).toMatchObject([{ state: 'forgotten' }]);
  expect(store.shares.byKey('a')).toMatchObject([{ state: 'live' }]);
});

test('the journal stays its owner’s alone when what cannot be read is taken out of it', async () => {
  if (process.platform === 'win32') return;
  const folder = testFolder();
  const store = testStore(folder);
  store.keepTold({ shareKey: 'k', deleteKey: 'd' }, 'one', addOne(store));
  await store.close();
  fs.appendFileSync(journalOf(folder), 'not a line of it\n');
  const next = testStore(folder);
  expect(next.toldKey('one', 'k')).toBe('d');
  expect(fs.readFileSync(journalOf(folder), 'utf8')).not.toContain('not a line of it');
  expect(fs.statSync(journalOf(folder)).mode & 0o777).toBe(0o600);
});

test('a drop waits for as long as more is to come', () => {
  const store = testStore();
  const drop = store.drops.add(1, false);
  store.transfers.end(addOne(store, 'a', { dropId: drop }), 'done', 1, 'S', { share: { key: 'k' } });
  expect(store.drops.ready()).toHaveLength(1);
  store.drops.goesOn(drop, true);
  expect(store.drops.ready()).toEqual([]);
  store.drops.goesOn(drop, false);
  expect(store.drops.ready()).toHaveLength(1);
});

test('every part of a transfer that may change is read as it was written', () => {
  const store = testStore();
  const id = addOne(store, 'a');
  const patch = {
    state: 'waiting',
    wish: 'pause',
    undo: { until: 5, state: 'queued', wish: 'run' },
    waitFor: 'server',
    waitUntil: 7,
    name: 'b',
    size: 9,
    identity: { path: '/b', size: 9, mtimeNs: '5', fileId: '3:4' },
    options: { key: 'k' },
    priority: 3,
    attempts: 4,
    mismatches: 2,
    creating: true,
    remote: { version: 2, value: { s: 1 } },
    lost: problem('no-network'),
    hashes: { md5: 'b'.repeat(32) },
    chunkSize: 8,
    problem: problem('no-network'),
    dropId: store.drops.add(1, false),
    share: { key: 'k' },
    startedAt: 11,
    endedAt: 12,
  } as const;
  store.transfers.update(id, patch);
  expect(store.transfers.get(id)).toMatchObject(patch);
  expect(store.transfers.page({ search: 'b' }, 'queue', { limit: 9 }).rows).toHaveLength(1);
  store.transfers.update(id, { place: '/b' });
  expect(store.transfers.get(id)?.place).toBe('/b');
  // A place is one of its server.
  store.transfers.update(id, { serverId: 'two' });
  expect(store.transfers.get(id)).toMatchObject({ serverId: 'two', place: '' });
  const cleared = Object.fromEntries(
    [
      'undo',
      'waitFor',
      'waitUntil',
      'remote',
      'lost',
      'hashes',
      'chunkSize',
      'problem',
      'dropId',
      'share',
      'startedAt',
      'endedAt',
    ].map((key) => [key, undefined]),
  );
  store.transfers.update(id, { ...cleared, creating: false });
  expect(store.transfers.get(id)?.creating).toBe(false);
  expect(store.transfers.get(id)).toMatchObject(cleared);
});
