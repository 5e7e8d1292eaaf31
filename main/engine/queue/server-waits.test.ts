/** Which upload tries a server that failed for several, and what the others wait for. */
import { expect, it } from 'vitest';
import * as bench from '../../../test/fakes/queue-bench.ts';
import { DiskFullError } from '../store/errors.ts';
import { ServerWaits } from './server-waits.ts';

bench.prepareQueue();

it('a server that failed for all of them is tried with the one that failed longest ago', async () => {
  let now = Date.now();
  bench.renewQueue({}, () => now);
  const [first, second] = [await bench.add('a'), await bench.add('b')];
  const hold = bench.gate();
  bench.server().before = async (phase, name) => {
    if (phase === 'open' && name === 'a') await hold.closed;
    return phase === 'open' ? { behaviour: 'retry', problem: bench.broken } : undefined;
  };
  await bench.queue.start();
  await bench.until(() => bench.row(second).state === 'waiting');
  hold.open();
  await bench.until(() => bench.row(first).waitFor === 'server' && bench.queue.moving.length === 0);
  const never = bench.gate();
  bench.server().before = bench.heldAt(never, 'open');
  bench.server().calls.length = 0;
  now += 60_000;
  bench.queue.pump();
  expect(bench.queue.moving).toEqual([second]);
  never.open();
  await bench.reached(first, 'done');
  await bench.reached(second, 'done');
});

/** Waits of uploads on one server, on a clock that stands until it is moved, and all that they say. */
const scene = (instead: Partial<typeof bench.store> = {}) => {
  const clock = { now: 1_000_000 };
  const said: unknown[] = [];
  const waits = new ServerWaits({
    store: { ...bench.store, ...instead },
    now: () => clock.now,
    random: () => 0,
    released: (serverId) => said.push(`released ${serverId}`),
    changed: () => said.push('changed'),
    stumbled: (error) => said.push(error),
  });
  return { clock, said, waits };
};
/** An upload that failed and waits for its own next attempt. */
const failed = async (name: string, serverId = 'one'): Promise<number> => {
  const id = await bench.add(name, 5, { serverId });
  const wait = { state: 'waiting', waitFor: 'time', waitUntil: 1, attempts: 3, problem: bench.broken } as const;
  bench.store.transfers.update(id, wait);
  return id;
};
const retry = { behaviour: 'retry', problem: bench.broken } as const;

it('all that failed on a server wait until it is tried again, and start afresh when it works', async () => {
  const { clock, said, waits } = scene();
  const [a, b, elsewhere] = [await failed('a'), await failed('b'), await failed('c', 'two')];
  for (const id of [a, b]) waits.cooldowns.begins('one', id);
  waits.failed('one', a, retry);
  expect(bench.row(a)).toMatchObject({ waitFor: 'time', waitUntil: 1 });
  expect(said).toEqual([]);
  waits.failed('one', b, retry);
  const until = clock.now + 1_500;
  for (const id of [a, b]) expect(bench.row(id)).toMatchObject({ waitFor: 'server', waitUntil: until });
  expect(waits.failing('one')).toEqual([a, b]);
  expect(said).toEqual(['changed']);
  clock.now = until;
  waits.cooldowns.begins('one', a);
  waits.worked('one', a);
  for (const id of [a, b]) expect(bench.row(id)).toMatchObject({ waitUntil: until, attempts: 0 });
  expect(bench.row(elsewhere)).toMatchObject({ waitUntil: 1, attempts: 3 });
  expect(said).toEqual(['changed', 'released one']);
});

it('what is tried beside the uploads counts as well, and says nothing about one of them', async () => {
  const { clock, waits, said } = scene();
  const id = await failed('a');
  const outcome = { ok: false, failure: retry } as const;
  for (const name of ['cleanup 1', 'group 2'])
    expect(await waits.run('one', name, () => Promise.resolve(outcome))).toBe(outcome);
  expect(waits.cooldowns.of('one')).toBe('cooling');
  expect(waits.failing('one')).toEqual([]);
  expect(bench.row(id)).toMatchObject({ waitFor: 'time', waitUntil: 1 });
  clock.now += 60_000;
  await expect(waits.run('one', 'key k', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  // It has come to its end: another one may try.
  expect(waits.cooldowns.mayBegin('one')).toBe(true);
  await waits.run('one', 'key k', () => Promise.resolve({ ok: true, value: 1 }));
  expect(waits.cooldowns.of('one')).toBe('none');
  expect(said.at(-1)).toBe('released one');
});

it('a failure that concerns one file alone shows that its server works', async () => {
  const { clock, waits, said } = scene();
  const ids = [await failed('a'), await failed('b')];
  for (const id of ids) waits.cooldowns.begins('one', id);
  for (const id of ids) waits.failed('one', id, retry);
  clock.now += 60_000;
  waits.cooldowns.begins('one', 'another');
  waits.failed('one', 'another', { ...retry, scope: 'transfer' });
  expect(said.at(-1)).toBe('released one');
});

it('writes nothing after the end, and says what the store cannot write', async () => {
  const [a, b] = [await failed('a'), await failed('b')];
  const ended = scene();
  ended.waits.end();
  for (const id of [a, b]) ended.waits.failed('one', id, retry);
  ended.clock.now += 60_000;
  ended.waits.worked('one', a);
  expect(ended.said).toEqual([]);
  expect(bench.row(a)).toMatchObject({ waitFor: 'time', waitUntil: 1 });
  const full = new DiskFullError('/profile');
  const { clock, waits, said } = scene({
    transaction: () => {
      throw full;
    },
  });
  for (const id of [a, b]) waits.failed('one', id, retry);
  expect(said).toEqual([full, 'changed']);
  clock.now += 60_000;
  waits.cooldowns.begins('one', a);
  waits.worked('one', a);
  expect(said.slice(2)).toEqual([full, 'released one']);
});
