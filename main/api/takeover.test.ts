import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ContractError } from '../../preload/contract.ts';
import { holdProfile } from '../engine/profile/lock.ts';
import { socketPath } from '../engine/profile/paths.ts';
import { version } from '../version.ts';
import type { Api, Listener } from './api.ts';
import { connect } from './connect.ts';
import { serveSocket } from './socket-server.ts';

let folder: string;
let profile: string;

/** Holds the profile as another process would, and says who it is. */
class Owner {
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  readonly #release: () => void;
  connections = 0;

  private constructor(server: Server, release: () => void) {
    this.#server = server;
    this.#release = release;
  }

  static async start(as: string, hear: (owner: Owner) => void = () => undefined): Promise<Owner> {
    const lock = holdProfile(profile);
    if (!lock.owned) throw new Error('not owned');
    const server = createServer();
    const owner = new Owner(server, lock.release);
    server.on('connection', (socket) => {
      owner.connections++;
      owner.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('data', () => hear(owner));
      socket.write(`${JSON.stringify({ stevedore: as, pid: 1 })}\n`);
    });
    await new Promise<void>((resolve) => void server.listen(socketPath(profile), resolve));
    return owner;
  }

  /** As a kill does: everything is gone at once. */
  die(): void {
    this.#release();
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stevedore-takeover-'));
  profile = join(folder, 'profile');
  await mkdir(profile, { mode: 0o700 });
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

describe('a process that does not own the queue', () => {
  it('leaves an owner of another version alone, then and when that one ends', async () => {
    const owner = await Owner.start('0.0.0');
    const refused = await connect({ profile, serve: false }).catch((error: unknown) => error);
    if (!(refused instanceof ContractError)) throw new Error('connected');
    expect(refused.problem.code).toBe('owner-older');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(owner.connections).toBe(1);
    owner.die();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const lock = holdProfile(profile);
    expect(lock.owned).toBe(true);
    if (lock.owned) lock.release();
  });

  it('asks the next owner what the last one died over, where asking twice does no harm', async () => {
    await Owner.start(version, (owner) => owner.die());
    const { client, owns, stop } = await connect({ profile, serve: false });
    expect(owns()).toBe(false);
    expect(await client.call('settings.get', {})).toMatchObject({ atOnce: 3 });
    expect(owns()).toBe(true);
    await stop('now');
  });

  it('says so where another program has the database open for itself', async () => {
    const first = await connect({ profile, serve: false });
    await first.stop('now');
    const other = new DatabaseSync(join(profile, 'queue.db'));
    other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE');
    try {
      const refused = await connect({ profile, serve: false, patience: 1 }).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(ContractError);
      expect(refused).toMatchObject({ problem: { code: 'owner-silent', params: { found: 'database-in-use' } } });
    } finally {
      other.close();
    }
    await (await connect({ profile, serve: false })).stop('now');
  });

  it('finds a next owner that is slow to begin, after it has said so once', async () => {
    const owner = await Owner.start(version);
    const { client, owns, stop } = await connect({ profile, serve: false, patience: 200 });
    owner.die();
    // Another process was quicker, and answers nobody yet.
    const other = holdProfile(profile);
    if (!other.owned) throw new Error('not owned');
    const refused = await client.call('settings.get', {}).catch((error: unknown) => error);
    if (!(refused instanceof ContractError)) throw new Error('answered');
    expect(refused.problem.code).toBe('owner-silent');
    other.release();
    expect(await client.call('settings.get', {})).toMatchObject({ atOnce: 3 });
    expect(owns()).toBe(true);
    await stop('now');
  });

  it('says so where the owner died over a command, which may have been carried out', async () => {
    await Owner.start(version, (owner) => owner.die());
    const { client, stop } = await connect({ profile, serve: false });
    const refused = await client.call('settings.set', { atOnce: 5 }).catch((error: unknown) => error);
    if (!(refused instanceof ContractError)) throw new Error('carried out');
    expect(refused.problem.code).toBe('owner-gone');
    await stop('now');
  });
});

describe('a lock that is removed while its owner is running', () => {
  const lock = (): string => join(profile, 'owner.lock');
  const problemOf = (error: unknown): string => (error instanceof ContractError ? error.problem.code : String(error));

  it('ends the owner’s part; the owner says why, and stands still until it is resumed', async () => {
    const { client, owns, stop } = await connect({ profile, serve: true });
    await client.call('queue.start', {});
    const stopped = Promise.withResolvers<string | undefined>();
    client.on('queue', ({ running, problem }) => {
      if (!running) stopped.resolve(problem?.code);
    });
    await rm(lock());
    expect(await stopped.promise).toBe('profile-lost');
    // Nobody else has it: this process does, but sends nothing by itself.
    expect((await client.call('app.info', {})).queue).toMatchObject({
      running: false,
      problem: { code: 'profile-lost', action: 'resume' },
    });
    // Until its part has ended, nothing starts.
    while (!(await client.call('queue.start', {})).running) await sleep(10);
    expect(owns()).toBe(true);
    await stop('now');
  });

  it('makes the owner a client of the one that has the profile now', async () => {
    const first = await connect({ profile, serve: true });
    const noticed = Promise.withResolvers<string>();
    first.client.on('notice', ({ problem }) => noticed.resolve(problem.code));
    await rm(lock());
    const second = await connect({ profile, serve: true, patience: 60_000 });
    expect(second.owns()).toBe(true);
    await noticed.promise;
    await first.client.call('settings.set', { atOnce: 7 });
    expect(first.owns()).toBe(false);
    expect(await second.client.call('settings.get', {})).toMatchObject({ atOnce: 7 });
    await first.stop('now');
    await second.stop('now');
  });

  it('is no reason to begin before the one that lost it has ended its part', async () => {
    const owner = await Owner.start(version);
    await rm(lock());
    const refused = await connect({ profile, serve: true, patience: 200 }).catch((error: unknown) => error);
    expect(problemOf(refused)).toBe('owner-ending');
    const waiting = connect({ profile, serve: true, patience: 60_000 });
    owner.die();
    const { owns, stop } = await waiting;
    expect(owns()).toBe(true);
    await stop('now');
  });

  it('with its whole folder: no empty queue is begun in its place', async () => {
    const { client, stop } = await connect({ profile, serve: true });
    const stopped = Promise.withResolvers<string | undefined>();
    client.on('queue', ({ problem }) => stopped.resolve(problem?.code));
    await rename(profile, join(folder, 'moved'));
    expect(await stopped.promise).toBe('profile-lost');
    const refusal = (): Promise<string> => client.call('settings.get', {}).then(() => 'answered', problemOf);
    // Until its part has ended, it answers.
    while ((await refusal()) === 'answered') await sleep(10);
    expect(await refusal()).toBe('profile-lost');
    expect(existsSync(profile)).toBe(false);
    await rename(join(folder, 'moved'), profile);
    expect(await client.call('settings.get', {})).toMatchObject({ atOnce: 3 });
    await stop('now');
  });
});

describe('an owner that ends', () => {
  it('does not wait for a client that reads nothing', { timeout: 20_000 }, async () => {
    const met = Promise.withResolvers<Listener>();
    const api: Api = {
      answer: () => Promise.resolve({ ok: true, value: null }),
      listen: (listener) => {
        met.resolve(listener);
        return () => undefined;
      },
      flush: () => undefined,
      close: () => undefined,
    };
    const path = socketPath(profile);
    const server = await serveSocket(path, api, version);
    const suspended = dial(path);
    suspended.pause();
    suspended.on('error', () => undefined);
    const tell = await met.promise;
    tell('queue', {
      running: true,
      problem: { code: 'internal', params: {}, message: 'x'.repeat(8 * 1024 * 1024) },
    });
    await server.close();
    suspended.destroy();
  });
});
