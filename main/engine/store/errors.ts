/** What the store throws beside errors of its callers. None of them carries a value of a row. */
import { ErrorWithProblem } from '../../../preload/problem-error.ts';
import { problem, type Problem } from '../../../preload/problems.ts';
import { errcode } from './damage.ts';

/** A write did not fit on the disk. It was undone whole; once there is room the same call works. */
export class DiskFullError extends ErrorWithProblem<Problem> {
  override readonly name = 'DiskFullError';
  constructor(path: string) {
    super(problem('disk-full', { path }), `no room left on the disk with ${path}`);
  }
}

/** The store cannot be opened, and nothing was changed: written by a newer version, or not writable. */
export class StoreRefusedError extends ErrorWithProblem<Problem> {
  override readonly name = 'StoreRefusedError';
}

/** This process does not have the profile any more, or its database was removed: nothing was written. */
export class StoreLostError extends ErrorWithProblem<Problem> {
  override readonly name = 'StoreLostError';
}

/** The store was closed before the integrity check had ended. */
export class StoreClosedError extends Error {
  constructor() {
    super('the store is closed');
    this.name = 'StoreClosedError';
  }
}

const SQLITE_BUSY = 5;
const SQLITE_READONLY = 8;
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;
/** The shared-memory file beside the WAL could not grow: how a full disk shows at opening. */
const SQLITE_IOERR_SHMSIZE = 4874;

const syscode = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

export const isDiskFull = (error: unknown): boolean =>
  (errcode(error) & 0xff) === SQLITE_FULL ||
  errcode(error) === SQLITE_IOERR_SHMSIZE ||
  syscode(error) === 'ENOSPC' ||
  syscode(error) === 'EDQUOT';

/** Another process uses the database, and did not release it in time. */
export const isInUse = (error: unknown): boolean => (errcode(error) & 0xff) === SQLITE_BUSY;

/** Why a file or folder cannot be written, in a word; `undefined`: another error. */
export const unwritable = (error: unknown): string | undefined => {
  const code = syscode(error);
  if (typeof code === 'string' && ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOENT'].includes(code))
    return code;
  return [SQLITE_READONLY, SQLITE_CANTOPEN].includes(errcode(error) & 0xff) ? 'SQLite cannot open it' : undefined;
};
