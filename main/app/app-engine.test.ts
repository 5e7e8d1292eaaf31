import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startPeer } from '../../test/peers/peer.ts';
import { connect, type Connection, type ConnectOptions } from '../api/connect.ts';
import { appVault, type Cipher } from './app-vault.ts';

/** A system whose keyring turns every byte around. */
const cipher: Cipher = {
  strength: () => 'system',
  useBasic: () => undefined,
  available: () => Promise.resolve(true),
  seal: (secret) => Promise.resolve({ sealed: Buffer.from(secret).map((byte) => byte ^ 0xff) as Buffer, basic: false }),
  open: (sealed) =>
    Promise.resolve({ secret: Buffer.from(sealed.map((byte) => byte ^ 0xff)).toString(), stale: false }),
};

const made = (): string => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stevedore-app-engine-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
};

const withApp = async (
  profile: string,
  more: Partial<ConnectOptions>,
  work: (client: Connection['client']) => Promise<void>,
): Promise<void> => {
  const connection = await connect({ profile, serve: false, ...more });
  try {
    await work(connection.client);
  } finally {
    await connection.stop('now');
  }
};

test('a password that the app keeps opens the server at the next start, and only with the app', async () => {
  const profile = made();
  const server = await startPeer('stend', { config: { API_PASSWORD: 'hunter2' } });
  onTestFinished(() => server.stop());
  const vaults = { app: appVault(profile, cipher, () => Promise.resolve(false)) };
  let id = '';
  await withApp(profile, { vaults }, async (client) => {
    const added = await client.call('servers.add', {
      address: server.url,
      name: 'Hafen',
      secret: 'hunter2',
      vault: 'app',
    });
    id = added.server.id;
  });
  for (const file of ['vault.json', 'config.json', 'queue.db'])
    expect(fs.readFileSync(path.join(profile, file)).includes('hunter2'), file).toBe(false);

  await withApp(profile, { vaults }, async (client) => {
    expect((await client.call('servers.test', { id })).server.vault).toBe('app');
  });
  await withApp(profile, {}, async (client) => {
    await expect(client.call('servers.test', { id })).rejects.toMatchObject({ problem: { code: 'secret-in-app' } });
  });
});

test('settings are read and written through the file that the app opened', async () => {
  const profile = made();
  const written: Record<string, unknown>[] = [];
  let store: Record<string, unknown> = { atOnce: 7, later: 'kept' };
  const settingsFile = (folder: string) => ({
    path: path.join(folder, 'config.json'),
    get store() {
      return store;
    },
    set: (values: Record<string, unknown>) => {
      written.push(values);
      store = { ...store, ...values };
    },
  });
  await withApp(profile, { settingsFile }, async (client) => {
    expect((await client.call('settings.get', {})).atOnce).toBe(7);
    expect((await client.call('settings.set', { theme: 'dark' })).theme).toBe('dark');
  });
  expect(written).toEqual([{ theme: 'dark' }]);
  expect(fs.existsSync(path.join(profile, 'config.json'))).toBe(false);
});
