/** What is shown of an upload while its bytes are on their way. */
import { expect, it } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import { DiskFullError } from '../store/errors.ts';
import * as bench from '../../../test/fakes/queue-bench.ts';

bench.prepareQueue();

it('speed, bytes on their way and time left are those of the bytes that were sent', async () => {
  let now = Date.now();
  bench.renewQueue({}, () => now);
  expect(bench.queue.live(1)).toBeUndefined();
  // Of 35 bytes, ten are acknowledged and ten are on their way.
  const { id, hold } = await bench.heldUpload();
  expect(bench.queue.live(id)).toEqual({
    serverWorks: false,
    inFlight: 10,
    hashed: undefined,
    rate: undefined,
    leftMs: undefined,
  });
  expect([...bench.queue.inFlightChunks(id)]).toEqual([[1, 10]]);
  now += 4_000;
  expect(bench.queue.live(id)).toMatchObject({ inFlight: 10, rate: 5, leftMs: 3_000 });
  hold.open();
  await bench.reached(id, 'done');
  await bench.until(() => bench.queue.moving.length === 0);
  expect(bench.queue.live(id)).toBeUndefined();
  expect(bench.queue.inFlightChunks(id).size).toBe(0);
});

it('an upload that stands still shows no time left', async () => {
  let now = Date.now();
  bench.renewQueue({}, () => now);
  const { id, hold } = await bench.heldUpload(0);
  now += 4_000;
  const { rate = 0 } = bench.queue.live(id) ?? {};
  expect(rate).toBeGreaterThan(0);
  // A speed fades over some seconds, and is nothing in the end.
  now += 10 ** 9;
  expect(bench.queue.live(id)).toMatchObject({ rate: 0, leftMs: undefined });
  hold.open();
  await bench.reached(id, 'done');
});

it('the end of the program waits for a chunk where a cut would spoil the file', async () => {
  bench.server().cut = 'spoils';
  const { id, hold } = await bench.heldUpload();
  expect(bench.queue.waitedFor).toEqual([id]);
  hold.open();
  await bench.reached(id, 'done');
  await bench.until(() => bench.queue.moving.length === 0);
  expect(bench.queue.waitedFor).toEqual([]);
});

it('nothing is waited for, and no server is said to work, before the first chunk and after the last one', async () => {
  bench.server().cut = 'spoils';
  const id = await bench.add('a');
  const [opening, finishing] = [bench.gate(), bench.gate()];
  bench.server().before = async (phase) => {
    if (phase === 'open') await opening.closed;
    if (phase === 'finish') await finishing.closed;
    return undefined;
  };
  await bench.queue.start();
  for (const [call, hold] of [['open a', opening] as const, ['finish a', finishing] as const]) {
    await bench.called(call);
    expect([bench.queue.waitedFor, bench.queue.live(id)?.serverWorks]).toEqual([[], false]);
    hold.open();
  }
  await bench.reached(id, 'done');
});

it('an upload that can be cut without harm is not waited for', async () => {
  const { id, hold } = await bench.heldUpload();
  expect(bench.queue.waitedFor).toEqual([]);
  hold.open();
  await bench.reached(id, 'done');
});

it('who listens to changes hears of a row that somebody else wrote, until they stop listening', () => {
  let heard = 0;
  const stop = bench.queue.onChange(() => heard++);
  bench.queue.touched();
  expect(heard).toBe(1);
  stop();
  bench.queue.touched();
  expect(heard).toBe(1);
});

it('a disk that is too full to write that a server is left alone stops the queue, with the reason', async () => {
  const { transfers } = bench.store;
  const updateAll: typeof transfers.updateAll = (filter, patch) => {
    if ('waitSince' in patch) throw new DiskFullError('/profile');
    return transfers.updateAll(filter, patch);
  };
  bench.renewQueue({ transfers: { ...transfers, updateAll } });
  bench.server().before = bench.failsAt('open', { behaviour: 'retry', problem: bench.broken });
  for (const name of ['a', 'b']) await bench.add(name);
  await bench.queue.start();
  await bench.until(() => bench.queue.status.problem?.code === 'disk-full');
});

it('a queue that halts says why and sends nothing more, until it is started again', async () => {
  const why = problem('disk-full', { path: '/profile' });
  const { id, hold } = await bench.heldUpload();
  bench.queue.halt(why);
  bench.queue.halt(problem('no-network'));
  expect(bench.queue.status).toEqual({ running: false, problem: why });
  hold.open();
  await bench.until(() => bench.queue.moving.length === 0);
  const sent = bench.server().calls.length;
  bench.queue.pump();
  expect(bench.queue.moving).toEqual([]);
  expect(bench.server().calls).toHaveLength(sent);
  bench.works();
  await bench.queue.start();
  expect(bench.queue.status).toEqual({ running: true, problem: undefined });
  await bench.reached(id, 'done');
});
