import type { Value } from './connection.ts';
import { fromCursor, where, type Where } from './values.ts';

/**
 * The query for a page of a table, the newest first. It asks for one row more than the page has, as `toPage` takes them,
 * whose cursor is the id.
 *
 * @param conditions as `where` takes them
 */
export const newestFirst = (
  table: 'history' | 'shares',
  conditions: Parameters<typeof where>[0],
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Where => {
  const { sql, values } = where([...conditions, ['id < ?', fromCursor(after, 1)?.[0]]]);
  const all: readonly Value[] = [...values, limit + 1];
  return { sql: `SELECT * FROM ${table}${sql} ORDER BY id DESC LIMIT ?`, values: all };
};
