import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, open, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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

it('a file that is named twice is queued once', async () => {
  const path = join(folder, 'a');
  await writeFile(path, randomBytes(60_000));
  const { added, notices } = await client.call('transfers.add', { paths: [path, path, join(folder, '.', 'a')] });
  expect(added).toHaveLength(1);
  expect(notices.map((notice) => notice.code)).not.toContain('already-queued');
});

it('where the patterns skip everything, nobody reads that everything else is uploaded', async () => {
  await mkdir(join(folder, 'd'));
  await writeFile(join(folder, 'd', 'a.txt'), 'a');
  const all = await client.call('transfers.add', { paths: [join(folder, 'd')], exclude: ['*'] });
  expect(all.refused.map(({ problem }) => problem.code)).toEqual(['folder-excluded']);
  expect(all.notices.map((notice) => notice.code)).not.toContain('files-excluded');
});

const uploaded = async (name: string, content: Buffer = randomBytes(60_000)) => {
  const path = join(folder, name);
  await writeFile(path, content);
  // Whole seconds, so that it can be put back exactly.
  await utimes(path, 1_700_000_000, 1_700_000_000);
  const { added } = await client.call('transfers.add', { paths: [path] });
  await client.call('queue.start', {});
  const id = added[0] ?? 0;
  const row = async () => (await client.call('transfers.get', { id })).transfer;
  while ((await row()).state !== 'done') await new Promise((resolve) => setTimeout(resolve, 20));
  return { path, id, link: (await row()).share?.link };
};
const addedAgain = async (path: string, more: object = {}) =>
  await client.call('transfers.add', { paths: [path], ...more });

describe('a file that was uploaded before', () => {
  it('is not queued while the server has it, and its link is answered, unless it is to be uploaded again', async () => {
    const { path, link } = await uploaded('a');
    const { added, before, refused } = await addedAgain(path);
    expect({ added, refused }).toEqual({ added: [], refused: [] });
    expect(before).toEqual([
      {
        path,
        name: 'a',
        ...(link === undefined ? {} : { link }),
        at: expect.any(Number) as number,
        proof: 'stored-length',
      },
    ]);
    expect((await addedAgain(path, { again: true })).added).toHaveLength(1);
  });

  it('in a folder keeps its place in it when it alone is uploaded again', async () => {
    const trip = join(folder, 'trip');
    await mkdir(trip);
    for (const name of ['a', 'b', 'c']) await writeFile(join(trip, name), randomBytes(600));
    const { added } = await client.call('transfers.add', { paths: [trip] });
    await client.call('queue.start', {});
    const ended = async () =>
      (await client.call('transfers.list', { filter: { ids: added }, limit: 9 })).totals.byState;
    while ((await ended())['done'] !== 3) await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await addedAgain(trip)).before?.map(({ path }) => path)).toEqual(
      ['a', 'b', 'c'].map((name) => join(trip, name)),
    );
    const again = await addedAgain(trip, { again: [join(trip, 'b')] });
    expect(again).toMatchObject({ added: [expect.any(Number)], refused: [] });
    const { transfer } = await client.call('transfers.get', { id: again.added[0] ?? 0 });
    expect(transfer).toMatchObject({ path: join(trip, 'b'), name: 'trip - b' });
  });

  it('is recognised when transfer and history are gone', async () => {
    const { path, id } = await uploaded('a');
    await client.call('transfers.wish', { filter: { ids: [id] }, wish: 'remove' });
    const { rows } = await client.call('history.list', { limit: 10 });
    await client.call('history.forget', { ids: rows.map((row) => row.id) });
    expect((await addedAgain(path)).before).toHaveLength(1);
  });

  it('is queued with other options, and as a member of a group', async () => {
    const { path } = await uploaded('a');
    await writeFile(join(folder, 'b'), 'other');
    expect((await addedAgain(path, { key: 'another' })).added).toHaveLength(1);
    const group = await client.call('transfers.add', { paths: [path, join(folder, 'b')], group: true });
    expect(group.added).toHaveLength(2);
  });

  it('is queued after a byte of it changed, even if its modification time was put back', async () => {
    const content = randomBytes(60_000);
    const { path } = await uploaded('a', content);
    const file = await open(path, 'r+');
    await file.write(Buffer.from([(content[7] ?? 0) ^ 1]), 0, 1, 7);
    await file.close();
    await utimes(path, 1_700_000_000, 1_700_000_000);
    expect((await addedAgain(path)).added).toHaveLength(1);
  });

  it('is queued when its share was revoked', async () => {
    const { path } = await uploaded('a');
    const { rows } = await client.call('shares.list', { limit: 10 });
    await client.call('shares.revoke', { ids: rows.map((row) => row.id) });
    expect(await addedAgain(path)).toMatchObject({ added: [expect.any(Number)], before: [] });
  });

  it('is queued when its server does not answer any more', async () => {
    const { path } = await uploaded('a');
    await peer.stop();
    expect(await addedAgain(path)).toMatchObject({ added: [expect.any(Number)], before: [] });
  });
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
