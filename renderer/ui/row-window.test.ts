import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findByName, rowLayout, rowTop, slices } from './row-window.ts';

describe('the rows in sight', () => {
  const layout = rowLayout([2, 3], 30, 46);

  it('lie below the heads of their groups', () => {
    expect(layout.height).toBe(2 * 30 + 5 * 46);
    expect([0, 1, 2, 4].map((index) => rowTop(layout, index))).toEqual([30, 76, 152, 244]);
  });
  it('are those between two pixels, by group', () => {
    expect(slices(layout, 80, 160, -1)).toEqual([
      { group: 0, rows: [1] },
      { group: 1, rows: [0] },
    ]);
  });
  it('hold the row that has the tab stop, wherever it lies', () => {
    expect(slices(layout, 0, 60, 4)).toEqual([
      { group: 0, rows: [0] },
      { group: 1, rows: [2] },
    ]);
    expect(slices(layout, 200, 290, 0)).toEqual([
      { group: 0, rows: [0] },
      { group: 1, rows: [1, 2] },
    ]);
  });
  it('are all of those whose pixels are seen, each once and in order, in any list', () => {
    const lists = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(lists, fc.nat(20_000), fc.nat(2_000), fc.nat(400), (counts, from, length, keep) => {
        const any = rowLayout(counts, 30, 34);
        const drawn = slices(any, from, from + length, keep).flatMap(({ group, rows }) =>
          rows.map((n) => (any.groups[group]?.before ?? 0) + n),
        );
        const wanted = Array.from({ length: any.count }, (_, index) => index).filter((index) => {
          const top = rowTop(any, index);
          return (top < from + length && top + 34 > from) || index === keep;
        });
        expect(drawn).toEqual(wanted);
      }),
    );
  });
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
