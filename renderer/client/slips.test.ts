import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Slips } from './slips.svelte.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const texts = (slips: Slips): readonly string[] => slips.all.map(({ text }) => text);

test('what was done is said for a while; what went wrong stays until it is dismissed', () => {
  const slips = new Slips();
  slips.show('Link copied');
  slips.show('large.iso is larger than Hafen takes.', { tone: 'warn' });
  vi.advanceTimersByTime(3_600_000);
  expect(texts(slips)).toEqual(['large.iso is larger than Hafen takes.']);
  slips.drop(slips.all[0]?.id ?? 0);
  expect(texts(slips)).toEqual([]);
});

test('several things that went wrong stay together, and the same one is said once', () => {
  const slips = new Slips();
  slips.show('one', { tone: 'warn' });
  slips.show('two', { tone: 'warn' });
  slips.show('one', { tone: 'warn' });
  slips.show('three', { tone: 'warn' });
  expect(texts(slips)).toEqual(['two', 'one', 'three']);
});
