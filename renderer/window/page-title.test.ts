import { expect, test } from 'vitest';
import { iconOf, titleOf } from './page-title.ts';

const whole = { done: 78, count: 2000, progress: 0.0499 };

test('the title says how far uploads are and what needs attention, and at rest only the name', () => {
  expect(titleOf({ needsYou: 0, whole: undefined })).toBe('Stevedore');
  expect(titleOf({ needsYou: 0, whole })).toBe('4 % · Stevedore');
  expect(titleOf({ needsYou: 2, whole: undefined })).toBe('(2) needs attention · Stevedore');
  expect(titleOf({ needsYou: 2, whole })).toBe('(2) needs attention · 4 % · Stevedore');
});

test('the icon fills in steps, has a dot where something needs attention, and is a file at rest', () => {
  const drawn = (needsYou: number, progress: number): string =>
    decodeURIComponent(iconOf({ needsYou, whole: { ...whole, progress } }) ?? '');
  expect(iconOf({ needsYou: 0, whole: undefined })).toBeUndefined();
  expect(drawn(0, 0.5)).toContain('width="12"');
  expect(drawn(0, 0.51)).toBe(drawn(0, 0.5));
  expect(drawn(0, 0.5)).not.toContain('circle');
  expect(drawn(1, 0.5)).toContain('circle');
});
