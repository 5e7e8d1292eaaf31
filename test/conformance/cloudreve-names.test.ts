/** Files that would meet under one name on a Cloudreve, through the whole engine: every one of them is stored. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addFiles, type Added } from '../../main/engine/actions/add-files.ts';
import { createApi } from '../../main/api/api.ts';
import { openEngine, type Engine } from '../../main/engine/engine.ts';
import { identify } from '../../main/engine/source/identity.ts';
import type { Transfer } from '../../main/engine/store/rows.ts';
import { createVaults } from '../../main/engine/vault/vaults.ts';
import type { CallInput, CallName, CallOutput } from '../../preload/contract.ts';
import { isWhole } from '../gate/seed.ts';
import { controlOf } from '../peers/cloudreve/control.ts';
import { type HeldPort, holdPort } from '../peers/held-port.ts';
import { type Peer, startPeer } from '../peers/peer.ts';

let peer: Peer;
let held: HeldPort;
let folder: string;
let engine: Engine;
let serverId: string;
let target = 0;

const open = (): void => {
  const opened = openEngine(join(folder, 'profile'), createVaults(join(folder, 'profile'), { env: {} }), 'test');
  if (!opened.ok) throw new Error(opened.failure.problem.code);
  engine = opened.value;
};

beforeAll(async () => {
  held = await holdPort();
  peer = await startPeer('cloudreve', {
    as: 'cloudreve 4.18.0',
    config: { storage_policy: 'local', chunk_size: 10_000, max_size: 200_000_000 },
  });
});
afterAll(async () => {
  await peer.stop();
  held.release();
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stevedore-names-'));
  await mkdir(join(folder, 'profile'), { mode: 0o700 });
  open();
  const api = createApi(engine, { version: 'test', profile: folder, signInPort: held.port });
  const call = async <N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> => {
    const reply = await api.answer(name, input);
    if (!reply.ok) throw new Error(reply.error.message);
    return reply.value as CallOutput<N>;
  };
  const { email = '', password = '' } = peer.vars;
  const step = await call('servers.signIn', { address: peer.url, kind: 'cloudreve', vault: 'file', way: 'password' });
  if (!('carry' in step)) throw new Error('nothing was asked');
  const last = await call('servers.signIn', { carry: step.carry, answers: { email, password } });
  if (!('server' in last)) throw new Error('not signed in');
  serverId = last.server.id;
  api.close();
});
afterEach(async () => {
  await engine.close('now');
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** A folder of its own on the server for each test. */
const newTarget = (): string => `/names ${++target}`;
const write = async (...names: readonly string[]): Promise<readonly string[]> => {
  const paths = names.map((name) => join(folder, 'files', name));
  for (const path of paths) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, randomBytes(25_000));
  }
  return paths;
};

type More = { readonly drop?: 'new' | number; readonly dropGoesOn?: boolean; readonly paused?: boolean };
const add = async (paths: readonly string[], to: string, conflict: string, more: More = {}): Promise<Added> => {
  const options = { extra: { to, conflict } };
  const base = { paths, serverId, options, group: false, paused: false, priority: 0, followLinks: false };
  const added = await addFiles(engine, { ...base, ...more });
  if (!added.ok) throw new Error(added.failure.problem.code);
  return added.value;
};
const rows = (): readonly Transfer[] => engine.store.transfers.page({}, 'newest', { limit: 100 }).rows.toReversed();
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
};
const atRest = (): Promise<void> =>
  until(() => rows().every(({ state }) => ['done', 'failed', 'cancelled', 'attention'].includes(state)));
const uriOf = ({ remote }: Transfer): string =>
  (remote as unknown as { readonly value: { readonly uri: string } }).value.uri;
const sha = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const storedAt = async (uri: string): Promise<string | undefined> => (await controlOf(peer).stored(uri))?.sha256;
const uriIn = (to: string, ...names: readonly string[]): string =>
  ['cloudreve://my', ...to.split('/').filter(Boolean), ...names]
    .map((part, at) => (at === 0 ? part : encodeURIComponent(part)))
    .join('/');

/** Every row is done, under an address of its own, which has its file's content. */
const expectAll = async (count: number): Promise<void> => {
  const all = rows();
  expect(all.map(({ state, problem }) => [state, problem?.code])).toEqual(all.map(() => ['done', undefined]));
  expect(all).toHaveLength(count);
  expect(new Set(all.map(uriOf)).size).toBe(count);
  for (const row of all)
    expect([row.name, await storedAt(uriOf(row))]).toEqual([row.name, sha(await readFile(row.path))]);
};

const long = 'n'.repeat(246);
const meetings: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['names that the server does not take', ['a:b.txt', 'a_b.txt', 'a：b.txt'], []],
  ['names that differ beyond the limit', [`${long}1.txt`, `${long}2.txt`, `${long}3.txt`], []],
  ['composed and decomposed accents', ['\u00e9.txt', 'e\u0301.txt'], []],
  ['folders that the server does not take', [], ['x:1/f.txt', 'x?1/f.txt', 'x\uff1a1/f.txt', 'x:1/sub/g.txt']],
  ['a folder and a file', ['y\uff1f1'], ['y?1/f.txt']],
  ['files from two folders', ['A001/clip1.mov', 'B002/clip1.mov', 'B002/clip1 (2).mov'], []],
];

const choices = ['version', 'skip', 'ask', 'rename'];
/** Two choices for each way to meet, and all of them in the whole run: names are found without regard to the choice. */
const isTried = (choice: number, meeting: number): boolean => isWhole || (choice + meeting) % 2 === 0;

describe.each(choices)('with the choice %s', (conflict) => {
  it.each(meetings.filter((_, n) => isTried(choices.indexOf(conflict), n)))(
    'all is stored of %s',
    async (_what, files, inFolders) => {
      const to = newTarget();
      const whole = await write(...files);
      await write(...inFolders);
      const folders = new Set(inFolders.map((name) => join(folder, 'files', name.split('/')[0] ?? '')));
      await add([...whole, ...folders], to, conflict);
      await engine.queue.start();
      await atRest();
      await expectAll(files.length + inFolders.length);
    },
  );

  it('two drops at once do not meet, nor does one with what it has stored before', async () => {
    const to = newTarget();
    const [one = '', two = '', three = ''] = await write('1/clip.mov', '2/clip.mov', '3/clip.mov');
    const [first] = await Promise.all([
      add([one], to, conflict, { drop: 'new', dropGoesOn: true }),
      add([two], to, conflict, { drop: 'new' }),
    ]);
    await engine.queue.start();
    await atRest();
    await expectAll(2);
    const uris = rows()
      .filter(({ path }) => path === one)
      .map(uriOf);
    // Out of the list: only the history tells of it.
    await engine.queue.wish({ ids: [...first.ids] }, 'remove');
    await add([three], to, conflict, { drop: first.dropId ?? 'new' });
    await atRest();
    await expectAll(2);
    expect(await Promise.all(uris.map(storedAt))).toEqual([sha(await readFile(one))]);
  });

  it('what was queued before a stop does not meet after it', async () => {
    const to = newTarget();
    const paths = await write('1/clip.mov', '2/clip.mov', '3/clip.mov', '4/clip.mov');
    await add(await write('first.mov'), to, conflict);
    await add(paths, to, conflict, { paused: true });
    engine.limit(20_000);
    await engine.queue.start();
    await until(() => rows().some(({ acknowledgedBytes }) => acknowledgedBytes > 0));
    await engine.close('now');
    open();
    await add(await write('5/clip.mov'), to, conflict, { paused: true });
    await engine.queue.start();
    await engine.queue.wish({ ids: rows().map(({ id }) => id) }, 'resume');
    await atRest();
    await expectAll(6);
  });

  it('what an earlier version queued under one name is stored twice', async () => {
    const to = newTarget();
    const paths = await write('a:b.txt', 'a_b.txt', 'x:1/f.txt', 'x:1/g.txt');
    for (const path of paths) {
      const identity = await identify(path);
      if (!identity.ok) throw new Error('no identity');
      const [name = '', above] = path.split('/').toReversed();
      engine.store.transfers.add([
        {
          serverId,
          path,
          name: name.replace(':', '_'),
          folder: above === 'files' ? [] : [above ?? ''],
          size: 25_000,
          identity: identity.value,
          options: { extra: { to, conflict } },
          groupId: undefined,
          priority: 0,
          createdAt: 1,
          wish: 'run',
          notices: [],
          place: '',
        },
      ]);
    }
    await add(await write('b/a_b.txt'), to, conflict);
    await engine.queue.start();
    await atRest();
    await expectAll(5);
    expect(rows().map(uriOf)).toEqual(
      [['a_b.txt'], ['a_b (2).txt'], ['x_1', 'f.txt'], ['x_1', 'g.txt'], ['a_b (3).txt']].map((names) =>
        uriIn(to, ...names),
      ),
    );
  });
});

it('an upload that is revived after another one took its name gets a name of its own', async () => {
  const to = newTarget();
  const [one = '', two = ''] = await write('1/clip.mov', '2/clip.mov');
  const { ids } = await add([one], to, 'version');
  await engine.queue.wish({ ids: [...ids] }, 'cancel');
  await add([two], to, 'version');
  await engine.queue.wish({ ids: [...ids] }, 'retry');
  await engine.queue.start();
  await atRest();
  await expectAll(2);
});

it('the choice still holds for what was on the server before', async () => {
  const to = newTarget();
  const [one = '', two = ''] = await write('1/clip.mov', '2/clip.mov');
  await engine.queue.start();
  await add([one], to, 'ask');
  await atRest();
  await add([two], to, 'skip');
  await atRest();
  expect(rows().map(({ state }) => state)).toEqual(['done', 'cancelled']);
  expect(await storedAt(uriIn(to, 'clip.mov'))).toBe(sha(await readFile(one)));
  await add([two], to, 'version');
  await atRest();
  expect(await storedAt(uriIn(to, 'clip.mov'))).toBe(sha(await readFile(two)));
});

it('the same file given twice is stored once', async () => {
  const to = newTarget();
  const [one = ''] = await write('clip.mov');
  await add([one, one], to, 'ask');
  await engine.queue.start();
  await atRest();
  await expectAll(1);
});

describe('skip, where another client is uploading to the name', () => {
  const client = async (): Promise<(method: string, path: string, body: object | Buffer) => Promise<unknown>> => {
    const { email = '', password = '' } = peer.vars;
    const ask = async (method: string, path: string, body: object | Buffer, token = ''): Promise<unknown> => {
      const response = await fetch(`${peer.url}/api/v4${path}`, {
        method,
        headers: token === '' ? {} : { authorization: `Bearer ${token}` },
        body: Buffer.isBuffer(body) ? new Uint8Array(body) : JSON.stringify(body),
      });
      const said = (await response.json()) as { readonly code: number; readonly data: unknown };
      expect(said.code).toBe(0);
      return said.data;
    };
    const { token } = (await ask('POST', '/session/token', { email, password })) as {
      readonly token: { readonly access_token: string };
    };
    return (method, path, body) => ask(method, path, body, token.access_token);
  };

  it.each([
    ['is stored where that one is given up', 'cancelled'],
    ['is skipped where that one becomes a file', 'completed'],
  ])('waits, and %s', async (_what, how) => {
    const to = newTarget();
    const other = await client();
    const theirs = randomBytes(9_000);
    const uri = uriIn(to, 'clip.mov');
    const session = (await other('PUT', '/file/upload', { uri, size: theirs.length, policy_id: '' })) as {
      readonly session_id: string;
    };
    const [path = ''] = await write('clip.mov');
    const { ids } = await add([path], to, 'skip');
    await engine.queue.start();
    await until(() => rows()[0]?.state === 'waiting');
    expect(rows()[0]?.problem?.code).toBe('name-busy');
    if (how === 'cancelled') await other('DELETE', '/file/upload', { id: session.session_id, uri });
    else await other('POST', `/file/upload/${session.session_id}/0`, theirs);
    await engine.queue.wish({ ids: [...ids] }, 'retry');
    await atRest();
    expect(rows()[0]?.state).toBe(how === 'cancelled' ? 'done' : 'cancelled');
    expect(await storedAt(uri)).toBe(sha(how === 'cancelled' ? await readFile(path) : theirs));
  });
});
