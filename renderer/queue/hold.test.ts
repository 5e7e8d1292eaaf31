import { describe, expect, test } from 'vitest';
import type { TransferView } from '../../preload/contract.ts';
import { behind, countWith, shownAt, type Hold } from './hold.ts';
import type { Place } from './lines.ts';

const row = { id: 7 } as TransferView;
const at = (section: Place['section'], index: number): Place => ({ section, index });

/** What is drawn of a section whose rows are given by their places. */
const drawn = (hold: Hold, section: Place['section'], count: number): readonly (number | 'held')[] =>
  Array.from({ length: countWith(hold, section, count) }, (_, index) => {
    const told = behind(hold, at(section, index));
    return told === 'held' ? told : told.index;
  });

describe('a held row', () => {
  test('stays where it was, and is not drawn where it is now', () => {
    const hold = { row, place: at('next', 2), now: at('under-way', 1) };
    expect(drawn(hold, 'next', 4)).toEqual([0, 1, 'held', 2, 3]);
    expect(drawn(hold, 'under-way', 3)).toEqual([0, 2]);
    expect(drawn(hold, 'done', 2)).toEqual([0, 1]);
  });

  test('keeps its place within its section while the rows before it leave', () => {
    expect(drawn({ row, place: at('next', 3), now: at('next', 0) }, 'next', 5)).toEqual([1, 2, 3, 'held', 4]);
    expect(drawn({ row, place: at('next', 1), now: at('next', 3) }, 'next', 5)).toEqual([0, 'held', 1, 2, 4]);
  });

  test('takes nothing away where it is not known where it is now', () => {
    expect(drawn({ row, place: at('next', 0), now: undefined }, 'next', 2)).toEqual(['held', 0, 1]);
  });

  test('leaves every other row a place of its own', () => {
    for (const now of [undefined, at('next', 0), at('next', 2), at('next', 4), at('done', 1)])
      for (let place = 0; place < 4; place++) {
        const hold = { row, place: at('next', place), now };
        for (const section of ['next', 'done', 'waiting'] as const)
          for (let index = 0; index < 5; index++) {
            const told = at(section, index);
            const shown = shownAt(hold, told);
            const isHeld = now?.section === section && now.index === index;
            expect(behind(hold, shown)).toEqual(isHeld ? 'held' : told);
          }
      }
  });
});
