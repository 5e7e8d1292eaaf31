import { expect, test } from 'vitest';
import { isDamage, StoreDamagedError } from './damage.ts';
import { isDiskFull, isInUse, unwritable } from './errors.ts';

const withCode = (code: unknown): Error => Object.assign(new Error('no'), { code });
const sqlite = (errcode: number): Error => Object.assign(new Error('no'), { errcode });

test.each(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOENT'])(
  'a folder that cannot be written is explained with the reason of the system (%s)',
  (code) => {
    expect(unwritable(withCode(code))).toBe(code);
  },
);

test('a database that SQLite cannot open or write is explained, and other errors are not', () => {
  // SQLITE_READONLY and SQLITE_CANTOPEN, also as extended codes.
  for (const errcode of [8, 14, 8 + 256, 14 + 512]) expect(unwritable(sqlite(errcode))).toBe('SQLite cannot open it');
  for (const error of [sqlite(1), withCode('EIO'), withCode(8), new Error('no'), undefined, 'EACCES'])
    expect(unwritable(error)).toBeUndefined();
});

test('a full disk is known by what the system and SQLite say of it, a quota included', () => {
  // SQLITE_FULL, also as an extended code, and the shared memory that could not grow.
  for (const error of [sqlite(13), sqlite(13 + 256), sqlite(4874), withCode('ENOSPC'), withCode('EDQUOT')])
    expect(isDiskFull(error)).toBe(true);
  for (const error of [sqlite(10), sqlite(11), withCode('EIO'), withCode(13), undefined])
    expect(isDiskFull(error)).toBe(false);
});

test('a database that another process uses is no damage, and damage is not taken for use', () => {
  // SQLITE_BUSY, SQLITE_CORRUPT and SQLITE_NOTADB, also as extended codes.
  for (const error of [sqlite(5), sqlite(5 + 256)]) expect([isInUse(error), isDamage(error)]).toEqual([true, false]);
  for (const error of [sqlite(11), sqlite(11 + 256), sqlite(26), new StoreDamagedError()])
    expect([isInUse(error), isDamage(error)]).toEqual([false, true]);
  for (const error of [sqlite(1), new Error('no'), { errcode: 5 }, { errcode: 11 }])
    expect([isInUse(error), isDamage(error)]).toEqual([false, false]);
});
