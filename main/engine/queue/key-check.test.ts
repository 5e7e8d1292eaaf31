import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as bench from '../../../test/fakes/queue-bench.ts';
import { ok } from '../outcome.ts';
import type { Store } from '../store/store.ts';
import { KeyCheck } from './key-check.ts';
import type { QueueDeps } from './queue.ts';

bench.prepareQueue();

/** A key as versions without end lines wrote it. */
const oldKey = (shareKey: string, serverId = 'one'): string =>
  `${JSON.stringify({ at: 5, serverId, transferId: 90, shareKey, deleteKey: `d-${shareKey}`, name: 'f', size: 9 })}\n`;

const sharesOf = (opened: Store) =>
  opened.shares
    .page({}, { limit: 100 })
    .rows.filter(({ name }) => name === 'f')
    .map(({ key, deleteKey, link }) => ({ key, deleteKey, link }));

/** Runs with the queue over the same profile, opened as after a start of the program with these keys in its journal. */
const afterStart = async (
  keys: readonly string[],
  run: (opened: Store) => Promise<void>,
  more: Partial<QueueDeps> = {},
): Promise<void> => {
  await bench.queue.stop('now');
  await bench.store.sound;
  await bench.store.close();
  appendFileSync(join(bench.folder, 'profile', 'delete-keys.ndjson'), keys.join(''));
  const opened = bench.openStoreHere({ folder: join(bench.folder, 'profile') });
  try {
    bench.renewQueue(opened, Date.now, more);
    await bench.queue.start();
    await run(opened);
  } finally {
    await bench.queue.stop('now');
    await opened.close();
  }
};

it('an unknown key of an older journal becomes a share once its server says that it exists, and else never', async () => {
  const id = await bench.add('a');
  await bench.queue.start();
  await bench.reached(id, 'done');
  bench.server().sessions.set('stands', { name: 'f', size: 9, chunks: new Map(), done: true, openedAt: 0 });
  const keys = [oldKey('stands'), oldKey('gone')];
  await afterStart(keys, async (opened) => {
    await bench.until(() => bench.server().calls.includes('find gone') && sharesOf(opened).length > 0);
    await bench.until(() => opened.shares.byKey('stands').length > 0);
    expect(sharesOf(opened)).toEqual([{ key: 'stands', deleteKey: 'd-stands', link: 'memory:stands' }]);
  });
  // What was answered is not asked again: the key that is gone has its end line.
  const next = bench.openStoreHere({ folder: join(bench.folder, 'profile') });
  expect(next.recovered.all).toEqual([]);
  await next.close();
});

it('keys of a server that cannot be asked are kept until it answers, and do not hold up those of another', async () => {
  bench.server('two').sessions.set('other', { name: 'f', size: 9, chunks: new Map(), done: true, openedAt: 0 });
  bench.server().sessions.set('stands', { name: 'f', size: 9, chunks: new Map(), done: true, openedAt: 0 });
  bench.server().before = bench.failsAt('find', { behaviour: 'server-busy', problem: bench.broken });
  const keys = [oldKey('stands'), oldKey('more'), oldKey('other', 'two'), oldKey('lost', 'unknown')];
  await afterStart(keys, async (opened) => {
    await bench.until(() => opened.shares.byKey('other').length > 0);
    expect(sharesOf(opened).map(({ key }) => key)).toEqual(['other']);
    expect(bench.server().calls.filter((call) => call.startsWith('find'))).toEqual(['find stands']);
  });
  bench.works();
  await afterStart([], async (opened) => {
    await bench.until(() => bench.server().calls.includes('find more') && opened.shares.byKey('stands').length > 0);
    expect(opened.recovered.all.map(({ entry }) => entry.shareKey)).toEqual(['stands', 'more', 'lost']);
  });
});

it('a key of a server that cannot be asked for shares becomes one: a share too many does less harm than a key too few', async () => {
  const port = bench.server().port();
  if (!port.ok) throw new Error('no port');
  const provider = { ...port.value.provider };
  delete provider.find;
  const server = () => ok({ ...port.value, provider });
  await afterStart(
    [oldKey('kept')],
    async (opened) => {
      await bench.until(() => sharesOf(opened).length > 0);
      expect(sharesOf(opened)).toMatchObject([{ key: 'kept', deleteKey: 'd-kept' }]);
    },
    { server },
  );
});

it('an answer about a key that comes after the end is left to the next start', async () => {
  bench.server().sessions.set('stands', { name: 'f', size: 9, chunks: new Map(), done: true, openedAt: 0 });
  const hold = bench.gate();
  bench.server().before = bench.heldAt(hold, 'find');
  await afterStart([oldKey('stands')], async (opened) => {
    await bench.called('find stands');
    await bench.queue.stop('now');
    hold.open();
    await new Promise((resolve) => setImmediate(resolve));
    expect(sharesOf(opened)).toEqual([]);
  });
});

it('a server that could not be asked about a key is asked again later, and at once where the clock was put back', async () => {
  let now = 100_000;
  const entry = { at: 5, serverId: 'one', transferId: 90, shareKey: 'k', deleteKey: 'dk', name: 'f', size: 9 };
  const recovered = { ...bench.store.recovered, all: [{ entry, shareId: undefined }] };
  const asked = (): number => bench.server().calls.length;
  let changes = 0;
  bench.server().before = bench.failsAt('find', { behaviour: 'offline', problem: bench.broken });
  const deps = bench.asking(() => now, {
    store: { ...bench.store, recovered },
    changed: () => changes++,
    random: () => 1,
  });
  const check = new KeyCheck(deps);
  const look = async (): Promise<number> => {
    const [before, calls] = [changes, asked()];
    check.look();
    check.look();
    if (asked() > calls) await bench.until(() => changes > before);
    return asked();
  };
  const waits: number[] = [];
  for (let n = 1; n <= 5; n++) {
    expect(await look()).toBe(n);
    waits.push((check.nextDue() ?? 0) - now);
    now = (check.nextDue() ?? 0) - 1;
    expect(await look()).toBe(n);
    now++;
  }
  expect(waits).toEqual([15_000, 15_000, 15_000, 16_000, 32_000]);
  now = 50_000;
  check.wake(now);
  expect(check.nextDue()).toBe(now);
  expect(await look()).toBe(6);
  // Left alone because others fail there.
  now = 1e9;
  for (const attempt of [1, 2])
    deps.attempts.cooldowns.failed('one', attempt, { behaviour: 'retry', problem: bench.broken });
  expect(await look()).toBe(6);
  deps.attempts.cooldowns.forgetAll();
  expect(await look()).toBe(7);
  now = 2e9;
  check.end();
  expect(await look()).toBe(7);
});

it('of several servers that could not be asked about keys, the first one due is asked first', async () => {
  let now = 100_000;
  let changes = 0;
  const keyOf = (serverId: string) => ({
    entry: { at: 5, serverId, transferId: 90, shareKey: serverId, deleteKey: 'dk', name: 'f', size: 9 },
    shareId: undefined,
  });
  const recovered = { ...bench.store.recovered, all: [keyOf('one'), keyOf('two')] };
  for (const id of ['one', 'two'])
    bench.server(id).before = bench.failsAt('find', { behaviour: 'offline', problem: bench.broken });
  const store = { ...bench.store, recovered };
  const check = new KeyCheck(bench.asking(() => now, { store, changed: () => changes++ }));
  check.look();
  await bench.until(() => changes === 1);
  now = 105_000;
  check.look();
  await bench.until(() => changes === 2);
  expect([bench.server('one').calls, bench.server('two').calls]).toEqual([['find one'], ['find two']]);
  expect(check.nextDue()).toBe(115_000);
});
