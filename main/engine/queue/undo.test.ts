import { join } from 'node:path';
import { expect, it } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import { asSaid } from '../../../preload/problems/reasons.ts';
import * as bench from '../../../test/fakes/queue-bench.ts';
import { undosOver } from './undo.ts';

bench.prepareQueue();

const undoMs = 8_000;
const cancel = (id: number): Promise<unknown> => bench.queue.wish({ ids: [id] }, 'cancel', undefined, undoMs);
const undo = (id: number): Promise<{ readonly changed: readonly number[] }> => bench.queue.wish({ ids: [id] }, 'undo');
const refused = problem('server-refused', { server: 'one', status: 403, words: asSaid('no') });

it('keeps what was cancelled until it cannot be undone any more, and cancels it then', async () => {
  let now = Date.now();
  bench.renewQueue({}, () => now);
  const id = await bench.add('a');
  await cancel(id);
  await bench.queue.start();
  now += undoMs - 1;
  bench.queue.pump();
  expect(bench.row(id)).toMatchObject({ state: 'paused', undo: { state: 'queued' } });
  expect(bench.store.history.page({}, { limit: 1 }).rows).toEqual([]);
  now += 1;
  bench.queue.pump();
  expect(bench.row(id)).toMatchObject({ state: 'cancelled', undo: undefined });
  expect((await undo(id)).changed).toEqual([]);
});

it('restores an upload that was under way: it resumes, and every acknowledged byte is kept', async () => {
  const id = await bench.add('a');
  const hold = bench.gate();
  bench.server().before = bench.heldAt(hold, 'send', 1);
  await bench.queue.start();
  await bench.called('send a 1');
  await cancel(id);
  hold.open();
  await bench.reached(id, 'paused');
  expect(bench.row(id).acknowledgedBytes).toBeGreaterThan(0);
  expect((await undo(id)).changed).toEqual([id]);
  await bench.reached(id, 'done');
  expect(bench.server().stored('a')).toEqual(bench.contents.get('a'));
  expect(bench.server().calls.filter((call) => call === 'send a 0')).toHaveLength(1);
});

it('restores what was paused, needed attention or had failed as it was', async () => {
  const paused = await bench.add('a', 35, { wish: 'pause' });
  const asks = await bench.add('b');
  const failed = await bench.add('c');
  bench.server().before = (phase, name) =>
    phase === 'open' ? { behaviour: name === 'b' ? 'attention' : 'fatal', problem: refused } : undefined;
  await bench.queue.start();
  await bench.reached(asks, 'attention');
  await bench.reached(failed, 'failed');
  const ids = [paused, asks, failed];
  const before = ids.map((id) => bench.row(id));
  for (const id of ids) await cancel(id);
  expect(ids.map((id) => bench.row(id).state)).toEqual(['paused', 'paused', 'paused']);
  for (const id of ids) await undo(id);
  expect(ids.map((id) => ({ ...bench.row(id), change: 0 }))).toEqual(before.map((one) => ({ ...one, change: 0 })));
});

it('survives the end of the program: undone before its time is over, carried out after it', async () => {
  let now = Date.now();
  bench.renewQueue({}, () => now);
  const [restored, cancelled] = [await bench.add('a'), await bench.add('b')];
  await cancel(restored);
  await cancel(cancelled);
  await bench.queue.stop('now');
  await bench.store.close();

  const reopened = bench.openStoreHere({ folder: join(bench.folder, 'profile') });
  try {
    now += undoMs - 1;
    const next = bench.renewQueue(reopened, () => now);
    await next.start();
    expect(reopened.transfers.get(cancelled)?.state).toBe('paused');
    await next.wish({ ids: [restored] }, 'undo');
    await bench.until(() => reopened.transfers.get(restored)?.state === 'done');
    await next.stop('now');
    now += 1;
    await bench.renewQueue(reopened, () => now).start();
    expect(reopened.transfers.get(cancelled)?.state).toBe('cancelled');
  } finally {
    await bench.queue.stop('now');
    await reopened.close();
  }
});

it('frees the server only when the time is over, without a started queue as well', async () => {
  let now = Date.now();
  const id = await bench.add('a');
  const hold = bench.gate();
  bench.server().before = bench.heldAt(hold, 'send', 1);
  await bench.queue.start();
  await bench.called('send a 1');
  const stopped = bench.queue.stop('chunk');
  hold.open();
  await stopped;
  bench.renewQueue({}, () => now);
  await cancel(id);
  bench.queue.pump();
  expect(bench.row(id)).toMatchObject({ state: 'paused', wish: 'pause' });
  expect(bench.server().sessions.size).toBe(1);
  now += undoMs;
  bench.queue.pump();
  await bench.reached(id, 'cancelled');
  expect(bench.server().sessions.size).toBe(0);
});

it('is carried out in time although the queue was never started', async () => {
  const id = await bench.add('a');
  await bench.queue.wish({ ids: [id] }, 'cancel', undefined, 30);
  await bench.reached(id, 'cancelled');
});

it('is asked again while it is still offered, and counts from then on', async () => {
  let now = Date.now();
  bench.renewQueue({}, () => now);
  const id = await bench.add('a');
  await cancel(id);
  now += undoMs - 1;
  await cancel(id);
  now += undoMs - 1;
  bench.queue.pump();
  expect(bench.row(id)).toMatchObject({ state: 'paused', undo: { state: 'queued', wish: 'run' } });
});

it('is not meant where everything is resumed; resuming the one alone takes the cancel back', async () => {
  const id = await bench.add('a');
  await cancel(id);
  await bench.queue.wish({ states: ['paused'] }, 'resume');
  expect(bench.row(id).undo).toBeDefined();
  await bench.queue.wish({ ids: [id] }, 'resume');
  expect(bench.row(id)).toMatchObject({ state: 'queued', undo: undefined });
});

it('has secrets of the upload until the cancel is carried out', async () => {
  let now = Date.now();
  const over: number[] = [];
  const id = await bench.add('a');
  bench.renewQueue({}, () => now, { over: (gone) => over.push(gone) });
  await cancel(id);
  bench.queue.pump();
  expect(over).toEqual([]);
  now += undoMs;
  bench.queue.pump();
  expect(over).toEqual([id]);
});

it('comes to its end soon although the clock ran years ahead when it was cancelled', async () => {
  let now = Date.now() + 3e11;
  bench.renewQueue({}, () => now);
  const id = await bench.add('a');
  await cancel(id);
  now -= 3e11;
  bench.queue.pump();
  now += 60_000;
  bench.queue.pump();
  expect(bench.row(id).state).toBe('cancelled');
});

it('leaves alone what was resumed, when a window ends or extends the time for the undo of all that it cancelled', async () => {
  const resumed = await bench.add('a');
  const cancelled = await bench.add('b');
  const both = { ids: [resumed, cancelled] };
  await bench.queue.wish(both, 'cancel', undefined, undoMs);
  await bench.queue.wish({ ids: [resumed] }, 'resume');
  const undoable = { ...both, undoable: true } as const;
  expect((await bench.queue.wish(undoable, 'cancel', undefined, undoMs)).changed).toEqual([cancelled]);
  expect((await bench.queue.wish(undoable, 'cancel')).changed).toEqual([cancelled]);
  expect(bench.row(cancelled).state).toBe('cancelled');
  expect(bench.row(resumed)).toMatchObject({ state: 'queued', wish: 'run', undo: undefined });
});

it('reads no more than one of those that can still be undone until one of them is due', async () => {
  const ids = [await bench.add('a'), await bench.add('b'), await bench.add('c')];
  for (const [n, id] of ids.entries())
    bench.store.transfers.update(id, {
      state: 'paused',
      undo: { until: 1_000 + n * n * 100, state: 'queued', wish: 'run' },
    });
  const limits: number[] = [];
  const undoable: typeof bench.store.transfers.undoable = (limit) => (
    limits.push(limit),
    bench.store.transfers.undoable(limit)
  );
  const counted = { ...bench.store, transfers: { ...bench.store.transfers, undoable } };
  expect(undosOver(counted, 999)).toEqual({ over: [], next: 1_000 });
  expect(limits).toEqual([1]);
  expect(undosOver(counted, 1_100)).toMatchObject({ over: [{ id: ids[0] }, { id: ids[1] }], next: 1_400 });
  expect(bench.row(ids[2] ?? 0).undo?.until).toBe(1_400);
  expect(undosOver(counted, 1_400)).toMatchObject({ over: ids.map((id) => ({ id })), next: undefined });
});

it('takes thousands that are due part by part, at once', async () => {
  const id = await bench.add('a');
  bench.store.transfers.update(id, { state: 'paused', undo: { until: 5, state: 'queued', wish: 'run' } });
  const rows = Array.from({ length: 1_500 }, () => bench.row(id));
  const undoable = (limit: number) => (limit === 1 ? rows.slice(0, 1) : rows.splice(0, limit));
  const store = { ...bench.store, transfers: { ...bench.store.transfers, undoable } };
  const looks = [1, 2, 3].map(() => undosOver(store, 9));
  expect(looks.map(({ over, next }) => [over.length, next])).toEqual([
    [1_000, 10],
    [500, undefined],
    [0, undefined],
  ]);
});

it('continues a pause that was under way, and what waited for an hour, where a cancel is undone', async () => {
  bench.server().cut = 'spoils';
  const { id, hold } = await bench.heldUpload();
  await bench.queue.wish({ ids: [id] }, 'pause');
  await cancel(id);
  await undo(id);
  hold.open();
  await bench.reached(id, 'paused');
  const waits = await bench.add('b');
  bench.server().before = bench.failsAt('open', { behaviour: 'retry', problem: bench.broken, afterMs: 3_600_000 });
  bench.queue.pump();
  await bench.until(() => bench.row(waits).state === 'waiting' && bench.queue.moving.length === 0);
  await cancel(waits);
  bench.works();
  await undo(waits);
  await bench.reached(waits, 'done');
  expect(bench.row(id).state).toBe('paused');
});

it('is refused where the upload has ended as cancelled in the meantime', async () => {
  const id = await bench.add('a');
  await cancel(id);
  bench.store.transfers.update(id, { state: 'cancelled' });
  expect((await undo(id)).changed).toEqual([]);
});

it('is over for what was completed all the same, which stays so', async () => {
  const id = await bench.add('a');
  bench.store.transfers.update(id, { state: 'done', undo: { until: 5, state: 'uploading', wish: 'run' } });
  bench.queue.pump();
  expect(bench.row(id)).toMatchObject({ state: 'done', undo: undefined });
});
