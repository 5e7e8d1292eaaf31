import { expect, it } from 'vitest';
import { jobOf } from './plan.ts';

it('a provider gets the hashes that are known of a file, and none where none are', () => {
  const row = { name: 'a', size: 5, options: {} };
  expect(jobOf({ ...row, hashes: { sha256: 'ab' } }).hashes).toEqual({ sha256: 'ab' });
  expect(jobOf({ ...row, hashes: undefined })).not.toHaveProperty('hashes');
});
