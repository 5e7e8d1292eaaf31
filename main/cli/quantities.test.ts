import { describe, expect, it } from 'vitest';
import { UsageError } from './exits.ts';
import { parseRate, parseSeconds, parseWhole } from './quantities.ts';

describe('a rate', () => {
  it.each([
    ['5M', 5_000_000],
    ['500k', 500_000],
    ['1.5G', 1_500_000_000],
    ['2MiB/s', 2 * 2 ** 20],
    ['10 MB/s', 10_000_000],
    ['2048', 2048],
    ['none', null],
    ['0', null],
  ])('%s is read', (text, rate) => expect(parseRate(text)).toBe(rate));

  it.each(['', 'fast', '-5M', '5X', '5M5', '1e3', '100', '9999999999T', '５M'])('%j is refused in words', (text) => {
    expect(() => parseRate(text)).toThrow(UsageError);
    expect(() => parseRate(text)).toThrow(/none/);
  });
});

describe('a length of time', () => {
  it.each([
    ['90s', 90],
    ['30m', 1800],
    ['12h', 43_200],
    ['7d', 604_800],
    ['2w', 1_209_600],
    ['1y', 31_536_000],
    ['1.5h', 5400],
  ])('%s is read', (text, seconds) => expect(parseSeconds(text)).toBe(seconds));

  it.each(['', 'soon', '-1h', '7', '0s', '1h30', '99999999999999y'])('%j is refused in words', (text) => {
    expect(() => parseSeconds(text)).toThrow(UsageError);
    expect(() => parseSeconds(text)).toThrow(/7d/);
  });

  it('never is refused, and why', () => expect(() => parseSeconds('never')).toThrow(/every share ends/));
  it('a bare number is asked for its unit', () => expect(() => parseSeconds('7')).toThrow(/7h are hours/));
});

it('a whole number is kept within its bounds', () => {
  expect(parseWhole('-5', 'it', -100, 100)).toBe(-5);
  for (const text of ['101', '1.5', 'x', '']) expect(() => parseWhole(text, 'it', -100, 100)).toThrow(/-100 to 100/);
});
