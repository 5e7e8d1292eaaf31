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

/** A speed of a transfer over a clock that is moved by hand. */
const bench = () => {
  let now = 1_000_000;
  const pace = new Pace(() => now);
  return {
    pace,
    /** Sends at a speed, bytes/s, for so long, in steps of 250 ms. */
    send: (rate: number, ms: number): void => {
      for (let at = 0; at < ms; at += 250) {
        now += 250;
        pace.moved(1, rate / 4);
      }
    },
    pass: (ms: number) => (now += ms),
  };
};

it('a steady speed is what it is, as soon as there is a figure', () => {
  const { pace, send } = bench();
  expect(pace.of(1)).toBeUndefined();
  pace.moved(1, 0);
  send(1_000, 1_750);
  expect(pace.of(1)).toBeUndefined();
  send(1_000, 250);
  expect(pace.of(1)).toBeCloseTo(1_000, 6);
  send(1_000, 60_000);
  expect(pace.of(1)).toBeCloseTo(1_000, 6);
});

it('a burst or a pause weighs for some seconds, and is forgotten then', () => {
  const { pace, send, pass } = bench();
  pace.moved(1, 0);
  send(1_000, 60_000);
  pass(1_000);
  expect(pace.of(1)).toBeGreaterThan(700);
  expect(pace.of(1)).toBeLessThan(900);
  pass(60_000);
  expect(pace.of(1)).toBeLessThan(1);
  send(5_000, 60_000);
  expect(pace.of(1)).toBeCloseTo(5_000, 0);
});

it('bytes that are given up are no negative speed', () => {
  const { pace, send } = bench();
  pace.moved(1, 0);
  send(1_000, 3_000);
  pace.moved(1, -1_000_000);
  send(1_000, 250);
  expect(pace.of(1)).toBeCloseTo(1_000, 6);
});

it('a clock that is put back takes no figure away', () => {
  const { pace, send, pass } = bench();
  pace.moved(1, 0);
  send(1_000, 3_000);
  pass(-3_600_000);
  expect(pace.of(1)).toBeCloseTo(1_000, 6);
  send(1_000, 3_000);
  expect(pace.of(1)).toBeCloseTo(1_000, 6);
});

it('a transfer that is over has no speed, and each has its own', () => {
  const { pace, send } = bench();
  pace.moved(1, 0);
  send(1_000, 3_000);
  expect(pace.of(2)).toBeUndefined();
  pace.forget(1);
  expect(pace.of(1)).toBeUndefined();
});
