import { expect, it } from 'vitest';
import { expiryChoices } from './expiries.ts';

const day = 86_400;

it('offers what the server recommends as far as it keeps files, the most it keeps, and what is chosen already', () => {
  expect(expiryChoices({ expiryChoicesSeconds: [30 * day, day, 90 * day], expirySeconds: 60 * day })).toEqual([
    day,
    30 * day,
    60 * day,
  ]);
  expect(expiryChoices({ expirySeconds: 2 * day })).toEqual([3600, 12 * 3600, day, 2 * day]);
  expect(expiryChoices({ expiryChoicesSeconds: [day] }, 5 * day)).toEqual([day, 5 * day]);
  expect(expiryChoices({})).toContain(7 * day);
});
