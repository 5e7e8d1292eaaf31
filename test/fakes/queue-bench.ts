/** What tests of the queue stand on: a store of their own, servers in memory, and files to send. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach } from 'vitest';
import { problem } from '../../preload/problems.ts';
import { MemoryServer, type Phase } from './memory-server.ts';
import { fail, ok, type Failure, type Outcome } from '../../main/engine/outcome.ts';
import type { AnyProvider } from '../../main/engine/providers/provider.ts';
import { identify } from '../../main/engine/source/identity.ts';
import { storeFiles } from '../../main/engine/store/files.ts';
import { migrate } from '../../main/engine/store/migrations.ts';
import type { GroupRow, Transfer } from '../../main/engine/store/rows.ts';
import { openStoreHere } from '../../main/engine/store/test-rows.ts';
import type { TransferState } from '../../preload/states.ts';
import { asSaid } from '../../preload/problems/reasons.ts';
import type { Store } from '../../main/engine/store/store.ts';
import { Bandwidth } from '../../main/engine/queue/bandwidth.ts';
import type { AsksServers } from '../../main/engine/queue/asks-servers.ts';
import { Queue, type QueueDeps } from '../../main/engine/queue/queue.ts';
import type { ServerPort } from '../../main/engine/queue/server-port.ts';
import { ServerWaits } from '../../main/engine/queue/server-waits.ts';
import type { PersonWish } from '../../main/engine/queue/wishes.ts';

export let folder: string;
export let store: Store;
export let queue: Queue;
export let servers: Map<string, MemoryServer>;
export const limits = { atOnce: 3, perServer: 2 };
export const contents = new Map<string, Buffer>();

export const server = (id = 'one'): MemoryServer => {
  const found = servers.get(id);
  if (found === undefined) throw new Error(`no server ${id}`);
  return found;
};

export { openStoreHere };

let empty: Buffer | undefined;
/** A profile whose database is new, as the store makes it; made once, since its tables take longer than most tests. */
const newProfile = (profile: string): void => {
  mkdirSync(profile, { mode: 0o700 });
  const { database } = storeFiles(profile);
  if (empty !== undefined) {
    writeFileSync(database, empty, { mode: 0o600 });
    return;
  }
  const db = new DatabaseSync(database);
  db.exec('PRAGMA journal_mode = WAL');
  migrate(db);
  db.close();
  empty = readFileSync(database);
};

/** A queue over the same database, as after a start of the program; `instead`: parts of the store that a test plays. */
export const renewQueue = (
  instead: Partial<Store> = {},
  now: () => number = Date.now,
  more: Partial<QueueDeps> = {},
): Queue =>
  (queue = new Queue({
    store: { ...store, ...instead },
    bandwidth: new Bandwidth(undefined),
    limits: () => ({ atOnce: limits.atOnce, perServer: () => limits.perServer }),
    server: serverPort,
    learnt: () => undefined,
    now,
    // No jitter: waits are as short as they get.
    random: () => 0,
    ...more,
  }));

const serverPort: QueueDeps['server'] = (id) =>
  servers.get(id)?.port() ?? fail('attention', problem('server-unknown', { name: id }));

/** Servers whose provider answers in another way here and there. */
export const serving =
  (change: (provider: AnyProvider, id: string) => Partial<AnyProvider>, more: Partial<ServerPort> = {}) =>
  (id: string): Outcome<ServerPort> => {
    const port = serverPort(id);
    if (!port.ok) return port;
    const { provider } = port.value;
    return ok({ ...port.value, ...more, provider: { ...provider, ...change(provider, id) } });
  };

/** What a part of the queue that asks servers beside the uploads needs, without a queue. */
export const asking = (now: () => number, more: Partial<AsksServers> = {}): AsksServers => {
  const nothing = (): void => undefined;
  const deps = { store, now, random: () => 0, released: nothing, changed: nothing, stumbled: nothing };
  return { ...deps, server: serverPort, attempts: new ServerWaits(deps), ...more };
};

export const add = async (
  name: string,
  size = 35,
  more: Partial<Parameters<Store['transfers']['add']>[0][number]> = {},
): Promise<number> => {
  const path = join(folder, name);
  const content = randomBytes(size);
  contents.set(name, content);
  await writeFile(path, content);
  const identity = await identify(path);
  if (!identity.ok) throw new Error('no identity');
  const [id] = store.transfers.add([
    {
      serverId: 'one',
      path,
      name,
      folder: [],
      size,
      identity: identity.value,
      options: {},
      groupId: undefined,
      priority: 0,
      createdAt: Date.now(),
      wish: 'run',
      notices: [],
      ...more,
    },
  ]);
  if (id === undefined) throw new Error('not added');
  return id;
};

/** A group of uploads to `one`. */
export const addGroup = (count: number, options: GroupRow['options'] = {}): number =>
  store.groups.add({ serverId: 'one', options, count, createdAt: Date.now() });
export const groupState = (id: number): string | undefined => store.groups.get(id)?.state;

export const row = (id: number): Transfer => {
  const found = store.transfers.get(id);
  if (found === undefined) throw new Error(`no transfer ${id}`);
  return found;
};

/** Waits until something holds; the test's own time-out is the limit. */
export const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
};
export const reached = (id: number, ...states: readonly TransferState[]): Promise<void> =>
  until(() => states.includes(row(id).state));

export const once = (failure: Failure): (() => Failure | undefined) => {
  let left = 1;
  return () => (left-- > 0 ? failure : undefined);
};
export const broken = problem('connection-broken', { server: 'one', reason: asSaid('test') });

/** Holds every chunk back until it is let go. */
export const gate = (): { readonly closed: Promise<void>; readonly open: () => void } => {
  let open = (): void => undefined;
  const closed = new Promise<void>((resolve) => (open = resolve));
  return { closed, open };
};

/** Waits at one phase, of one chunk where it has one, until the gate opens. */
export const heldAt =
  (hold: { readonly closed: Promise<void> }, at: Phase, chunk?: number): MemoryServer['before'] =>
  async (phase, _name, index) => {
    if (phase === at && index === chunk) await hold.closed;
    return undefined;
  };

/** Waits until the server has had a call, such as `send a 1`. */
export const called = (call: string, of = 'one'): Promise<void> => until(() => server(of).calls.includes(call));

/** An upload of `a` that has begun and whose chunk, the second one unless given, is held back until `hold` is opened. */
export const heldUpload = async (
  chunk = 1,
  size?: number,
): Promise<{ readonly id: number; readonly hold: ReturnType<typeof gate> }> => {
  const id = await add('a', size);
  const hold = gate();
  server().before = heldAt(hold, 'send', chunk);
  await queue.start();
  await called(`send a ${chunk}`);
  return { id, hold };
};

/** Fails every call of one phase. */
export const failsAt =
  (at: Phase, failure: Failure): MemoryServer['before'] =>
  (phase) =>
    phase === at ? failure : undefined;

/** An upload of `a` of which one call fails, and that has reached the state which follows from it. */
export const failedUpload = async (at: Phase, failure: Failure, state: TransferState): Promise<number> => {
  const id = await add('a');
  server().before = failsAt(at, failure);
  await queue.start();
  await reached(id, state);
  return id;
};

/** What a person wants of one transfer, and the state that it reaches by that. */
export const wished = async (id: number, wish: PersonWish, state: TransferState): Promise<void> => {
  await queue.wish({ ids: [id] }, wish);
  await reached(id, state);
};

/** The server works again. */
export const works = (): void => {
  server().before = () => undefined;
};

/** Gives each test of the file that calls it a queue, a store and servers of its own. */
export const prepareQueue = (): void => {
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stevedore-queue-'));
    Object.assign(limits, { atOnce: 3, perServer: 2 });
    newProfile(join(folder, 'profile'));
    store = openStoreHere({ folder: join(folder, 'profile') });
    servers = new Map([
      ['one', new MemoryServer('one')],
      ['two', new MemoryServer('two')],
    ]);
    renewQueue();
  });

  afterEach(async () => {
    await queue.stop('now');
    await store.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
};
