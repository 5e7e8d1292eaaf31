/** Uploads that are changed after they were added, on every kind of server: the server really has the new terms. */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { connect } from '../../main/api/connect.ts';
import type { CallInput, Client } from '../../preload/contract.ts';
import { startProxy, type Proxy } from '../faults/proxy.ts';
import { startPeer, type Peer } from '../peers/peer.ts';
import type { FineUploaderReport } from '../peers/selfcommunity/journal.ts';
import { runHere } from './cli-here.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stevedore-change-'));
  await mkdir(join(folder, 'profile'), { mode: 0o700 });
  const made = folder;
  onTestFinished(() => rm(made, { recursive: true, force: true, maxRetries: 5 }));
});

type Scene = { readonly peer: Peer; readonly proxy: Proxy; readonly client: Client };

/** A saved server behind a proxy, and an engine in this process. `more`: words of `server add`, from what the server says. */
const scene = async (
  kind: Parameters<typeof startPeer>[0],
  options: Parameters<typeof startPeer>[1],
  more: (vars: Peer['vars']) => { readonly words: readonly string[]; readonly input?: string },
): Promise<Scene> => {
  const peer = await startPeer(kind, options);
  onTestFinished(() => peer.stop());
  const proxy = await startProxy(peer.url);
  onTestFinished(() => proxy.close());
  const profile = join(folder, 'profile');
  const { words, input = '' } = more(peer.vars);
  const command = ['--profile', profile, 'server', 'add', proxy.url, '--name', 'nas', ...words];
  const added = await runHere(command, folder, input);
  expect(added, added.err).toMatchObject({ code: 0 });
  const connection = await connect({ profile, serve: false });
  onTestFinished(() => connection.stop('now'));
  await connection.client.call('settings.set', { perServer: 1 });
  return { peer, proxy, client: connection.client };
};

const file = async (name: string, size: number): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, randomBytes(size));
  return path;
};
const add = async (client: Client, name: string, size: number): Promise<number> => {
  const { added } = await client.call('transfers.add', { paths: [await file(name, size)] });
  return added[0] ?? 0;
};
const done = async (client: Client, id: number): Promise<void> => {
  await expect
    .poll(async () => (await client.call('transfers.get', { id })).transfer.state, { timeout: 60_000 })
    .toBe('done');
};
/** What a change comes to: whether a part of it was taken, and the terms that were not. */
const change = async (
  client: Client,
  id: number,
  to: Omit<CallInput<'transfers.change'>, 'filter'>,
): Promise<readonly [boolean, readonly unknown[]]> => {
  const { changed, unchanged } = await client.call('transfers.change', { filter: { ids: [id] }, ...to });
  return [changed.includes(id), unchanged.map(({ problem }) => problem.params['term'] ?? problem.code)];
};
/** Starts an upload and holds one of its chunks back. */
const hold = async (client: Client, proxy: Proxy, chunk: RegExp): Promise<() => void> => {
  const until = Promise.withResolvers<undefined>();
  const held = proxy.hold(chunk, until.promise);
  await client.call('queue.start', {});
  await held;
  return () => until.resolve(undefined);
};

it('Stend has the key and the expiry that were chosen later; once it has begun, they stay', async () => {
  const { peer, proxy, client } = await scene('stend', { config: { CHUNK_SIZE: 50_000 }, front: 'nginx' }, () => ({
    words: [],
  }));
  const id = await add(client, 'a.bin', 120_000);
  expect(await change(client, id, { key: 'party', expirySeconds: 7_200 })).toEqual([true, []]);
  const release = await hold(client, proxy, /chunk=1$/);
  expect(await change(client, id, { key: 'other', expirySeconds: 3_600 })).toEqual([false, ['expiry', 'key']]);
  release();
  await done(client, id);
  const info = (await (await fetch(`${peer.url}/files/info?sharekey=party`)).json()) as object;
  expect(info).toMatchObject({ uploaded: true, expireTime: 7_200 });
});

it('Cloudreve makes the link that was asked for while chunks travelled; the folder stays where it is', async () => {
  const config = { storage_policy: 'local', chunk_size: 50_000 };
  const { proxy, client } = await scene('cloudreve', { config }, ({ email = '', password = '' }) => ({
    words: ['--kind', 'cloudreve', '--email', email, '--password-stdin', '--vault', 'file'],
    input: password,
  }));
  const id = await add(client, 'a.bin', 120_000);
  expect(await change(client, id, { extra: { to: '/Photos' } })).toEqual([true, []]);
  const release = await hold(client, proxy, /^POST \/api\/v4\/file\/upload\/\S+\/1$/);
  const terms = { share: true, 'share-downloads': 3, 'share-password': 'geheim', 'share-expire': 3_600 };
  const extra = { to: '/Films', conflict: 'rename', ...terms };
  expect(await change(client, id, { extra })).toEqual([true, ['folder', 'conflict']]);
  release();
  await done(client, id);
  const [server] = await client.call('servers.list', {});
  const { rows } = await client.call('shares.remote', { serverId: server?.id ?? '' });
  expect(rows).toMatchObject([{ name: 'a.bin', path: '/Photos/a.bin', password: true, downloads: { left: 3 } }]);
  expect((rows[0]?.expiresAt ?? 0) - (rows[0]?.createdAt ?? 0)).toBeGreaterThan(3_000_000);
});

it('SelfCommunity sends the message that was written while chunks travelled', async () => {
  const { peer, proxy, client } = await scene('selfcommunity', {}, ({ username = '', password = '' }) => ({
    words: ['--vault', 'file', '--answer', `user=${username}`, '--password-stdin'],
    input: `${password}\n`,
  }));
  const id = await add(client, 'a.bin', 300_000);
  const release = await hold(client, proxy, /^POST \/api\/v2\/pm\/upload\/$/);
  expect(await change(client, id, { extra: { recipient: '42', message: 'The plans' } })).toEqual([true, []]);
  release();
  await done(client, id);
  await expect
    .poll(async () => (await client.call('transfers.get', { id })).transfer.delivery?.state, { timeout: 60_000 })
    .toBe('sent');
  const { messages } = await peer.ask<FineUploaderReport>('/__peer/report');
  expect(Object.values(messages)).toEqual([1]);
});

it('FilesNest uploads under the name that was chosen for an existing one', async () => {
  const { peer, proxy, client } = await scene('filesnest', { as: 'head' }, ({ token = '' }) => ({
    words: ['--vault', 'file', '--way', 'token', '--chunk-size', '50000', '--password-stdin'],
    input: `${token}\n`,
  }));
  const first = await add(client, 'a.bin', 60_000);
  await client.call('queue.start', {});
  await done(client, first);
  await client.call('transfers.wish', { filter: { ids: [first] }, wish: 'remove' });
  const { added } = await client.call('transfers.add', { paths: [await file('a.bin', 120_000)], paused: true });
  const [id = 0] = added;
  expect(await change(client, id, { extra: { conflict: 'rename' } })).toEqual([true, []]);
  await client.call('transfers.wish', { filter: { ids: [id] }, wish: 'resume' });
  const release = await hold(client, proxy, /^PATCH \/api\/files\/\d+\/uploads\/\d+$/);
  expect(await change(client, id, { extra: { conflict: 'skip' } })).toEqual([false, ['conflict']]);
  release();
  await done(client, id);
  const stored = await peer.ask<readonly { readonly name: string; readonly size: number }[]>('/__peer/files');
  expect(stored.map(({ name, size }) => [name, size]).toSorted()).toEqual([
    ['a (2).bin', 120_000],
    ['a.bin', 60_000],
  ]);
});
