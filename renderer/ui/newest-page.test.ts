import { expect, it } from 'vitest';
import { withNewest } from './newest-page.ts';

const rows = (...ids: number[]): { id: number; from: string }[] => ids.map((id) => ({ id, from: 'known' }));
const page = (...ids: number[]): { id: number; from: string }[] => ids.map((id) => ({ id, from: 'page' }));

it('adds what is new and replaces what changed', () => {
  expect(withNewest(rows(9, 8, 7, 6), page(11, 10, 9, 8), false)).toEqual([...page(11, 10, 9, 8), ...rows(7, 6)]);
});
it('drops what is gone from within the page', () => {
  expect(withNewest(rows(9, 8, 7, 6), page(9, 7), false)).toEqual([...page(9, 7), ...rows(6)]);
});
it('asks for all where rows may be missing between the page and what is known', () => {
  expect(withNewest(rows(5, 4), page(9, 8), false)).toBeUndefined();
  expect(withNewest([], page(9, 8), false)).toBeUndefined();
});
it('is the page where nothing follows it', () => {
  expect(withNewest(rows(5, 4), page(9), true)).toEqual(page(9));
  expect(withNewest(rows(5, 4), [], true)).toEqual([]);
});
