import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Later } from './later.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('what is asked for several times is done once, and again when it is asked for after that', () => {
  let done = 0;
  const later = new Later(() => done++, 100);
  later.soon();
  vi.advanceTimersByTime(60);
  later.soon();
  vi.advanceTimersByTime(40);
  expect(done).toBe(1);
  later.soon();
  vi.advanceTimersByTime(100);
  expect(done).toBe(2);
});

test('what was stopped is not done, and can be asked for again', () => {
  let done = 0;
  const later = new Later(() => done++, 100);
  later.soon();
  later.stop();
  vi.advanceTimersByTime(1_000);
  expect(done).toBe(0);
  later.soon();
  vi.advanceTimersByTime(100);
  expect(done).toBe(1);
});

test('what is asked for again waits from then on', () => {
  let done = 0;
  const later = new Later(() => done++, 100);
  later.again();
  vi.advanceTimersByTime(60);
  later.again();
  vi.advanceTimersByTime(60);
  expect(done).toBe(0);
  vi.advanceTimersByTime(40);
  expect(done).toBe(1);
});

test('work that throws can be asked for again', () => {
  let tries = 0;
  const later = new Later(() => {
    if (++tries === 1) throw new Error('no');
  }, 100);
  later.soon();
  expect(() => vi.advanceTimersByTime(100)).toThrow('no');
  later.soon();
  vi.advanceTimersByTime(100);
  expect(tries).toBe(2);
});
