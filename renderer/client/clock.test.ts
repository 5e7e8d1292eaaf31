import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Clock } from './clock.svelte.ts';

const page = Object.assign(new EventTarget(), { hidden: false });
const show = (shown: boolean): void => {
  page.hidden = !shown;
  page.dispatchEvent(new Event('visibilitychange'));
};

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  vi.stubGlobal('document', page);
  page.hidden = false;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('the clock beats once a second, until it is stopped', () => {
  const clock = new Clock();
  const beats: number[] = [];
  const quiet = clock.onBeat(() => beats.push(clock.now));
  const stop = clock.start();
  vi.advanceTimersByTime(2_000);
  expect(beats).toEqual([1_001_000, 1_002_000]);
  quiet();
  vi.advanceTimersByTime(1_000);
  expect(clock.now).toBe(1_003_000);
  stop();
  vi.advanceTimersByTime(1_000);
  show(true);
  expect(clock.now).toBe(1_003_000);
  expect(beats).toHaveLength(2);
});

test('the clock stands while the window is hidden, and is right as soon as it is shown', () => {
  const clock = new Clock();
  const stop = clock.start();
  const beat = vi.fn();
  clock.onBeat(beat);
  show(false);
  vi.advanceTimersByTime(60_500);
  expect(clock.now).toBe(1_000_000);
  expect(beat).not.toHaveBeenCalled();
  show(true);
  expect(clock.now).toBe(1_060_500);
  expect(beat).toHaveBeenCalledOnce();
  stop();
});
