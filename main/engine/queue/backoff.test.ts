import { describe, expect, it } from 'vitest';
import { backoff, cooldownLength, offlinePause } from './backoff.ts';

const [least, most] = [() => 0, () => 1];
const second = 1_000;

describe('the wait before the next attempt', () => {
  it('is anything up to a second at first, twice as much each time, and never more than five minutes', () => {
    expect([0, 1, 2, 8, 9, 500].map((attempts) => backoff(attempts, most))).toEqual(
      [1, 2, 4, 256, 300, 300].map((seconds) => seconds * second),
    );
    expect([0, 1, 9].map((attempts) => backoff(attempts, least))).toEqual([0, 0, 0]);
    expect(backoff(2, () => 0.5)).toBe(2 * second);
  });

  it('is what the server asked for, up to a day', () => {
    expect(backoff(9, most, 7)).toBe(7);
    expect(backoff(9, most, 0)).toBe(0);
    expect(backoff(0, most, 1e12)).toBe(24 * 3_600_000);
  });

  it('is five to fifteen seconds without a network', () => {
    expect(offlinePause(least)).toBe(5 * second);
    expect(offlinePause(() => 0.5)).toBe(10 * second);
    expect(offlinePause(most)).toBe(15 * second);
  });
});

it('a server is left alone for three seconds at first, and for half a minute at most, never for less than half of that', () => {
  expect([0, 1, 2, 3, 4, 500].map((failures) => cooldownLength(failures, most))).toEqual(
    [3, 6, 12, 24, 30, 30].map((seconds) => seconds * second),
  );
  expect([0, 500].map((failures) => cooldownLength(failures, least))).toEqual([1_500, 15_000]);
  expect(cooldownLength(0, () => 0.5)).toBe(2_250);
});
