import { expect, it } from 'vitest';
import { pastedName } from './pasted-name.ts';

it('names what was pasted by its second, without what a file system refuses', () => {
  expect(pastedName('png', new Date(2026, 10, 21, 14, 5, 9))).toBe('Pasted 2026-11-21 14.05.09.png');
});
