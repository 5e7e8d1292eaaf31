import { expect, it, vi } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import * as bench from '../../../test/fakes/queue-bench.ts';

bench.prepareQueue();

const anHour = 3_600_000;

it.each(['time', 'network'] as const)('a start tries at once what the last run let wait (%s)', async (waitFor) => {
  const id = await bench.add('a');
  const since = Date.now();
  bench.store.transfers.update(id, { state: 'waiting', waitFor, waitUntil: since + anHour, waitSince: since });
  await bench.queue.start();
  expect(bench.queue.moving).toEqual([id]);
  await bench.reached(id, 'done');
});

it('a start still waits where a server asked for it', async () => {
  const asked = await bench.add('a');
  const other = await bench.add('b', 35, { serverId: 'two' });
  const since = Date.now();
  const wait = { state: 'waiting', waitFor: 'server', waitUntil: since + anHour } as const;
  bench.store.transfers.update(asked, { ...wait, waitSince: since });
  await bench.queue.start();
  expect(bench.queue.moving).toEqual([other]);
  await bench.reached(other, 'done');
  expect(bench.row(asked)).toMatchObject(wait);
});

it('a start frees at once what the last run could not free', async () => {
  const id = await bench.add('a');
  bench.server().sessions.set('a-0', { name: 'a', size: 35, chunks: new Map(), openedAt: 0, done: false });
  bench.store.transfers.opened(id, { version: 1, value: { session: 'a-0' } }, 10, []);
  bench.store.transfers.update(id, { state: 'failed' });
  bench.store.transfers.sessionLost(id, problem('session-gone', { server: 'one' }), false, Date.now() + anHour);
  await bench.queue.start();
  await bench.until(() => bench.server().sessions.size === 0);
});

it('what was to be paused when the last run ended is paused by the next start, and not sent', async () => {
  const id = await bench.add('a');
  bench.store.transfers.update(id, { state: 'uploading', wish: 'pause' });
  await bench.queue.start();
  expect(bench.queue.moving).toEqual([]);
  expect(bench.row(id).state).toBe('paused');
  expect(bench.server().calls).toEqual([]);
});

it('a queue without work looks at the clock once a minute', async () => {
  let looks = 0;
  bench.renewQueue({ check: () => void looks++ });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    await bench.queue.start();
    const before = looks;
    vi.advanceTimersByTime(59_000);
    expect(looks).toBe(before);
    vi.advanceTimersByTime(2_000);
    expect(looks).toBe(before + 1);
  } finally {
    vi.useRealTimers();
  }
});
