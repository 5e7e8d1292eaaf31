import { expect, test } from 'vitest';
import { rateWords, wholeWords } from './flow-words.ts';

test('the whole is a count, whole percents that are not rounded up, and a coarse time', () => {
  const whole = { done: 78, count: 2000, progress: 0.0499 };
  expect(wholeWords(whole, 321_000)).toBe('78 of 2,000 · 4 % · 6 min left');
  expect(wholeWords(whole, undefined)).toBe('78 of 2,000 · 4 %');
});

test('many small files have a speed in files, and large ones in bytes', () => {
  expect(rateWords({ rate: 0, filesRate: 41.6 })).toBe('42 files/s');
  expect(rateWords({ rate: 12_000_000, filesRate: 2 })).toBe('12 MB/s');
  expect(rateWords({ rate: 2_000, filesRate: undefined })).toBe('2 kB/s');
});
