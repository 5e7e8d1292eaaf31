import { expect, it } from 'vitest';
import { firstNames } from './format.ts';

it.each([
  [['a'], undefined, 'a'],
  [['a', 'b'], undefined, 'a and b'],
  [['a', 'b', 'c'], undefined, 'a, b, and c'],
  [['a', 'b', 'c', 'd', 'e'], undefined, 'a, b, c, and 2 more'],
  [['a'], 3, 'a and 2 more'],
  [[], 1, 'a file'],
  [[], 3, '3 files'],
])('names the first of %j, of %s in all', (names, count, words) => {
  expect(firstNames(names, count)).toBe(words);
});
