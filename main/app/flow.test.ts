import { expect, test } from 'vitest';
import type { TotalsView, TransferView } from '../../preload/contract.ts';
import { coarse, FlowWatch } from '../../preload/flow.ts';
import { rowOf, totalsOf } from './test-rows.ts';
import { barOf, noFacts, stateLine, trayItems } from './tray.ts';

const sums = (bytes: number, acknowledged: number) => ({ bytes, acknowledged });
const event = (totals: TotalsView, rows: readonly TransferView[] = [], removed: readonly number[] = []) => ({
  rows: [...rows],
  removed: [...removed],
  totals,
  change: 1,
});

test('counts what moves, with the speed of all of it together', () => {
  const watch = new FlowWatch(totalsOf({}));
  const totals = totalsOf({ uploading: 2, opening: 1, queued: 7, attention: 1 }, 100, 10);
  watch.take(event(totals, [rowOf(1, 'uploading', { rate: 5e6 }), rowOf(2, 'uploading', { rate: 13e6 })]));
  expect(watch.flow).toEqual({
    underWay: 3,
    atWork: 0,
    waiting: 0,
    queued: 7,
    paused: 0,
    needsYou: 1,
    rate: 18e6,
    offline: false,
    whole: { done: 0, count: 10, progress: 0.1 },
    progress: 0.1,
  });
  expect(stateLine(watch.flow)).toBe('1 needs attention · 3 uploading · 10 % · 18 MB/s');
  watch.take(event(totals, [rowOf(1, 'done')], [2]));
  expect(watch.flow.rate).toBe(0);
});

test('what its server assembles is under way, and holds nothing up', () => {
  const watch = new FlowWatch({ ...totalsOf({ waiting: 3, queued: 1 }), atWork: 2 });
  expect(watch.flow).toMatchObject({ underWay: 0, atWork: 2, waiting: 1 });
  expect(stateLine(watch.flow)).toBe('2 uploading · 0 %');
  const alone = new FlowWatch({ ...totalsOf({ waiting: 1 }), atWork: 1 });
  expect(trayItems(alone.flow, noFacts)).toContainEqual(
    expect.objectContaining({ command: { does: 'pause' }, enabled: true }),
  );
});

test('progress counts from when the queue was last at rest, not from old uploads', () => {
  const watch = new FlowWatch(totalsOf({ done: 3, uploading: 1 }, 1100, 1025, 1000));
  expect(watch.flow.progress).toBe(0.25);
  watch.take(event(totalsOf({ done: 4 }, 1100, 1100, 1100)));
  expect(watch.flow).not.toHaveProperty('progress');
  watch.take(event(totalsOf({ done: 4, uploading: 1 }, 1300, 1150, 1100)));
  expect(watch.flow.progress).toBe(0.25);
});

test('progress stays within its bounds when rows are taken away meanwhile', () => {
  const watch = new FlowWatch(totalsOf({ done: 1, uploading: 1 }, 1100, 1050, 1000));
  watch.take(event(totalsOf({ uploading: 1 }, 100, 60)));
  expect(watch.flow.whole).toEqual({ done: 0, count: 1, progress: 0.6 });
  watch.take(event(totalsOf({ uploading: 2 }, 1010, 0)));
  expect(watch.flow.progress).toBe(0);
});

test('says that there is no network only while nothing moves', () => {
  const watch = new FlowWatch(totalsOf({}));
  watch.take(event(totalsOf({ waiting: 1 }, 9), [rowOf(1, 'waiting', { waitFor: 'network' })]));
  expect(stateLine(watch.flow)).toBe('No network');
  watch.take(event(totalsOf({ uploading: 1 }, 9), [rowOf(1, 'uploading')]));
  expect(stateLine(watch.flow)).toBe('1 uploading · 0 %');
});

test('the taskbar shows nothing at rest, and amber while something needs a person', () => {
  const bar = (totals: TotalsView): unknown => barOf(new FlowWatch(totals).flow);
  expect(bar(totalsOf({ done: 1 }, 10, 10, 10))).toEqual({ value: -1, mode: 'none' });
  expect(bar(totalsOf({ uploading: 1 }, 10, 5))).toEqual({ value: 0.5, mode: 'normal' });
  expect(bar(totalsOf({ uploading: 1, attention: 1 }, 10, 5))).toEqual({ value: 0.5, mode: 'paused' });
});

test('forecasts the rest once bytes have moved for a while, and not after a break', () => {
  const clock = { now: 0 };
  const watch = new FlowWatch(totalsOf({}), [], () => clock.now);
  const moves = (byState: Parameters<typeof totalsOf>[0]): void =>
    watch.take(event(totalsOf(byState, 1000, 400), [rowOf(1, 'uploading', { rate: 10 })]));
  moves({ uploading: 1 });
  expect(watch.flow).not.toHaveProperty('leftMs');
  clock.now = 5_000;
  expect(watch.flow.leftMs).toBe(60_000);
  expect(stateLine(watch.flow)).toBe('1 uploading · 40 % · 10 B/s · 1 min left');
  watch.take(event(totalsOf({ uploading: 1 }, 1000, 400), [rowOf(1, 'uploading')]));
  moves({ uploading: 1 });
  expect(watch.flow).not.toHaveProperty('leftMs');
});

test('files are counted since the queue was last at rest, and what is stopped is not among them', () => {
  const watch = new FlowWatch(totalsOf({ done: 5, failed: 1 }, 600, 500, 500));
  expect(watch.flow).not.toHaveProperty('whole');
  watch.take(
    event({ ...totalsOf({ done: 7, failed: 1, queued: 2, paused: 1 }), doneBytes: 700, pending: sums(200, 0) }),
  );
  expect(watch.flow.whole).toEqual({ done: 2, count: 4, progress: 0.5 });
  // Paused as a whole, and resumed: it is the same work.
  watch.take(event({ ...totalsOf({ done: 7, paused: 3, failed: 1 }), doneBytes: 700 }));
  expect(watch.flow).not.toHaveProperty('whole');
  watch.take(event({ ...totalsOf({ done: 7, queued: 3, failed: 1 }), doneBytes: 700, pending: sums(300, 0) }));
  expect(watch.flow.whole).toEqual({ done: 2, count: 5, progress: 0.4 });
});

test('many small files have a speed in files, and a forecast by it', () => {
  const clock = { now: 0 };
  const watch = new FlowWatch(totalsOf({ queued: 1000 }), [], () => clock.now);
  const at = (now: number, done: number): void => {
    clock.now = now;
    watch.take(event({ ...totalsOf({ done, queued: 1000 - done }), doneBytes: done, pending: sums(1000 - done, 0) }));
  };
  for (let second = 1; second <= 12; second++) at(second * 1000, second * 20);
  expect(watch.flow).toMatchObject({ rate: 0, filesRate: 20, leftMs: 38_000 });
  expect(watch.flow.whole).toMatchObject({ done: 240, count: 1000 });
  // Nothing is finished any more.
  clock.now = 30_000;
  expect(watch.flow).not.toHaveProperty('filesRate');
  expect(watch.flow).not.toHaveProperty('leftMs');
});

test.each([
  [3_000, 10_000],
  [41_000, 50_000],
  [61_000, 120_000],
  [6_900_000, 6_900_000],
  [6_900_001, 7_200_000],
])('%i ms that are left are shown as %i', (left, shown) => {
  expect(coarse(left)).toBe(shown);
});
