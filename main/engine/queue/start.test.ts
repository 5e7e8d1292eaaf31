import { expect, it } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import { add, queue, reached, row, server, store, until } from '../../../test/fakes/queue-bench.ts';

const anHour = 3_600_000;

it.each(['time', 'network'] as const)('a start tries at once what the last run let wait (%s)', async (waitFor) => {
  const id = await add('a');
  const since = Date.now();
  store.transfers.update(id, { state: 'waiting', waitFor, waitUntil: since + anHour, waitSince: since });
  await queue.start();
  expect(queue.moving).toEqual([id]);
  await reached(id, 'done');
});

it('a start still waits where a server asked for it', async () => {
  const asked = await add('a');
  const other = await add('b', 35, { serverId: 'two' });
  const since = Date.now();
  const wait = { state: 'waiting', waitFor: 'server', waitUntil: since + anHour } as const;
  store.transfers.update(asked, { ...wait, waitSince: since });
  await queue.start();
  expect(queue.moving).toEqual([other]);
  await reached(other, 'done');
  expect(row(asked)).toMatchObject(wait);
});

it('a start frees at once what the last run could not free', async () => {
  const id = await add('a');
  server().sessions.set('a-0', { name: 'a', size: 35, chunks: new Map(), openedAt: 0, done: false });
  store.transfers.opened(id, { version: 1, value: { session: 'a-0' } }, 10, []);
  store.transfers.update(id, { state: 'failed' });
  store.transfers.sessionLost(id, problem('session-gone', { server: 'one' }), false, Date.now() + anHour);
  await queue.start();
  await until(() => server().sessions.size === 0);
});

it('what was to be paused when the last run ended is paused by the next start, and not sent', async () => {
  const id = await add('a');
  store.transfers.update(id, { state: 'uploading', wish: 'pause' });
  await queue.start();
  expect(queue.moving).toEqual([]);
  expect(row(id).state).toBe('paused');
  expect(server().calls).toEqual([]);
});
