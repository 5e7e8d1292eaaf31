import { expect, it } from 'vitest';
import { Pace } from './pace.ts';

it('a rate is told on while the clock is put back', () => {
  let now = 1_000_000;
  const pace = new Pace(() => now);
  const second = (bytes: number): void => {
    now += 1_000;
    pace.moved(1, bytes);
  };
  pace.moved(1, 0);
  for (let n = 0; n < 5; n++) second(1_000);
  expect(pace.of(1)).toBeCloseTo(1_000, -1);
  now -= 3_600_000;
  for (let n = 0; n < 30; n++) second(5_000);
  expect(pace.of(1)).toBeGreaterThan(4_500);
});
