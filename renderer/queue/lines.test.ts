import { expect, test } from 'vitest';
import { slices } from '../ui/row-window.ts';
import { layOut } from './lines.ts';

const usual = { zoom: 1, narrow: false };
const counts = [
  { section: 'needs-you', count: 0 },
  { section: 'under-way', count: 3 },
  { section: 'next', count: 100_000 },
  { section: 'done', count: 6 },
] as const;

test('sections lie below each other, and an empty one takes no room', () => {
  const blocks = layOut(counts, new Set(), usual);
  expect(blocks.map(({ section, shown }) => [section, shown])).toEqual([
    ['under-way', 3],
    ['next', 50],
    // One hidden row would need as much room as the line that shows it.
    ['done', 6],
  ]);
  for (const [n, block] of blocks.entries()) expect(block.top).toBe(blocks[n - 1]?.bottom ?? 0);
  expect(blocks[1]?.moreTop).toBe((blocks[1]?.rowTop ?? 0) + 50 * 34);
});

test('of a hundred thousand rows only those in sight are drawn', () => {
  const blocks = layOut(counts, new Set(['next']), usual);
  const all = blocks.at(-1)?.bottom ?? 0;
  expect(all).toBeGreaterThan(100_000 * 34);
  const from = all / 2;
  const parts = slices(blocks, from, from + 600);
  expect(parts.map(({ block }) => block.section)).toEqual(['next']);
  const rows = parts.flatMap(({ block, rows }) => rows.map((index) => ({ index, top: block.rowTop + index * 34 })));
  expect(rows.length).toBeLessThan(35);
  expect(rows.some(({ top }) => top <= from)).toBe(true);
  expect(rows.some(({ top }) => top + 34 >= from + 600)).toBe(true);
  for (const [n, { index }] of rows.entries()) expect(index).toBe((rows[0]?.index ?? 0) + n);
});

test('larger text makes room for itself, and a narrow window for what moves below', () => {
  const height = (zoom: number, narrow: boolean): number | undefined =>
    layOut(counts, new Set(), { zoom, narrow })[0]?.rowHeight;
  expect(height(1, false)).toBe(50);
  expect(height(2, false)).toBe(100);
  expect(height(1, true)).toBe(60);
});

test('the row that has the focus is drawn wherever it lies, once', () => {
  const blocks = layOut(counts, new Set(['next']), usual);
  const indexes = (from: number, keep: number): readonly number[] =>
    slices(blocks, from, from + 600, { section: 'next', index: keep }).flatMap(({ block, rows }) =>
      block.section === 'next' ? rows : [],
    );
  const far = 50_000 * 34;
  expect(indexes(far, 3)[0]).toBe(3);
  expect(indexes(far, 99_999).at(-1)).toBe(99_999);
  expect(indexes(far, 50_001).filter((index) => index === 50_001)).toHaveLength(1);
  // Where none of its section is in sight, it alone is.
  expect(indexes(blocks.at(-1)?.bottom ?? 0, 3)).toContain(3);
  expect(indexes(0, 100_000)).not.toContain(100_000);
});

test('lines are counted through all sections, for whoever cannot see them', () => {
  expect(layOut(counts, new Set(), usual).map(({ ordinal }) => ordinal)).toEqual([1, 5, 57]);
});
