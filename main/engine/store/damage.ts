/** Damage of a database, as SQLite reports it. This file loads nothing: the worker that looks at each database takes it. */

/** Damage was met in the middle of a call. The call did nothing; the backup stands in its place from now on. */
export class StoreDamagedError extends Error {
  constructor() {
    super('the database is damaged');
    this.name = 'StoreDamagedError';
  }
}

const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/** The extended result code of an error of SQLite; 0: it is none. */
export const errcode = (error: unknown): number =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : 0;

export const isDamage = (error: unknown): boolean =>
  error instanceof StoreDamagedError || [SQLITE_CORRUPT, SQLITE_NOTADB].includes(errcode(error) & 0xff);
