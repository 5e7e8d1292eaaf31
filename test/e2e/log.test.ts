/** What the log of a profile and a report hold, and above all what they do not: every kind of secret passes by here. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { CallInput, TransferView } from '../../preload/contract.ts';
import { connect, type Connection } from '../../main/api/connect.ts';
import { faults } from '../../main/engine/faults.ts';
import { LastNet } from '../../main/last-net.ts';
import { logFolder } from '../../main/log/log-file.ts';
import { type Peer, type PeerOptions, startPeer } from '../peers/peer.ts';

let folder: string;
let profile: string;
let connection: Connection;
const peers: Peer[] = [];

const peerOf = async (kind: string, options: PeerOptions): Promise<Peer> => {
  const peer = await startPeer(kind, options);
  peers.push(peer);
  return peer;
};
const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
};
const log = (): string => {
  const logs = join(profile, logFolder);
  return existsSync(logs)
    ? readdirSync(logs)
        .map((name) => readFileSync(join(logs, name), 'utf8'))
        .join('')
    : '';
};
const report = async (): Promise<string> => (await connection.client.call('app.diagnostics', {})).text;
const ended = async (ids: readonly number[]): Promise<readonly TransferView[]> => {
  const rows = async () => (await connection.client.call('transfers.list', { filter: { ids: [...ids] } })).rows;
  await until(async () => (await rows()).every(({ state }) => ['done', 'failed', 'attention'].includes(state)));
  return await rows();
};

/** Every text in a value that is long enough to be known again. */
const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return value.length < 6 ? [] : [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
};
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};

/** What the profile itself keeps of secrets at this moment: its vault, its keys and links, and the sessions of uploads. */
const keptSecrets = (): readonly string[] => {
  const vault = join(profile, 'secrets.json');
  const found = existsSync(vault)
    ? [...textsIn(parsed(readFileSync(vault, 'utf8')))].flatMap((t) => textsIn(parsed(t)))
    : [];
  const db = new DatabaseSync(join(profile, 'queue.db'), { readOnly: true });
  for (const { remote, share } of db.prepare('SELECT remote, share FROM transfers').all()) {
    const state = (parsed(String(remote)) ?? {}) as Readonly<Record<string, unknown>>;
    const { session, uri, uploadUrls, callbackSecret, credential, transferKey, shareKey, deleteKey } = state;
    const mine = { session, uri, uploadUrls, callbackSecret, credential, transferKey, shareKey, deleteKey };
    found.push(...textsIn(mine), ...textsIn(parsed(String(share))));
  }
  for (const { share } of db.prepare('SELECT share FROM shares').all()) found.push(...textsIn(parsed(String(share))));
  db.close();
  // An address leads to its file by its path and its query, too.
  return found.flatMap((text) => {
    const url = URL.parse(text);
    const parts = url === null ? [] : [url.pathname, url.search.slice(1), ...url.searchParams.values()];
    return [text, ...parts.filter((part) => part.length >= 6)];
  });
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stevedore-log-'));
  profile = join(folder, 'profile');
  await mkdir(profile, { mode: 0o700 });
});
afterEach(async () => {
  await connection.stop('now');
  for (const peer of peers.splice(0)) await peer.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const planted = {
  stend: 'planted-stend-password',
  share: 'plantedshare1',
  key: 'planted-own-key',
  oauth: 'planted-oauth-secret',
  wrong: 'planted-wrong-password',
  user: 'planted-user',
  query: 'planted-query',
  thrown: 'planted-thrown',
};

/** Sends files to both kinds of servers in every way that has a secret. Returns all secrets that were seen. */
const useEverything = async (): Promise<ReadonlySet<string>> => {
  const { client } = connection;
  const secrets = new Set<string>(Object.values(planted));
  const note = (): void => keptSecrets().forEach((secret) => secrets.add(secret));
  const stend = await peerOf('stend', {
    config: { CHUNK_SIZE: 50_000, FILE_MAX_SIZE: 1e9, API_PASSWORD: planted.stend },
    front: 'nginx',
  });
  const site = await peerOf('cloudreve', {
    config: { storage_policy: 'oss', chunk_size: 102_400, encryption: true },
  });
  const refused = (work: Promise<unknown>): Promise<unknown> => work.catch(() => undefined);

  // Addresses that carry credentials, and passwords that are wrong.
  const { host } = new URL(stend.url);
  const carrying = `http://${planted.user}:${planted.wrong}@${host}/${planted.query}?token=${planted.query}#${planted.query}`;
  await refused(client.call('servers.recognise', { address: carrying }));
  await refused(
    client.call('servers.add', { address: carrying, name: 'carrying', secret: planted.wrong, vault: 'file' }),
  );
  await refused(client.call('servers.add', { address: stend.url, name: 's', secret: planted.wrong, vault: 'file' }));
  const stendServer = await client.call('servers.add', {
    address: stend.url,
    name: 'planted-server-name',
    secret: planted.stend,
    vault: 'file',
  });

  // An account: a wrong password, an app that was never made, and then the right one.
  const signIn = (input: CallInput<'servers.signIn'>) => client.call('servers.signIn', input);
  const { email = '', password = '' } = site.vars;
  secrets.add(email).add(password);
  const oauth = await signIn({ address: site.url, way: 'oauth', vault: 'file' });
  if ('carry' in oauth) {
    secrets.add(oauth.carry);
    const answers = Object.fromEntries(
      oauth.ask.map(({ key, type }) => [key, type === 'password' ? planted.oauth : planted.query]),
    );
    await refused(signIn({ carry: oauth.carry, answers }));
  }
  let step = await signIn({ address: site.url, name: 'cloud', vault: 'file' });
  for (const answer of [planted.wrong, password]) {
    if (!('carry' in step)) break;
    step = await signIn({ carry: step.carry, answers: { email, password: answer } });
  }
  if (!('server' in step)) throw new Error('not signed in');
  const cloud = step.server.id;

  const file = async (name: string, size: number): Promise<string> => {
    const path = join(folder, 'planted-folder', name);
    await mkdir(join(folder, 'planted-folder'), { recursive: true });
    await writeFile(path, randomBytes(size));
    secrets.add(path);
    return path;
  };
  const stendId = stendServer.server.id;
  // So slow that what is kept during an upload only can be seen.
  await client.call('queue.limit', { bytesPerSecond: 10_000 });
  await client.call('queue.start', {});
  const add = async (input: CallInput<'transfers.add'>): Promise<readonly number[]> =>
    (await client.call('transfers.add', input)).added;
  const ids = [
    ...(await add({ serverId: stendId, paths: [await file('planted-name-1.bin', 120_000)], key: planted.key })),
    ...(await add({
      serverId: cloud,
      paths: [await file('planted-name-2.bin', 250_000)],
      extra: { share: true, 'share-password': planted.share },
    })),
    ...(await add({ serverId: cloud, paths: [await file('planted-name-3.bin', 1_000)], extra: { direct: true } })),
  ];
  await until(() => {
    note();
    // The encryption key of an upload is there only while it runs.
    return /[0-9a-f-]{36}\/\d+\//.test(readFileSync(join(profile, 'secrets.json'), 'utf8'));
  });
  note();
  await client.call('queue.limit', { bytesPerSecond: null });
  const rows = await ended(ids);
  note();
  expect(rows.map(({ state }) => state)).toEqual(['done', 'done', 'done']);

  // A file that is gone, whose path is in a problem's params.
  const lost = await file('planted-name-4.bin', 1_000);
  await client.call('transfers.wish', { filter: {}, wish: 'pause' });
  const [gone = 0] = await add({ serverId: stendId, paths: [lost], paused: true });
  await rm(lost);
  await client.call('transfers.wish', { filter: { ids: [gone] }, wish: 'resume' });
  await ended([gone]);

  // Shares that are changed and revoked: with a delete key, and with an account.
  const { rows: shares } = await client.call('shares.list', { limit: 100 });
  await client.call('shares.revoke', { ids: shares.map(({ id }) => id) });
  note();

  const error = Object.assign(new Error(`${planted.thrown} at https://a.example/${planted.thrown}?${planted.thrown}`), {
    name: planted.thrown,
    code: planted.thrown,
    cause: new Error(`\n    at ${planted.thrown} (/home/${planted.thrown}/a.ts:1:1)`),
  });
  faults.publish(error);
  faults.publish(planted.thrown);
  return secrets;
};

const names = ['planted-name-1', 'planted-name-2', 'planted-name-3', 'planted-name-4'];

describe.each(['info', 'debug'] as const)('at the level %s', (level) => {
  it('no secret of any kind is in the log or in a report, and file names only where they were asked for', async () => {
    connection = await connect({ profile, serve: false });
    await connection.client.call('settings.set', { logLevel: level });
    const secrets = await useEverything();
    const texts = { log: log(), report: await report() };
    // What is searched for was there to be found.
    expect([...secrets].some((secret) => secret.includes('Signature='))).toBe(true);
    expect(secrets.size).toBeGreaterThan(30);
    for (const [where, text] of Object.entries(texts)) {
      expect(text, where).toContain('"event":"request"');
      expect(text, where).toContain('"to":"done"');
      expect(text, where).toContain('"route":"/api/v4/file/upload"');
      expect(text, where).toContain('"event":"error"');
      for (const secret of secrets) {
        const name = basename(secret);
        if (level === 'debug' && names.some((one) => name === `${one}.bin`) && secret === name) continue;
        expect(text.includes(secret), `${secret} in the ${where}`).toBe(false);
      }
      expect(text.includes('planted-folder'), where).toBe(false);
      expect(text.includes('planted-server-name'), where).toBe(false);
      for (const name of names) expect(text.includes(name), `${name} in the ${where}`).toBe(level === 'debug');
    }
    expect(texts.report).toContain('Database\n  integrity: ok');
    expect(texts.report).toMatch(/^ {2}done: \d/m);

    // What was logged in detail leaves with the level, as far as a report is concerned.
    await connection.client.call('settings.set', { logLevel: 'info' });
    const later = await report();
    for (const name of names) expect(later.includes(name)).toBe(false);
  });
});

it('a log that cannot be written holds up no upload, and the report says so', async () => {
  // In the place of its folder, since rights do not bind every user.
  await writeFile(join(profile, logFolder), '');
  connection = await connect({ profile, serve: false });
  const peer = await peerOf('stend', { config: { CHUNK_SIZE: 50_000, FILE_MAX_SIZE: 1e9 }, front: 'nginx' });
  const { client } = connection;
  await client.call('servers.add', { address: peer.url, name: 'peer' });
  await writeFile(join(folder, 'a.bin'), randomBytes(120_000));
  await client.call('queue.start', {});
  const { added } = await client.call('transfers.add', { paths: [join(folder, 'a.bin')] });
  expect((await ended(added)).map(({ state }) => state)).toEqual(['done']);
  expect(await report()).toMatch(/Log\n {2}level: info\n {2}not written: E[A-Z]+, \d+ lines are missing/);
});

const entries = (event: string): readonly Readonly<Record<string, unknown>>[] =>
  log()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
    .filter((entry) => entry['event'] === event);

it('it is written by the owner of the profile alone, and says who took the profile over', async () => {
  const program = new URL('../../main/cli/index.ts', import.meta.url).pathname;
  const owner = spawn(process.execPath, [program, '--profile', profile, 'run'], { stdio: 'ignore' });
  const ended = once(owner, 'exit');
  onTestFinished(() => void owner.kill('SIGKILL'));
  await until(() => entries('queue').length > 0);
  connection = await connect({ profile, serve: false });
  expect(connection.owns()).toBe(false);
  await connection.client.call('settings.set', { logLevel: 'debug' });
  await connection.client.call('transfers.list', {});
  expect(entries('start')).toMatchObject([{ how: 'start', pid: owner.pid }]);
  expect(entries('call').map(({ call }) => call)).toContain('transfers.list');
  owner.kill('SIGKILL');
  await ended;
  await until(async () => {
    await connection.client.call('app.info', {});
    return connection.owns();
  });
  await connection.stop('now');
  expect(entries('start').slice(1)).toMatchObject([{ how: 'takeover', pid: process.pid }]);
  expect(entries('end')).toMatchObject([{ at: 'now' }]);
});

it('it has an error that nobody caught, with its stack', async () => {
  connection = await connect({ profile, serve: false });
  const net = new LastNet({ end: () => undefined, write: () => undefined, now: Date.now });
  net.caught(new RangeError('planted-thrown'));
  expect(entries('error')).toMatchObject([
    { level: 'error', error: expect.stringMatching(/^RangeError\n {4}at .*log\.test\.ts:\d+:\d+/) as string },
  ]);
  expect(log()).not.toContain('planted-thrown');
});

it('a profile that cannot be opened is in it, with the code of the reason', async () => {
  connection = await connect({ profile, serve: false });
  await connection.stop('now');
  await writeFile(join(profile, 'config.json'), '{"atOnce": 99}');
  await expect(connect({ profile, serve: false })).rejects.toThrow();
  expect(entries('start-failed')).toMatchObject([{ level: 'error', problem: 'settings-broken' }]);
  // The command line makes its report of what can be read all the same.
  const program = new URL('../../main/cli/index.ts', import.meta.url).pathname;
  const asked = spawn(process.execPath, [program, '--profile', profile, 'diagnostics', '-'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [report] = await Promise.all([text(asked.stdout), once(asked, 'exit')]);
  expect(asked.exitCode).toBe(0);
  expect(report).toContain('Profile\n  could not be opened: settings-broken');
  expect(report).toContain('"event":"start-failed"');
  expect(report).not.toContain(profile);
});
