import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CallInput, CallOutput, TransferView } from '../../preload/contract.ts';
import { problem } from '../../preload/problems.ts';
import type { TransferOptions } from '../engine/providers/provider.ts';
import {
  added,
  client,
  engine,
  file,
  folder,
  known,
  prepareAccounts,
  site,
  stateOf,
  until,
} from '../../test/fakes/account-bench.ts';
import { gate, heldAt } from '../../test/fakes/queue-bench.ts';
import { AccountServer } from '../../test/fakes/account-server.ts';

prepareAccounts();

/** What each request brought to a server, in order. */
let sent: { step: 'open' | 'finish'; server: string; name: string; options: TransferOptions }[];

/** Records what its uploads are created and completed with; the downloads of a share are read at the end. */
const recorded = (server: AccountServer) => {
  const provider = server.provider();
  return {
    ...provider,
    sentWith: (term: string) => (term === 'share-downloads' ? ('finish' as const) : undefined),
    naming: {
      place: (names: readonly string[], { extra }: TransferOptions) => JSON.stringify([extra?.['to'], names]),
      numbered: (name: string, n: number) => `${name} (${n})`,
    },
    open: async (call: Parameters<typeof provider.open>[0]) => {
      const { job, context } = call;
      sent.push({ step: 'open', server: context.server.name, name: job.name, options: job.options });
      return await provider.open(call);
    },
    finish: async (call: Parameters<typeof provider.finish>[0]) => {
      const { job, context } = call;
      sent.push({ step: 'finish', server: context.server.name, name: job.name, options: job.options });
      return await provider.finish(call);
    },
  };
};

let first: string;
let second: string;
/** A server whose kind has no key, no expiry and no fields. */
let plain: string;

beforeEach(async () => {
  sent = [];
  known.set('account', recorded(site));
  first = (await added()).id;
  second = (await added()).id;
  const saved = engine.servers.get(first);
  const twin = engine.servers.get(second);
  if (saved === undefined || twin === undefined) throw new Error('no server');
  engine.settings.saveServer({ ...saved, name: 'first' });
  engine.settings.saveServer({ ...twin, name: 'second' });
  const provider = new AccountServer().provider();
  known.set('plain', {
    ...provider,
    kind: 'plain',
    capabilities: { ...provider.capabilities, expiry: false, ownKey: false },
    transferFields: [],
  });
  plain = randomUUID();
  engine.settings.saveServer({ ...saved, id: plain, name: 'plain', kind: 'plain' });
});

const add = async (name: string, more: Partial<CallInput<'transfers.add'>> = {}): Promise<number> => {
  const { added: ids } = await client.call('transfers.add', { paths: [await file(name)], serverId: first, ...more });
  return ids[0] ?? 0;
};
const change = (ids: readonly number[], to: Omit<CallInput<'transfers.change'>, 'filter'>) =>
  client.call('transfers.change', { filter: { ids: [...ids] }, ...to });
const codes = ({ unchanged }: CallOutput<'transfers.change'>): readonly string[] =>
  unchanged.map(({ problem: why }) => why.code);
const viewOf = async (id: number): Promise<TransferView> => (await client.call('transfers.get', { id })).transfer;
const start = (): Promise<unknown> => client.call('queue.start', {});
const done = (id: number): Promise<void> => until(async () => (await stateOf(id)) === 'done');
const called = (call: string): Promise<void> => until(() => Promise.resolve(site.files.calls.includes(call)));
const opens = () => sent.filter(({ step }) => step === 'open');

describe('an upload that has not begun', () => {
  it('goes to another server, with another folder, expiry, key and choice for existing names', async () => {
    const id = await add('a', { expirySeconds: 60, extra: { conflict: 'skip' } });
    const extra = { to: '/Films', conflict: 'rename' };
    const answer = await change([id], { serverId: second, expirySeconds: 120, key: 'mine', extra });
    expect(answer).toEqual({ changed: [id], unchanged: [], notices: [] });
    expect(await viewOf(id)).toMatchObject({ serverId: second, to: '/Films', state: 'queued' });
    await start();
    await done(id);
    expect(opens()).toEqual([
      { step: 'open', server: 'second', name: 'a', options: { expirySeconds: 120, key: 'mine', extra } },
    ]);
  });

  it('keeps what the other server knows as well, and says that the rest is left out', async () => {
    const id = await add('a', { expirySeconds: 60, key: 'mine', extra: { conflict: 'skip', to: '/Films' } });
    expect(codes(await change([id], { serverId: second }))).toEqual([]);
    expect(engine.store.transfers.get(id)?.options).toEqual({
      expirySeconds: 60,
      key: 'mine',
      extra: { conflict: 'skip' },
    });
    const { notices } = await change([id], { serverId: plain });
    expect(notices.map(({ code }) => code)).toEqual(['change-left-out']);
    expect(engine.store.transfers.get(id)?.options).toEqual({});
  });

  it('is left as it is by a value that its server does not take', async () => {
    const id = await add('a', { expirySeconds: 60 });
    const before = engine.store.transfers.get(id);
    expect(codes(await change([id], { extra: { conflict: 'burn' } }))).toEqual(['option-invalid']);
    expect(codes(await change([id], { extra: { unknown: 'x' } }))).toEqual(['option-unsupported']);
    expect(codes(await change([id], { serverId: plain, key: 'mine' }))).toEqual(['option-unsupported']);
    await expect(change([id], { serverId: 'nobody' })).rejects.toMatchObject({ problem: { code: 'server-unknown' } });
    expect(engine.store.transfers.get(id)).toEqual(before);
  });

  it('can be given a key alone, and several cannot have the same one', async () => {
    const ids = [await add('a'), await add('b')];
    expect(codes(await change(ids, { key: 'mine' }))).toEqual(['change-key-several', 'change-key-several']);
    expect(codes(await change(ids.slice(0, 1), { key: 'mine' }))).toEqual([]);
    // To take it away again is something else.
    expect(codes(await change(ids, { key: null }))).toEqual([]);
    expect(engine.store.transfers.get(ids[0] ?? 0)?.options).toEqual({});
  });

  it('gets a name of its own where another one has its name on the other server', async () => {
    const there = await add('a', { serverId: second });
    const id = await add('a');
    await change([id], { serverId: second });
    expect([(await viewOf(there)).name, (await viewOf(id)).name]).toEqual(['a', 'a (2)']);
    const more = await add('a');
    await change([more], { extra: { to: '/Films' } });
    expect((await viewOf(more)).name).toBe('a');
  });

  it('is not uploaded a second time where the other server has the same file in the queue', async () => {
    const paths = [await file('a')];
    const {
      added: [here = 0],
    } = await client.call('transfers.add', { paths, serverId: first });
    const {
      added: [there = 0],
    } = await client.call('transfers.add', { paths, serverId: second });
    const answer = await change([here], { serverId: second });
    expect(answer.changed).toEqual([]);
    expect(answer.unchanged).toMatchObject([
      { id: here, problem: { code: 'already-queued', params: { id: there, name: 'a' } } },
    ]);
    expect(engine.store.transfers.get(here)?.serverId).toBe(first);
  });

  it('stays paused, and one that failed or waits for the user is retried', async () => {
    const id = await add('a', { paused: true });
    await change([id], { serverId: second });
    expect(await stateOf(id)).toBe('paused');
    const stuck = await add('b');
    engine.store.transfers.update(stuck, {
      state: 'attention',
      problem: problem('server-full', { server: 'account' }),
    });
    await change([stuck], { extra: { conflict: 'rename' } });
    expect(await viewOf(stuck)).toMatchObject({ state: 'queued', wish: 'run' });
    expect((await viewOf(stuck)).problem).toBeUndefined();
  });
});

it('a default expiry keeps no file from a server that has none', async () => {
  engine.settings.set({ defaultExpirySeconds: 60 });
  const ids = [await add('a', { serverId: plain }), await add('b')];
  expect(codes(await change(ids, { serverId: plain }))).toEqual([]);
  const expiries = (): readonly unknown[] => ids.map((id) => engine.store.transfers.get(id)?.options.expirySeconds);
  expect(expiries()).toEqual([undefined, undefined]);
  await change(ids, { serverId: first });
  expect(expiries()).toEqual([60, 60]);
});

describe('an upload that has begun', () => {
  it('keeps what its create brought, takes what goes out later, and loses no acknowledged byte', async () => {
    const id = await add('a', { expirySeconds: 60 });
    const hold = gate();
    site.files.before = heldAt(hold, 'send', 1);
    await start();
    await called('send a 1');
    const answer = await change([id], {
      serverId: second,
      expirySeconds: 120,
      extra: { to: '/Films', 'share-downloads': 3 },
    });
    expect(answer.changed).toEqual([]);
    expect(answer.unchanged).toMatchObject([{ id, problem: { params: { server: 'first', term: 'server' } } }]);
    const terms = { expirySeconds: 120, extra: { to: '/Films', 'share-downloads': 3 } };
    const { changed, unchanged } = await change([id], terms);
    expect(changed).toEqual([id]);
    expect(unchanged.map(({ problem: why }) => why.params['term'])).toEqual(['expiry', 'folder']);
    expect((await viewOf(id)).acknowledged).toBe(10);
    hold.open();
    await done(id);
    expect(sent).toEqual([
      { step: 'open', server: 'first', name: 'a', options: { expirySeconds: 60 } },
      { step: 'finish', server: 'first', name: 'a', options: { expirySeconds: 60, extra: { 'share-downloads': 3 } } },
    ]);
    expect(site.files.calls.filter((call) => call.startsWith('send'))).toEqual(['send a 0', 'send a 1', 'send a 2']);
  });

  it('while it is created, keeps what is on its way', async () => {
    const id = await add('a', { expirySeconds: 60 });
    const hold = gate();
    site.files.before = heldAt(hold, 'open');
    await start();
    await called('open a');
    const { changed, unchanged } = await change([id], { expirySeconds: 120, extra: { 'share-downloads': 3 } });
    expect([changed, unchanged.map(({ problem: why }) => why.params['term'])]).toEqual([[id], ['expiry']]);
    expect(codes(await change([id], { serverId: second }))).toEqual(['change-fixed']);
    hold.open();
    await done(id);
    expect(sent.map(({ options }) => options)).toEqual([
      { expirySeconds: 60 },
      { expirySeconds: 60, extra: { 'share-downloads': 3 } },
    ]);
  });

  it('while it is completed, keeps what the last step brings, too', async () => {
    const id = await add('a');
    const hold = gate();
    site.files.before = heldAt(hold, 'finish');
    await start();
    await called('finish a');
    expect(codes(await change([id], { extra: { 'share-downloads': 3 } }))).toEqual(['change-finishing']);
    hold.open();
    await done(id);
    expect(codes(await change([id], { expirySeconds: 120 }))).toEqual(['change-over']);
    expect(sent.at(-1)).toMatchObject({ step: 'finish', options: {} });
  });
});

/** An upload whose lane waits, before it creates anything, until an earlier session has given its key free. */
const preparing = async (): Promise<{ readonly id: number; readonly hold: ReturnType<typeof gate> }> => {
  const id = await add('a', { key: 'mine' });
  const { transfers } = engine.store;
  transfers.opened(id, { version: 1, value: { session: 'old' } }, 10, []);
  transfers.sessionLost(id, problem('session-gone', { server: 'account' }), false, Date.now());
  const hold = gate();
  site.files.before = heldAt(hold, 'cancel');
  await start();
  await called('cancel a');
  await until(async () => (await stateOf(id)) === 'preparing');
  return { id, hold };
};

describe('an upload that is being prepared', () => {
  it('goes to another server, and nothing is created on the first one', async () => {
    const { id } = await preparing();
    expect(codes(await change([id], { serverId: second }))).toEqual([]);
    await done(id);
    expect(opens().map(({ server }) => server)).toEqual(['second']);
  });

  it('is created with another key without waiting for the first one', async () => {
    const { id } = await preparing();
    expect(codes(await change([id], { key: 'other' }))).toEqual([]);
    await done(id);
    expect(opens().map(({ options }) => options.key)).toEqual(['other']);
  });

  it('is created with another expiry where it is changed in the meantime', async () => {
    const { id, hold } = await preparing();
    expect(codes(await change([id], { expirySeconds: 120 }))).toEqual([]);
    hold.open();
    await done(id);
    expect(opens().map(({ options }) => options)).toEqual([{ key: 'mine', expirySeconds: 120 }]);
  });
});

it.each([
  ['server', { serverId: 'second' }],
  ['expiry', { expirySeconds: 120 }],
  ['key', { key: 'other' }],
  ['share', { extra: { 'share-downloads': 3 } }],
] as const)(
  'whenever it comes, a change of the %s has all of its effect, or is refused and has none',
  async (_, to) => {
    await start();
    const wanted = 'serverId' in to ? { serverId: second } : to;
    for (let turns = 0; turns < 30; turns++) {
      sent = [];
      const name = `f${turns}`;
      const id = await add(name);
      for (let n = 0; n < turns; n++) await (turns % 2 === 0 ? nextTurn() : Promise.resolve());
      const { changed } = await change([id], wanted);
      await done(id);
      const of = (step: 'open' | 'finish') => sent.filter((one) => one.step === step);
      expect([of('open').length, of('finish').length]).toEqual([1, 1]);
      const [open] = of('open');
      const [finish] = of('finish');
      const took =
        'extra' in to
          ? finish?.options.extra?.['share-downloads'] === 3
          : 'serverId' in to
            ? open?.server === 'second' && finish?.server === 'second'
            : 'key' in to
              ? open?.options.key === 'other'
              : open?.options.expirySeconds === 120;
      expect(took, `after ${turns} turns`).toBe(changed.includes(id));
      const row = engine.store.transfers.get(id);
      expect(row?.options).toEqual(finish?.options);
      expect(engine.servers.nameOf(row?.serverId ?? '')).toBe(open?.server);
    }
  },
);

describe('a batch', () => {
  it('is changed as a whole, and what has begun says why it is not', async () => {
    const paths = [await file('a'), await file('b'), await file('c')];
    const { added: ids, dropId } = await client.call('transfers.add', { paths, serverId: first, drop: 'new' });
    const hold = gate();
    engine.settings.set({ perServer: 1 });
    site.files.before = heldAt(hold, 'send', 0);
    await start();
    await called('send a 0');
    const filter = { batch: dropId ?? 0 };
    expect(await client.call('transfers.changeable', { filter })).toMatchObject({
      count: 3,
      over: 0,
      serverId: first,
      terms: [
        { term: 'server', changeable: 2, fixed: [{ count: 1, problem: { code: 'change-fixed' } }] },
        { term: 'expiry', changeable: 2, fixed: [{ count: 1 }] },
        { term: 'key', changeable: 2, fixed: [{ count: 1 }] },
        { term: 'to', changeable: 2, fixed: [{ count: 1, problem: { params: { term: 'folder' } } }] },
        { term: 'policy' },
        { term: 'conflict', fixed: [{ problem: { params: { term: 'conflict' } } }] },
        { term: 'share-downloads', changeable: 3, fixed: [] },
      ],
    });
    const { changed, unchanged } = await client.call('transfers.change', { filter, serverId: second });
    expect([...changed].sort()).toEqual(ids.slice(1));
    expect(unchanged.map(({ id }) => id)).toEqual(ids.slice(0, 1));
    hold.open();
    await Promise.all(ids.map(done));
    expect(
      opens()
        .map(({ server, name }) => [server, name])
        .sort(),
    ).toEqual([
      ['first', 'a'],
      ['second', 'b'],
      ['second', 'c'],
    ]);
    // The links of all of it belong together as before.
    expect((await client.call('drops.ready', {})).rows.map(({ transferIds }) => transferIds)).toEqual([ids]);
  });

  it('that is a folder stays one, also on another server', async () => {
    const album = join(folder, 'album');
    await mkdir(album);
    for (const name of ['a', 'b', 'c']) await writeFile(join(album, name), name);
    const { added: ids } = await client.call('transfers.add', { paths: [album], serverId: first });
    await change(ids, { serverId: second, extra: { to: '/Films' } });
    const rows = ids.map((id) => engine.store.transfers.get(id));
    expect(rows.map((row) => [row?.serverId, row?.folder, row?.name])).toEqual([
      [second, ['album'], 'a'],
      [second, ['album'], 'b'],
      [second, ['album'], 'c'],
    ]);
    const folders = new Set(rows.map((row) => row?.folderId));
    expect([...folders].map((id) => engine.store.folders.get(id ?? 0))).toMatchObject([{ serverId: second, count: 3 }]);
  });

  it('says what all of it has, in what it differs, and how much of it is over', async () => {
    const [a, b] = [await add('a', { expirySeconds: 60 }), await add('b', { expirySeconds: 120 })];
    const filter = { ids: [a, b] };
    expect(await client.call('transfers.changeable', { filter })).toMatchObject({ values: {}, mixed: ['expiry'] });
    await client.call('transfers.change', { filter, expirySeconds: 120, extra: { to: '/Films' } });
    const values = { expiry: 120, to: '/Films' };
    expect(await client.call('transfers.changeable', { filter })).toMatchObject({ values, mixed: [] });
    await client.call('transfers.wish', { filter: { ids: [b] }, wish: 'cancel' });
    expect(await client.call('transfers.changeable', { filter })).toMatchObject({ count: 2, over: 1 });
    expect(await client.call('transfers.changeable', { filter: {} })).toMatchObject({ count: 1, over: 0 });
  });
});

describe('what waits for the user although its server has something of it', () => {
  it('is replaced on the other server, cleaned up on the first one, and leaves its list', async () => {
    const id = await add('a', { key: 'mine', drop: 'new' });
    let meets = true;
    site.files.before = (phase, _name, index) =>
      phase === 'send' && index === 1 && meets
        ? { behaviour: 'attention', problem: problem('server-full', { server: 'account' }) }
        : undefined;
    await start();
    await until(async () => (await stateOf(id)) === 'attention');
    meets = false;
    expect(codes(await change([id], { expirySeconds: 120 }))).toEqual(['change-fixed']);
    const { changed } = await client.call('transfers.decide', { ids: [id], decision: 'other-server', value: second });
    expect(changed).toEqual([id]);
    await until(async () => (await client.call('transfers.list', {})).rows.every(({ state }) => state === 'done'));
    const { rows } = await client.call('transfers.list', {});
    expect(rows.map((row) => [row.serverId, row.id === id])).toEqual([[second, false]]);
    expect(opens().map(({ server, options }) => [server, options.key])).toEqual([
      ['first', 'mine'],
      ['second', 'mine'],
    ]);
    await called('cancel a');
    expect((await client.call('drops.ready', {})).rows).toHaveLength(1);
  });
});
