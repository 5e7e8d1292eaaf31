import { describe, expect, it } from 'vitest';
import { byDay, dayOf, nearDay } from './days.ts';

const at = (day: number, hour: number, minute = 0): number => new Date(2026, 10, day, hour, minute).getTime();

describe('rows by day', () => {
  it('part at midnight where the person is', () => {
    const rows = [{ at: at(21, 0, 1) }, { at: at(20, 23, 59) }, { at: at(20, 0) }, { at: at(3, 12) }];
    expect(byDay(rows).map(({ key, rows }) => [key, rows.length])).toEqual([
      ['2026-11-21', 1],
      ['2026-11-20', 2],
      ['2026-11-03', 1],
    ]);
  });
  it('stay one day where a clock was set back between them', () => {
    const rows = [{ at: at(20, 9) }, { at: at(21, 8) }, { at: at(20, 8) }];
    expect(byDay(rows).map(({ key, rows }) => [key, rows.length])).toEqual([
      ['2026-11-20', 2],
      ['2026-11-21', 1],
    ]);
  });
  it('are none without rows', () => {
    expect(byDay([])).toEqual([]);
  });
});

describe('a day near now', () => {
  it('is today from midnight to midnight, and yesterday the day before', () => {
    const now = at(21, 0, 5);
    expect(nearDay(at(21, 0), now)).toBe('today');
    expect(nearDay(at(20, 23, 59), now)).toBe('yesterday');
    expect(nearDay(at(20, 0), now)).toBe('yesterday');
    expect(nearDay(at(19, 23, 59), now)).toBeUndefined();
  });
  it('is yesterday across the turn of a year', () => {
    expect(nearDay(new Date(2026, 11, 31, 10).getTime(), new Date(2027, 0, 1, 10).getTime())).toBe('yesterday');
  });
  it('is written with two digits', () => {
    expect(dayOf(new Date(2027, 0, 2, 3).getTime())).toBe('2027-01-02');
  });
});
