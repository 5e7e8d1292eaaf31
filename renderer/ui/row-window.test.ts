import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { drawnBlocks, findByName, numberOf, placeAt, rowCount, slices, stack, type Block } from './row-window.ts';

/** Sections without folds, of so many rows each. */
const listOf = (counts: readonly number[], rowHeight: number): readonly Block[] =>
  stack(
    counts.map((count, n) => ({ section: `${n}`, count, shown: count, rowHeight })),
    { title: 30, more: 32 },
  );
const topOf = (blocks: readonly Block[], number: number): number => {
  const place = placeAt(blocks, number);
  const block = blocks.find(({ section }) => section === place?.section);
  return place === undefined || block === undefined ? NaN : block.rowTop + place.index * block.rowHeight;
};
const drawn = (blocks: readonly Block[], from: number, to: number, keep: number) =>
  slices(blocks, from, to, placeAt(blocks, keep)).map(({ block, rows }) => ({ section: block.section, rows }));

describe('the rows in sight', () => {
  const blocks = listOf([2, 3], 46);

  it('lie below the heads of their groups', () => {
    expect(blocks.at(-1)?.bottom).toBe(2 * 30 + 5 * 46);
    expect([0, 1, 2, 4].map((number) => topOf(blocks, number))).toEqual([30, 76, 152, 244]);
  });
  it('are those between two pixels, by group', () => {
    expect(drawn(blocks, 80, 160, -1)).toEqual([
      { section: '0', rows: [1] },
      { section: '1', rows: [0] },
    ]);
  });
  it('hold the row that has the tab stop, wherever it lies', () => {
    expect(drawn(blocks, 0, 60, 4)).toEqual([
      { section: '0', rows: [0] },
      { section: '1', rows: [2] },
    ]);
    expect(drawn(blocks, 200, 290, 0)).toEqual([
      { section: '0', rows: [0] },
      { section: '1', rows: [1, 2] },
    ]);
  });
  it('are all of those whose pixels are seen, each once and in order, in any list', () => {
    const lists = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(lists, fc.nat(20_000), fc.nat(2_000), fc.nat(400), (counts, from, length, keep) => {
        const any = listOf(counts, 34);
        const numbers = drawn(any, from, from + length, keep).flatMap(({ section, rows }) =>
          rows.map((index) => numberOf(any, { section, index })),
        );
        const wanted = Array.from({ length: rowCount(any) }, (_, number) => number).filter((number) => {
          const top = topOf(any, number);
          return (top < from + length && top + 34 > from) || number === keep;
        });
        expect(numbers).toEqual(wanted);
      }),
    );
  });
});

test('rows are numbered through all sections, and those that a fold hides have no number', () => {
  const folded = stack(
    [
      { section: 'a', count: 9, shown: 2, rowHeight: 34 },
      { section: 'b', count: 3, shown: 3, rowHeight: 50 },
    ],
    { title: 32, more: 32 },
  );
  expect([0, 1, 2, 4, 5, -1].map((number) => placeAt(folded, number))).toEqual([
    { section: 'a', index: 0 },
    { section: 'a', index: 1 },
    { section: 'b', index: 0 },
    { section: 'b', index: 2 },
    undefined,
    undefined,
  ]);
  expect(numberOf(folded, { section: 'b', index: 2 })).toBe(4);
  expect(numberOf(folded, { section: 'a', index: 2 })).toBeUndefined();
});

test('a row keeps its key when its place changes, and is drawn with it once where two pages name it', () => {
  const parts = slices(listOf([3], 50), 0, 600);
  const keys = (ids: readonly (number | undefined)[]): readonly string[] =>
    drawnBlocks(parts, (_, index) => {
      const id = ids[index];
      return id === undefined ? undefined : { id };
    }).flatMap(({ rows }) => rows.map(({ key }) => key));
  expect(keys([7, 8, 9])).toEqual(['row 7', 'row 8', 'row 9']);
  expect(keys([9, 7, 8])).toEqual(['row 9', 'row 7', 'row 8']);
  expect(keys([7, undefined, 7])).toEqual(['row 7', '0 1', '0 2']);
});

describe('finding by name', () => {
  const names = ['Angebot.pdf', 'anker.txt', 'Übergabe.pdf', 'zoll.csv'].map((name) => ({ name }));

  it('goes on to the next with the same first letter, and around', () => {
    expect(findByName(names, 'a', 0)).toBe(1);
    expect(findByName(names, 'a', 1)).toBe(0);
  });
  it('stays where it is while a word grows', () => {
    expect(findByName(names, 'ank', 1)).toBe(1);
    expect(findByName(names, 'ü', 0)).toBe(2);
  });
  it('finds nothing where nothing begins so', () => {
    expect(findByName(names, 'x', 0)).toBe(-1);
    expect(findByName([], 'x', 0)).toBe(-1);
  });
});
