/** One chunk on its way: what cuts it, and when a row says that the server works on it. */
import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Shape } from '../providers/provider.ts';
import { Flight } from './flight.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const fly = (mayCut: Shape['cut']) => {
  const [cut, now] = [new AbortController(), new AbortController()];
  return { cut, now, flight: new Flight({ cut: cut.signal, now: now.signal }, mayCut) };
};

it.each(['harmless', 'spoils', 'until-last-byte'] as const)('a chunk that may be cut (%s) is cut', (mayCut) => {
  const { cut, flight } = fly(mayCut);
  expect(flight.signal.aborted).toBe(false);
  cut.abort(new Error('paused'));
  expect(flight.signal.reason).toEqual(new Error('paused'));
});

it('a chunk whose last byte may be out is cut by the end at once alone, where a cut does harm then', () => {
  const { cut, now, flight } = fly('until-last-byte');
  flight.complete(5, () => undefined);
  expect(flight.dueSince).toBe(5);
  cut.abort(new Error('paused'));
  expect(flight.signal.aborted).toBe(false);
  now.abort(new Error('ended'));
  expect(flight.signal.reason).toEqual(new Error('ended'));
  const other = fly('harmless');
  other.flight.complete(5, () => undefined);
  other.cut.abort();
  expect(other.flight.signal.aborted).toBe(true);
});

it('says once that its answer is late, two seconds after the last byte, and not when it has come', () => {
  const late = vi.fn();
  const [slow, quick] = [fly('harmless').flight, fly('harmless').flight];
  slow.complete(1, late);
  slow.complete(2, late);
  quick.complete(1, late);
  quick.end();
  vi.advanceTimersByTime(1_999);
  expect(late).not.toHaveBeenCalled();
  vi.advanceTimersByTime(10_000);
  expect(late).toHaveBeenCalledOnce();
});

it('leaves nothing behind: an upload of many chunks does not grow', () => {
  const { cut, now, flight } = fly('harmless');
  flight.end();
  expect([cut, now].map(({ signal }) => getEventListeners(signal, 'abort'))).toEqual([[], []]);
});
