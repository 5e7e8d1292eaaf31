import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ContractError } from '../../preload/contract.ts';
import { startPeer } from '../../test/peers/peer.ts';
import { ok } from '../engine/outcome.ts';
import { withoutSecret } from '../engine/servers.ts';
import type { Vault } from '../engine/vault/vault.ts';
import { connect, type Connection } from './connect.ts';

let folder: string;
let profile: string;
let opened: Connection | undefined;

const enter = async (): Promise<Connection['client']> => {
  opened = await connect({ profile, serve: false });
  return opened.client;
};
const problemOf = (promise: Promise<unknown>): Promise<ContractError['problem'] | undefined> =>
  promise.then(
    () => undefined,
    (error: unknown) => (error instanceof ContractError ? error.problem : undefined),
  );

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stevedore-servers-'));
  profile = join(folder, 'profile');
  await mkdir(profile, { mode: 0o700 });
});

afterEach(async () => {
  await opened?.stop('now');
  opened = undefined;
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

describe('a link in the place of an address', () => {
  it('adds the server that it describes, under the name that was given besides', async () => {
    const peer = await startPeer('stend', { config: { API_PASSWORD: 'ge heim' } });
    try {
      const client = await enter();
      const web = encodeURIComponent(`${peer.url}/web/`);
      const link = `stend://settings/configInstance?apiUrl=${encodeURIComponent(peer.url)}&webUrl=${web}&password=ge%20heim`;
      const { server } = await client.call('servers.add', { address: link, name: 'Mine', vault: 'file' });
      expect(server).toMatchObject({ name: 'Mine', kind: 'stend', address: peer.url, vault: 'file' });
      expect(server.fields).toMatchObject({ web: `${peer.url}/web` });
      const own = `stevedore://add-server?address=${encodeURIComponent(peer.url)}&name=Other&kind=stend`;
      const added = await client.call('servers.add', { address: own, secret: 'ge heim', vault: 'file' });
      expect(added.server).toMatchObject({ name: 'Other', address: peer.url });
    } finally {
      await opened?.stop('now');
      await peer.stop();
    }
  });

  it('is refused in words where it sets up no server', async () => {
    const client = await enter();
    const add = (address: string) => problemOf(client.call('servers.add', { address, vault: 'file' }));
    expect(await add('stevedore://upload')).toMatchObject({ code: 'link-unknown' });
    expect(await add('stevedore://add-server?address=javascript:x')).toMatchObject({ code: 'link-address' });
    expect(await add('stend://settings/other?password=geheim')).toMatchObject({ code: 'link-unknown' });
  });

  it('is read without contacting anything', async () => {
    const client = await enter();
    expect(await client.call('links.read', { link: 'stevedore://upload' })).toEqual({ asks: 'upload' });
    const link = 'stend://settings/configInstance?apiUrl=http://127.0.0.1:9&webUrl=http://127.0.0.1:9/web';
    expect(await client.call('links.read', { link })).toMatchObject({
      asks: 'add-server',
      kindTitle: 'Stend',
      saves: [{ value: 'http://127.0.0.1:9/web' }],
    });
  });
});

describe('a saved server', () => {
  it('is renamed while a chunk travels, and a server that bears no cut notices nothing', async () => {
    const chunk = 50_000;
    const peer = await startPeer('stend', { config: { CHUNK_SIZE: chunk, FILE_MAX_SIZE: 1e9 } });
    try {
      const client = await enter();
      const { server } = await client.call('servers.add', { address: peer.url, name: 'before' });
      await client.call('settings.set', { limitBytesPerSecond: 100_000 });
      await writeFile(join(folder, 'a'), randomBytes(3 * chunk));
      const { added } = await client.call('transfers.add', { paths: [join(folder, 'a')] });
      const get = async () => (await client.call('transfers.get', { id: added[0] ?? 0 })).transfer;
      await client.call('queue.start', {});
      while ((await get()).inFlight === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      await client.call('servers.update', { id: server.id, name: 'after' });
      while ((await get()).state !== 'done') await new Promise((resolve) => setTimeout(resolve, 20));
      expect(await get()).toMatchObject({ restarts: 0, serverName: 'after' });
    } finally {
      await opened?.stop('now');
      await peer.stop();
    }
  });

  it('whose password moves to another place leaves nothing of it in the old one', async () => {
    const peer = await startPeer('stend', {});
    const inApp = new Map<string, string>();
    const app: Vault = {
      kind: 'app',
      get: (id) => Promise.resolve(ok(inApp.get(id))),
      ids: () => Promise.resolve(ok([...inApp.keys()])),
      set: async (id, _, secret) => {
        // The person renames it elsewhere while the system asks about the secret.
        await opened?.client.call('servers.update', { id, name: 'renamed' });
        inApp.set(id, secret);
        return ok(undefined);
      },
      remove: (id) => Promise.resolve(ok(void inApp.delete(id))),
    };
    try {
      opened = await connect({ profile, serve: false, vaults: { app } });
      const { client } = opened;
      const { id } = (await client.call('servers.add', { address: peer.url })).server;
      await client.call('servers.update', { id, secret: 'a-password', vault: 'file' });
      const file = (): Promise<string> => readFile(join(profile, 'secrets.json'), 'utf8');
      expect(await file()).toContain('a-password');
      const moved = await client.call('servers.update', { id, secret: 'a-password', vault: 'app' });
      expect(moved).toMatchObject({ vault: 'app', name: 'renamed' });
      expect([...inApp]).toEqual([[id, 'a-password']]);
      expect(await file()).not.toContain('a-password');
    } finally {
      await opened?.stop('now');
      await peer.stop();
    }
  });

  it('has its options changed, keeps the others, and keeps them over a test', async () => {
    const peer = await startPeer('stend', { front: 'nginx' });
    try {
      const client = await enter();
      const { server, notices } = await client.call('servers.add', { address: peer.url, fields: { web: peer.url } });
      expect(server.fields).toEqual({ web: peer.url, 'ignores-abort': false });
      expect(notices.map(({ code }) => code)).toContain('front-buffers');
      const changed = await client.call('servers.update', { id: server.id, fields: { 'ignores-abort': true } });
      expect(changed.fields).toEqual({ web: peer.url, 'ignores-abort': true });
      const tested = await client.call('servers.test', { id: server.id });
      expect(tested.server.fields).toEqual(changed.fields);
      expect(tested.notices.map(({ code }) => code)).toContain('front-ignores-abort');
      // Changed while it is tested.
      const testing = client.call('servers.test', { id: server.id });
      await client.call('servers.update', { id: server.id, fields: { 'ignores-abort': false } });
      expect((await testing).server.fields).toMatchObject({ 'ignores-abort': false });
      const refused = client.call('servers.update', { id: server.id, fields: { 'ignores-abort': 'maybe' } });
      expect((await problemOf(refused))?.code).toBe('option-invalid');
    } finally {
      await opened?.stop('now');
      await peer.stop();
    }
  });

  it('gives up a trusted certificate where its change says so, and keeps what no change names', async () => {
    const peer = await startPeer('stend', {});
    try {
      const client = await enter();
      const pin = Array.from({ length: 32 }, () => 'AB').join(':');
      const connection = { pin, proxy: 'none' } as const;
      const { server } = await client.call('servers.add', { address: peer.url, connection });
      expect((await client.call('servers.update', { id: server.id, name: 'nas' })).connection).toEqual(connection);
      expect(await client.call('servers.update', { id: server.id, connection: { pin: null } })).toMatchObject({
        name: 'nas',
        connection: { proxy: 'none' },
      });
      expect((await client.call('servers.list', {}))[0]?.connection).toEqual({ proxy: 'none' });
    } finally {
      await peer.stop();
    }
  });

  it('that this version cannot read is listed, and what is sent to it waits with words', async () => {
    const saved = {
      id: randomUUID(),
      kind: 'stend',
      name: 'newer',
      address: 'https://example.org',
      settings: { version: 99, value: { shape: 'unknown' } },
      secret: { vault: 'none' },
      addedAt: 0,
    };
    await writeFile(join(profile, 'config.json'), JSON.stringify({ servers: [saved] }));
    const client = await enter();
    expect(await client.call('servers.list', {})).toMatchObject([{ name: 'newer', limits: {} }]);
    expect((await problemOf(client.call('transfers.add', { paths: [folder] })))?.code).toBe('server-unreadable');
    expect((await problemOf(client.call('servers.test', { id: saved.id })))?.code).toBe('server-unreadable');
    expect(await client.call('settings.set', { atOnce: 4 })).toMatchObject({ atOnce: 4 });
  });

  it('that cannot be reached is told without the password that its address carried', async () => {
    const client = await enter();
    for (const address of [
      'http://me:hunter2@127.0.0.1:9/path?password=hunter2',
      'me:hunter2@127.0.0.1:9',
      'http://me:hun ter2@127.0.0.1:9 :/',
    ]) {
      const refused = await problemOf(client.call('servers.add', { address }));
      expect(refused).toBeDefined();
      expect(JSON.stringify(refused)).not.toMatch(/ter2/);
    }
    expect(withoutSecret('https://me:a@b/c@example.org/d?x#y')).toBe('https://example.org/d');
    expect(withoutSecret('example.org/d?key')).toBe('example.org/d');
  });
});
