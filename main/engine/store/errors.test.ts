import { expect, test } from 'vitest';
import { unwritable } from './errors.ts';

const withCode = (code: unknown): Error => Object.assign(new Error('no'), { code });

test.each(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOENT'])(
  'a folder that cannot be written is explained with the reason of the system (%s)',
  (code) => {
    expect(unwritable(withCode(code))).toBe(code);
  },
);

test('a database that SQLite cannot open or write is explained, and other errors are not', () => {
  const sqlite = (errcode: number): Error => Object.assign(new Error('no'), { errcode });
  // SQLITE_READONLY and SQLITE_CANTOPEN, also as extended codes.
  for (const errcode of [8, 14, 8 + 256, 14 + 512]) expect(unwritable(sqlite(errcode))).toBe('SQLite cannot open it');
  for (const error of [sqlite(1), withCode('EIO'), withCode(8), new Error('no'), undefined, 'EACCES'])
    expect(unwritable(error)).toBeUndefined();
});
