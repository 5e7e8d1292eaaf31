import { expect, test } from 'vitest';
import { menuName } from './menu-name.ts';

test('a long name keeps its beginning and its extension', () => {
  expect(menuName('Hafenrundfahrt, die lange Fassung mit Ton.mxf')).toBe('Hafenrundfahrt, die lang…ung mit Ton.mxf');
  expect(menuName('short.txt')).toBe('short.txt');
});

test('no letter is cut through, and an endless name costs nothing', () => {
  const family = '👩‍👩‍👧‍👦';
  expect(menuName(`${family.repeat(30)}.png`)).not.toContain('�');
  expect([...new Intl.Segmenter().segment(menuName(`${family.repeat(60)}.png`))]).toHaveLength(40);
  expect(menuName('a'.repeat(1_000_000))).toHaveLength(40);
});

test('a name that runs to the left is kept apart from what stands beside it', () => {
  expect(menuName('تقرير.pdf')).toBe('\u2068تقرير.pdf\u2069');
});

test('what hides the direction of a name is shown', () => {
  expect(menuName('a\u202ecod.exe')).not.toContain('\u202e');
});
