import { expect, it } from 'vitest';
import { chunkOf, countOf, jobOf } from './plan.ts';

it('a file is cut into chunks of one size, and a rest; an empty one is one chunk of no bytes', () => {
  expect([0, 1, 10, 11, 20].map((size) => countOf(size, 10))).toEqual([1, 1, 1, 2, 2]);
  expect(chunkOf({ size: 25, chunkSize: 10 }, 1)).toEqual({ index: 1, offset: 10, size: 10 });
  expect(chunkOf({ size: 25, chunkSize: 10 }, 2)).toEqual({ index: 2, offset: 20, size: 5 });
  expect(chunkOf({ size: 25, chunkSize: undefined }, 0)).toEqual({ index: 0, offset: 0, size: 25 });
  expect(chunkOf({ size: 0, chunkSize: 10 }, 0)).toEqual({ index: 0, offset: 0, size: 0 });
});

it('a provider is told of a transfer what it needs, and when a create was tried only while that is in doubt', () => {
  const row = { name: 'a', size: 5, options: { key: 'k' } };
  const plain = { ...row, folder: [], modifiedAt: 0, createInDoubt: false };
  expect(jobOf(row)).toEqual(plain);
  const identity = { path: '/a', size: 5, mtimeNs: '1700000000123456789', fileId: '1:2' };
  expect(jobOf({ ...row, identity, folder: ['x'], creating: false, startedAt: 7 })).toStrictEqual({
    ...plain,
    folder: ['x'],
    modifiedAt: 1_700_000_000_123,
  });
  expect(jobOf({ ...row, creating: true, startedAt: 7 })).toMatchObject({ createInDoubt: true, createTriedAt: 7 });
  expect(jobOf({ ...row, creating: true, startedAt: undefined })).not.toHaveProperty('createTriedAt');
});
