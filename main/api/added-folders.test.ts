import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AddedFolderView, CallOutput, Client, TransferView } from '../../preload/contract.ts';
import { sections } from '../../preload/states.ts';
import { startPeer, type Peer } from '../../test/peers/peer.ts';
import { connect, type Connection } from './connect.ts';

let folder: string;
let peer: Peer;
let connection: Connection;
let client: Client;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stevedore-folders-'));
  const profile = join(folder, 'profile');
  await mkdir(profile, { mode: 0o700 });
  peer = await startPeer('stend', { config: { CHUNK_SIZE: 50_000, FILE_MAX_SIZE: 1e9 } });
  connection = await connect({ profile, serve: false });
  ({ client } = connection);
  await client.call('servers.add', { address: peer.url, name: 'peer' });
});
afterEach(async () => {
  await connection.stop('now');
  await peer.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** A folder with these files, whose names may have folders. */
const makeFolder = async (name: string, files: readonly string[]): Promise<string> => {
  const path = join(folder, name);
  await mkdir(path, { recursive: true });
  for (const file of files) {
    await mkdir(join(path, file, '..'), { recursive: true });
    await writeFile(join(path, file), file);
  }
  return path;
};

/** The name on this machine: the server keeps no folders, and puts them into the names. */
const nameOf = ({ path }: { readonly path: string }): string => basename(path);
const isFolder = (row: TransferView | AddedFolderView): row is AddedFolderView => 'folderId' in row;
const rows = async (opened: number[] = []): Promise<CallOutput<'transfers.rows'>['pages'][number]> => {
  const pages = sections.map((section) => ({ section }));
  return (await client.call('transfers.rows', { opened, pages })).pages.flat();
};
/** `album`, or the only one. */
const onlyFolder = async (): Promise<AddedFolderView> => {
  const folders = (await rows()).filter(isFolder);
  const found = folders.find(({ name }) => name === 'album') ?? folders[0];
  if (found === undefined) throw new Error('there is no folder');
  return found;
};

it('each folder of a batch is one row, with the files of its folders, and each file knows its folder', async () => {
  const one = await makeFolder('one', ['a', 'deep/b', 'deep/deeper/c']);
  const other = await makeFolder('elsewhere/one', ['a', 'd']);
  const alone = join(await makeFolder('files', ['e']), 'e');
  const { added } = await client.call('transfers.add', { paths: [one, other, alone], drop: 'new' });
  expect(added).toHaveLength(6);
  const shown = await rows();
  expect(shown.map((row) => (isFolder(row) ? [row.path, row.count] : nameOf(row)))).toEqual([
    [one, 3],
    [other, 2],
    'e',
  ]);
  expect(shown[0]).toMatchObject({ name: 'one', section: 'next', bytes: 1 + 6 + 13, serverName: 'peer' });
  const { rows: files } = await client.call('transfers.list', {});
  expect(files.map((row) => row.addedFolder?.name)).toEqual(['one', 'one', 'one', 'one', 'one', undefined]);
  expect(new Set(files.map((row) => row.addedFolder?.id)).size).toBe(3);
  const { folderId } = await onlyFolder();
  expect((await rows([folderId])).map(nameOf)).toEqual(['one', 'a', 'b', 'c', 'one', 'e']);
  expect((await client.call('transfers.folders', { ids: [folderId, 999] })).folders).toEqual([shown[0]]);
});

it('a folder with one file is just that file', async () => {
  await client.call('transfers.add', { paths: [await makeFolder('single', ['deep/a'])] });
  const [row] = await rows();
  expect(row).toMatchObject({ id: 1, name: 'single - deep - a' });
  expect(row).not.toHaveProperty('addedFolder');
});

it('what is asked of a folder holds for its files alone', async () => {
  await client.call('transfers.add', { paths: [await makeFolder('album', ['a', 'b', 'c'])] });
  const { added: others } = await client.call('transfers.add', { paths: [await makeFolder('rest', ['x', 'y'])] });
  const { folderId } = await onlyFolder();
  const counts = async (): Promise<object> => {
    const { counts: all } = await onlyFolder();
    return Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0));
  };
  const filter = { folderId };
  expect((await client.call('transfers.wish', { filter, wish: 'pause' })).changed).toHaveLength(3);
  expect(await counts()).toEqual({ paused: 3 });
  await client.call('transfers.wish', { filter, wish: 'resume' });
  expect(await counts()).toEqual({ queued: 3 });
  await client.call('transfers.wish', { filter, wish: 'cancel', undoMs: 60_000 });
  expect(await onlyFolder()).toMatchObject({ undoable: 3 });
  await client.call('transfers.wish', { filter: { ...filter, undoable: true }, wish: 'undo' });
  expect(await onlyFolder()).toMatchObject({ undoable: 0, counts: { queued: 3 } });
  await client.call('transfers.move', { folderId, to: 'last' });
  expect((await rows()).map((row) => row.name)).toEqual(['rest', 'album']);
  await client.call('transfers.move', { folderId, to: { before: others[1] ?? 0 } });
  expect((await client.call('transfers.list', {})).rows.map(nameOf)).toEqual(['x', 'a', 'b', 'c', 'y']);
  expect((await client.call('transfers.list', { filter })).totals.count).toBe(3);
  await client.call('transfers.wish', { filter, wish: 'cancel' });
  await client.call('transfers.wish', { filter, wish: 'remove' });
  expect((await rows()).map((row) => row.name)).toEqual(['rest']);
});

it('a message about files tells of their folder, with bytes of the whole folder, until it is done', async () => {
  const done = Promise.withResolvers<AddedFolderView>();
  client.on('transfers', ({ folders = [] }) => {
    const found = folders.find(({ counts }) => counts.done === 3);
    if (found !== undefined) done.resolve(found);
  });
  await client.call('transfers.add', { paths: [await makeFolder('album', ['a', 'bb', 'ccc'])] });
  await client.call('queue.start', {});
  expect(await done.promise).toMatchObject({ section: 'done', bytes: 6, acknowledged: 6 });
});

it('clearing what is completed leaves the files of a folder that has others to upload', async () => {
  const { added } = await client.call('transfers.add', { paths: [await makeFolder('album', ['a', 'b', 'c'])] });
  await client.call('transfers.wish', { filter: { ids: added.slice(1) }, wish: 'pause' });
  const reached = async (done: number): Promise<void> => {
    while ((await onlyFolder()).counts.done < done) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  const clear = async (): Promise<readonly number[]> =>
    (await client.call('transfers.wish', { filter: { states: ['done', 'cancelled'] }, wish: 'remove' })).changed;
  await client.call('queue.start', {});
  await reached(1);
  expect(await clear()).toEqual([]);
  const { folderId } = await onlyFolder();
  await client.call('transfers.wish', { filter: { folderId }, wish: 'resume' });
  await reached(3);
  expect(await clear()).toHaveLength(3);
  expect(await rows()).toEqual([]);
});

it('a folder whose files go to another server is one row there, and a single file of it stands alone', async () => {
  const { id: serverId } = (await client.call('servers.add', { address: peer.url, name: 'other' })).server;
  const { added } = await client.call('transfers.add', { paths: [await makeFolder('album', ['a', 'b', 'c', 'd'])] });
  await client.call('transfers.change', { filter: { ids: added.slice(0, 1) }, serverId });
  expect((await rows()).map((row) => [nameOf(row), row.serverName])).toEqual([
    ['a', 'other'],
    ['album', 'peer'],
  ]);
  const { folderId } = await onlyFolder();
  await client.call('transfers.change', { filter: { folderId }, serverId });
  expect((await rows()).map((row) => [nameOf(row), row.serverName, isFolder(row) ? row.count : 0])).toEqual([
    ['a', 'other', 0],
    ['album', 'other', 3],
  ]);
});
