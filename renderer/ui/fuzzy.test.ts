import { expect, test } from 'vitest';
import { bestFits } from './fuzzy.ts';

const names = [
  'Pause all',
  'Resume all',
  'Retry failed',
  'Clear completed',
  'Add files',
  'Keyboard shortcuts',
  'مكتب الميناء',
];
const best = (typed: string): readonly string[] => bestFits(names, typed, (name) => name);

test.each([
  ['', names],
  ['pause', ['Pause all']],
  ['ALL', ['Pause all', 'Resume all']],
  ['all res', ['Resume all']],
  ['rtf', ['Retry failed']],
  ['kbs', ['Keyboard shortcuts']],
  ['الميناء', ['مكتب الميناء']],
  ['xyz', []],
])('%j finds %j', (typed, found) => {
  expect(best(typed)).toEqual(found);
});

test('the beginning of a word is before its middle, and that before scattered letters', () => {
  expect(bestFits(['A lined pad', 'Explain', 'Plain'], 'pla', (name) => name)).toEqual(['Plain', 'Explain']);
  expect(bestFits(['sent everywhere', 'absent', 'set'], 'sen', (name) => name)).toEqual(['sent everywhere', 'absent']);
});
