/** Between columns and values: NULL is undefined, JSON columns are text, and filters become conditions. */
import type { DeliveryState, GroupState, ShareState, TransferState } from '../../../preload/states.ts';
import type { Value } from './connection.ts';
import type { Page } from './rows.ts';

export const nullable = <T>(value: T | undefined): T | null => value ?? null;
export const optional = <T>(value: T | null): T | undefined => value ?? undefined;

export const toJson = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));

/** What this store wrote as JSON. A text that is none is damage; its words may hold a key, so they are not repeated. */
export const fromJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('a stored value is not JSON');
  }
};
export const optionalJson = (text: string | null): unknown => (text === null ? undefined : fromJson(text));

/** The same where the rest of a row is of use without it: `undefined` for damage, too. */
export const maybeJson = (text: string | null): unknown => {
  try {
    return optionalJson(text);
  } catch {
    return undefined;
  }
};

/** As names are compared in a search: case and the form of accents do not matter. SQLite's own LIKE folds ASCII only. */
export const fold = (text: string): string => text.normalize('NFKC').toLowerCase();

export type Where = { readonly sql: string; readonly values: readonly Value[] };

/** States as a list in SQL. Their text stays the same, so that partial indexes are used. */
export const listOf = (states: readonly (DeliveryState | GroupState | ShareState | TransferState)[]): string =>
  `(${states.map((state) => `'${state}'`).join(', ')})`;

/** Joins the conditions whose value is given; arrays become a JSON list, so that the statement's text stays the same. */
export const where = (
  conditions: readonly (readonly [sql: string, value: Value | readonly Value[] | undefined])[],
): Where => {
  const given = conditions.flatMap(([sql, value]) =>
    value === undefined ? [] : [{ sql, value: Array.isArray(value) ? JSON.stringify(value) : (value as Value) }],
  );
  return {
    sql: given.length === 0 ? '' : ` WHERE ${given.map((c) => c.sql).join(' AND ')}`,
    values: given.map((c) => c.value),
  };
};

/** Cuts the one row too many that tells whether there is another page. */
export const toPage = <Row, T>(
  rows: readonly Row[],
  limit: number,
  read: (row: Row) => T,
  cursor: (row: Row) => readonly number[],
): Page<T> => {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    rows: rows.slice(0, limit).map(read),
    next: last === undefined ? undefined : cursor(last).join(','),
  };
};

/** The numbers of a cursor; throws on one that no page gave. */
export const fromCursor = (cursor: string | undefined, length: number): readonly number[] | undefined => {
  if (cursor === undefined) return undefined;
  const numbers = cursor.split(',').map(Number);
  if (numbers.length !== length || !numbers.every(Number.isSafeInteger)) throw new RangeError('not a cursor of a page');
  return numbers;
};
