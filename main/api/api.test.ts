import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, connect as dial, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calls, ContractError, type CallName, type EventPayload } from '../../preload/contract.ts';
import { startPeer, type Peer } from '../../test/peers/peer.ts';
import { holdProfile } from '../engine/profile/lock.ts';
import { socketPath } from '../engine/profile/paths.ts';
import { connect, type Connection, type ConnectOptions } from './connect.ts';

const chunk = 50_000;
let folder: string;
let profile: string;
let peer: Peer;
const open: Connection[] = [];
const owners: ChildProcess[] = [];

const enter = async (options: Partial<ConnectOptions> = {}): Promise<Connection> => {
  const connection = await connect({ profile, serve: true, ...options });
  open.push(connection);
  return connection;
};
/** A process of its own that owns the profile: within one process the lock would not hold. */
const startOwner = async (): Promise<ChildProcess> => {
  const entry = new URL('../cli/index.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [entry, '--profile', profile, 'run'], { stdio: 'ignore' });
  owners.push(child);
  while (!existsSync(socketPath(profile))) await new Promise((resolve) => setTimeout(resolve, 10));
  return child;
};
const file = async (name: string, size = 3 * chunk): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, randomBytes(size));
  return path;
};
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
};
const problemOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'none',
    (error: unknown) => (error instanceof ContractError ? error.problem.code : String(error)),
  );

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stevedore-api-'));
  profile = join(folder, 'profile');
  await mkdir(profile, { mode: 0o700 });
  peer = await startPeer('stend', { config: { CHUNK_SIZE: chunk, FILE_MAX_SIZE: 1e9 }, front: 'nginx' });
});

afterEach(async () => {
  for (const connection of open.splice(0)) await connection.stop('now');
  for (const owner of owners.splice(0)) {
    if (owner.exitCode === null && owner.signalCode === null && owner.kill('SIGKILL')) await once(owner, 'exit');
  }
  await peer.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

describe('the contract', () => {
  it('is answered by the owner over its local socket, and every client sees the same', async () => {
    await startOwner();
    const [one, two] = [await enter(), await enter()];
    expect([one.owns(), two.owns()]).toEqual([false, false]);
    await one.client.call('servers.add', { address: peer.url, name: 'peer' });
    const seen: EventPayload<'transfers'>[] = [];
    one.client.on('transfers', (payload) => seen.push(payload));
    const { added } = await two.client.call('transfers.add', { paths: [await file('a')] });
    await until(() => seen.some(({ rows }) => rows.some((row) => row.id === added[0] && row.state === 'done')));
    const [mine, theirs] = await Promise.all(
      [one, two].map(({ client }) => client.call('transfers.list', { limit: 10 })),
    );
    expect(theirs).toEqual(mine);
    expect(mine?.rows).toMatchObject([{ name: 'a', state: 'done', acknowledged: 3 * chunk }]);
  });

  it('goes on in a second process when the owner is killed, and tells what was missed', async () => {
    const owner = await startOwner();
    const { client, owns } = await enter();
    await client.call('servers.add', { address: peer.url, name: 'peer' });
    await client.call('settings.set', { limitBytesPerSecond: 200_000 });
    await client.call('queue.start', {});
    const states: string[] = [];
    client.on('transfers', ({ rows }) => states.push(...rows.map((row) => row.state)));
    const { added } = await client.call('transfers.add', { paths: [await file('a', 20 * chunk)] });
    await until(() => states.includes('uploading'));
    owner.kill('SIGKILL');
    await until(owns);
    await client.call('settings.set', { limitBytesPerSecond: null });
    await until(() => states.includes('done'));
    const { transfer } = await client.call('transfers.get', { id: added[0] ?? 0 });
    expect(transfer).toMatchObject({ state: 'done', restarts: 0 });
  });

  it('tells at most ten messages a second, each with what changed', async () => {
    const { client } = await enter();
    await client.call('servers.add', { address: peer.url, name: 'peer' });
    await client.call('settings.set', { limitBytesPerSecond: 400_000 });
    const at: number[] = [];
    client.on('transfers', () => at.push(performance.now()));
    const done: number[] = [];
    client.on('transfers', ({ rows }) => done.push(...rows.filter((row) => row.state === 'done').map((row) => row.id)));
    await client.call('transfers.add', { paths: [await file('a', 10 * chunk), await file('b', 10 * chunk)] });
    await client.call('queue.start', {});
    await until(() => new Set(done).size === 2);
    // Counted in every window of a second; a busy machine can only make them fewer.
    for (const from of at) expect(at.filter((one) => one >= from && one < from + 1000).length).toBeLessThanOrEqual(10);
    expect(at.length).toBeGreaterThan(3);
  });

  it.each([{}, { serverId: 'peer' }])(
    'a retry of all, or of a server, means what failed and what needs attention: %j',
    async (named) => {
      const { client } = await enter();
      const { server } = await client.call('servers.add', { address: peer.url, name: 'peer' });
      const filter = 'serverId' in named ? { serverId: server.id } : {};
      const paths = [await file('cancelled'), await file('paused'), await file('gone')];
      const { added } = await client.call('transfers.add', { paths });
      const [cancelled, paused, gone] = added;
      const stateOf = async (id = 0): Promise<string> => (await client.call('transfers.get', { id })).transfer.state;
      await client.call('transfers.wish', { filter: { ids: [cancelled ?? 0] }, wish: 'cancel' });
      await client.call('transfers.wish', { filter: { ids: [paused ?? 0] }, wish: 'pause' });
      await rm(paths[2] ?? '');
      await client.call('queue.start', {});
      while ((await stateOf(gone)) === 'queued' || (await stateOf(gone)) === 'preparing') await wait(10);
      expect(['failed', 'attention']).toContain(await stateOf(gone));
      const { changed } = await client.call('transfers.wish', { filter, wish: 'retry' });
      expect(changed).toEqual([gone]);
      expect([await stateOf(cancelled), await stateOf(paused)]).toEqual(['cancelled', 'paused']);
      // By its id alone it is retried.
      const alone = await client.call('transfers.wish', { filter: { ids: [cancelled ?? 0] }, wish: 'retry' });
      expect(alone.changed).toEqual([cancelled]);
    },
  );

  it('a pause and a resume of all leave what failed and what needs attention as it is', async () => {
    const { client } = await enter();
    await client.call('servers.add', { address: peer.url, name: 'peer' });
    const path = await file('gone');
    const { added } = await client.call('transfers.add', { paths: [path] });
    const stateOf = async (): Promise<string> =>
      (await client.call('transfers.get', { id: added[0] ?? 0 })).transfer.state;
    await rm(path);
    await client.call('queue.start', {});
    while (!['failed', 'attention'].includes(await stateOf())) await wait(10);
    for (const wish of ['pause', 'resume'] as const)
      expect(await client.call('transfers.wish', { filter: {}, wish })).toMatchObject({ changed: [] });
    expect(['failed', 'attention']).toContain(await stateOf());
  });

  it('a window that follows up on its cancel leaves alone what was resumed since', async () => {
    const { client } = await enter();
    await client.call('servers.add', { address: peer.url, name: 'peer' });
    const { added } = await client.call('transfers.add', { paths: [await file('resumed'), await file('cancelled')] });
    const filter = { ids: [...added] };
    await client.call('transfers.wish', { filter, wish: 'cancel', undoMs: 30_000 });
    await client.call('transfers.wish', { filter: { ids: added.slice(0, 1) }, wish: 'resume' });
    for (const undoMs of [{ undoMs: 30_000 }, {}]) {
      const { changed } = await client.call('transfers.wish', {
        filter: { ...filter, undoable: true },
        wish: 'cancel',
        ...undoMs,
      });
      expect(changed).toEqual(added.slice(1));
    }
    const states = (await client.call('transfers.list', { filter, limit: 2 })).rows.map(({ id, state }) => [id, state]);
    expect(Object.fromEntries(states)).toEqual({ [added[0] ?? 0]: 'queued', [added[1] ?? 0]: 'cancelled' });
  });

  it('refuses in words what is no call, and what does not fit one', async () => {
    const { client } = await enter();
    const call = (name: string, input: unknown): Promise<unknown> => client.call(name as CallName, input as never);
    expect(await problemOf(call('transfers.everything', {}))).toBe('method-unknown');
    expect(await problemOf(call('__proto__', {}))).toBe('method-unknown');
    expect(await problemOf(call('transfers.add', { paths: [] }))).toBe('input-invalid');
    expect(await problemOf(call('transfers.list', { limit: 1e9 }))).toBe('input-invalid');
    expect(await problemOf(call('settings.set', { atOnce: 3, unknown: 1 }))).toBe('input-invalid');
    expect(await problemOf(client.call('transfers.get', { id: 77 }))).toBe('transfer-unknown');
    expect(await problemOf(client.call('transfers.wish', { filter: { ids: [77] }, wish: 'pause' }))).toBe(
      'transfer-unknown',
    );
    expect(await problemOf(client.call('transfers.add', { paths: ['/x'] }))).toBe('server-none');
    expect(await problemOf(client.call('servers.test', { id: 'x' }))).toBe('server-unknown');
    expect(await problemOf(client.call('servers.add', { address: 'no address' }))).toBe('address-invalid');
  });

  it('is neither crashed nor changed by inputs that are no inputs', async () => {
    const { client } = await enter();
    const before = [await client.call('settings.get', {}), await client.call('servers.list', {})];
    const call = (name: string, input: unknown): Promise<unknown> => client.call(name as CallName, input as never);
    // Calls that an arbitrary value cannot satisfy by luck.
    const names = (Object.keys(calls) as CallName[]).filter((name) => !calls[name].input.safeParse({}).success);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), fc.jsonValue(), async (name, input) => {
        expect(['input-invalid']).toContain(await problemOf(call(name, input)));
      }),
      { numRuns: 2_000 },
    );
    expect([await client.call('settings.get', {}), await client.call('servers.list', {})]).toEqual(before);
  });
});

describe('the local socket', () => {
  it('drops whoever does not speak the contract, and serves the others', async () => {
    const { client } = await enter();
    const words = [
      '{"id":1}\n',
      'GET / HTTP/1.1\r\n\r\n',
      '{"id":-1,"call":"app.info","input":{}}\n',
      `${'x'.repeat(100_000)}\n`,
    ];
    for (const text of words) {
      const socket = dial(socketPath(profile));
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.on('error', () => undefined);
      socket.resume();
      socket.write(text);
      await closed;
    }
    expect((await client.call('app.info', {})).profile).toBe(profile);
  });

  it('says what it found when the owner does not answer in five seconds', { timeout: 30_000 }, async () => {
    const lock = holdProfile(profile);
    if (!lock.owned) throw new Error('not owned');
    const path = socketPath(profile);
    const mute: Server = createServer(() => undefined);
    await new Promise<void>((resolve) => void mute.listen(path, resolve));
    try {
      const refused = await connect({ profile, serve: false }).catch((error: unknown) => error);
      if (!(refused instanceof ContractError)) throw new Error('connected');
      expect(refused.problem).toMatchObject({ code: 'owner-silent', params: { path: profile } });
    } finally {
      mute.close();
      lock.release();
    }
  });
});
