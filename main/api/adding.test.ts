import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Client } from '../../preload/contract.ts';
import { startPeer, type Peer } from '../../test/peers/peer.ts';
import { connect, type Connection } from './connect.ts';

let folder: string;
let peer: Peer;
let connection: Connection;
let client: Client;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stevedore-adding-'));
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

it('a file that is on its way already goes on when it is added again, and is not sent twice', async () => {
  const path = join(folder, 'a');
  await writeFile(path, randomBytes(60_000));
  const { added: first } = await client.call('transfers.add', { paths: [path] });
  await client.call('transfers.wish', { filter: { ids: first }, wish: 'pause' });
  const again = await client.call('transfers.add', { paths: [path] });
  expect(again.added).toEqual(first);
  expect(again.notices.map((notice) => notice.code)).toContain('already-queued');
  expect((await client.call('transfers.get', { id: first[0] ?? 0 })).transfer.state).toBe('queued');
  // Attributes make no other file of it.
  await chmod(path, 0o640);
  expect((await client.call('transfers.add', { paths: [path] })).added).toEqual(first);
  const otherKey = await client.call('transfers.add', { paths: [path], key: 'another' });
  expect(otherKey.added).not.toEqual(first);
  await writeFile(path, randomBytes(70_000));
  expect((await client.call('transfers.add', { paths: [path] })).added).not.toEqual(first);
});

it('a file that is done is sent once more when it is added again', async () => {
  const path = join(folder, 'a');
  await writeFile(path, randomBytes(60_000));
  const { added: first } = await client.call('transfers.add', { paths: [path] });
  await client.call('queue.start', {});
  const state = async (): Promise<string> => (await client.call('transfers.get', { id: first[0] ?? 0 })).transfer.state;
  while ((await state()) !== 'done') await new Promise((resolve) => setTimeout(resolve, 20));
  expect((await client.call('transfers.add', { paths: [path] })).added).not.toEqual(first);
});

it('what holds for every file of a folder is said once', async () => {
  const inner = join(folder, 'photos');
  await mkdir(inner);
  for (const name of ['a.jpg', 'b.jpg', 'c.jpg']) await writeFile(join(inner, name), 'x');
  const { added, notices } = await client.call('transfers.add', { paths: [inner] });
  expect(added).toHaveLength(3);
  expect(notices.map((notice) => notice.code)).toEqual(['names-flattened']);
});

it('files are judged by name and size before they are fetched, as they would be when they are added', async () => {
  const files = [
    { name: 'fits.bin', folder: [], size: 1e9 },
    { name: 'large.iso', folder: ['trip'], size: 1e9 + 1 },
    { name: 'empty.txt', folder: ['trip', 'day'], size: 0 },
  ];
  const { refused } = await client.call('transfers.admit', { files });
  expect(refused).toMatchObject([
    { index: 1, problem: { code: 'too-large', params: { name: 'large.iso', size: 1e9 + 1, limit: 1e9 } } },
    { index: 2, problem: { code: 'file-empty', params: { path: 'trip/day/empty.txt' } } },
  ]);
  const code = async (input: object): Promise<string> =>
    await client.call('transfers.admit', { files, ...input }).then(
      () => 'taken',
      (error: unknown) => (error as { problem: { code: string } }).problem.code,
    );
  // Of a group only one file would be left.
  expect(await code({ group: true })).toBe('too-large');
  expect(await code({ serverId: 'nobody' })).toBe('server-unknown');
  expect(await code({ extra: { unknown: 'x' } })).toBe('option-unsupported');
});
