import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startPeer, type Peer } from '../../test/peers/peer.ts';
import { takeBack } from '../engine/actions/take-back.ts';
import { openEngine } from '../engine/engine.ts';
import { createVaults } from '../engine/vault/vaults.ts';
import { Adding } from './adding.ts';
import { connect, type Connection } from './connect.ts';

let folder: string;
let peer: Peer;
let connection: Connection;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stevedore-adding-'));
  const profile = join(folder, 'profile');
  await mkdir(profile, { mode: 0o700 });
  peer = await startPeer('stend');
  connection = await connect({ profile, serve: false });
  await connection.client.call('servers.add', { address: peer.url, name: 'peer' });
});
afterEach(async () => {
  await connection.stop('now');
  await peer.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** A folder with so many small files, and one in it that holds another. */
const photos = async (count: number): Promise<string> => {
  const path = join(folder, 'photos');
  await mkdir(join(path, 'zz last'), { recursive: true });
  for (let n = 0; n < count; n++) await writeFile(join(path, `${String(n).padStart(5, '0')}.jpg`), 'x');
  await writeFile(join(path, 'zz last', 'end.jpg'), 'x');
  return path;
};

it('adding that is cancelled leaves nothing: no row, no history, nothing that a window waits for', async () => {
  const { client } = connection;
  const path = await photos(2_200);
  const token = 'token-of-a-test';
  const adding = client.call('transfers.add', { paths: [path], drop: 'new', token });
  // More than a page is queued by then, and more is to come.
  const count = async (): Promise<number> => (await client.call('transfers.list', { limit: 1 })).totals.count;
  const failed = adding.then(
    () => undefined,
    (error: unknown) => error,
  );
  while ((await count()) === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(await client.call('transfers.cancelAdd', { token })).toEqual({ cancelled: true });
  expect(await failed).toMatchObject({ problem: { code: 'adding-cancelled', params: { count: 0 } } });
  expect(await count()).toBe(0);
  expect((await client.call('history.list', { limit: 10 })).rows).toEqual([]);
  expect(await client.call('transfers.cancelAdd', { token })).toEqual({ cancelled: false });
  // The same files can be added again.
  const again = await client.call('transfers.add', { paths: [path], drop: 'new', token });
  expect(again.added).toHaveLength(2_201);
});

it('what was uploaded before adding was cancelled stays in the list, and is counted', async () => {
  const { client, profile } = connection;
  const path = await photos(3);
  const [done = 0, queued = 0, paused = 0, last = 0] = (
    await client.call('transfers.add', { paths: [path], paused: true })
  ).added;
  await client.call('queue.start', {});
  await client.call('transfers.wish', { filter: { ids: [done] }, wish: 'resume' });
  const state = async (id: number): Promise<string> => (await client.call('transfers.get', { id })).transfer.state;
  while ((await state(done)) !== 'done') await new Promise((resolve) => setTimeout(resolve, 20));
  await connection.stop('now');
  const opened = openEngine(profile, createVaults(profile, { env: {} }), 'test');
  if (!opened.ok) throw new Error(opened.failure.problem.code);
  const engine = opened.value;
  try {
    await engine.queue.wish({ ids: [queued] }, 'resume');
    expect(await takeBack(engine, [done, queued, paused, last])).toBe(1);
    expect(engine.store.transfers.page({}, 'newest', { limit: 10 }).rows.map(({ id }) => id)).toEqual([done]);
  } finally {
    await engine.close('now');
  }
});

it('files of a folder that have begun are cancelled when adding is', async () => {
  const { client, profile } = connection;
  const { added } = await client.call('transfers.add', { paths: [await photos(2)], paused: true });
  await connection.stop('now');
  const opened = openEngine(profile, createVaults(profile, { env: {} }), 'test');
  if (!opened.ok) throw new Error(opened.failure.problem.code);
  const { store, close } = opened.value;
  try {
    for (const id of added.slice(0, 2)) store.transfers.opened(id, { version: 1, value: {} }, 5, []);
    expect(await takeBack(opened.value, added)).toBe(0);
    expect(store.transfers.page({}, 'newest', { limit: 10 }).rows).toEqual([]);
  } finally {
    await close('now');
  }
});

it('is counted at most four times a second, and only for who asked', async () => {
  let at = 0;
  const told: unknown[] = [];
  const adding = new Adding(
    (found) => told.push(found),
    () => at,
  );
  await adding.run('token-one', (watch) => {
    for (let n = 0; n < 100; n++) {
      at += 10;
      watch?.found(5);
    }
    return Promise.resolve();
  });
  expect(told).toEqual([
    { token: 'token-one', files: 25, bytes: 125 },
    { token: 'token-one', files: 50, bytes: 250 },
    { token: 'token-one', files: 75, bytes: 375 },
    { token: 'token-one', files: 100, bytes: 500 },
  ]);
  expect(await adding.run(undefined, (watch) => Promise.resolve(watch))).toBeUndefined();
});

it('a token that is in use follows the first call alone, and is free again when that has ended', async () => {
  const adding = new Adding(() => undefined);
  const first = Promise.withResolvers<undefined>();
  const running = adding.run('token-one', async (watch) => {
    await first.promise;
    return watch?.signal.aborted;
  });
  expect(await adding.run('token-one', (watch) => Promise.resolve(watch))).toBeUndefined();
  expect(adding.cancel('token-one')).toBe(true);
  first.resolve(undefined);
  expect(await running).toBe(true);
  expect(adding.cancel('token-one')).toBe(false);
});
