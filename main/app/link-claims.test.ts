import { expect, test } from 'vitest';
import { schemesToClaim } from './link-claims.ts';

test('claims its own links always, and those of a provider only where no program opens them', () => {
  expect(schemesToClaim(() => ({ ours: false, taken: false }))).toEqual(['stevedore', 'stend']);
  expect(schemesToClaim(() => ({ ours: false, taken: true }))).toEqual(['stevedore']);
});

test('claims nothing twice', () => {
  expect(schemesToClaim(() => ({ ours: true, taken: true }))).toEqual([]);
});
