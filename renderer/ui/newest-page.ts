type Row = { readonly id: number };

/**
 * Rows that are sorted by falling id, with their newest page as it is now: what is new is added, what changed is
 * replaced, what is gone goes. `undefined` where rows may lie between the page and those that are known: all has to be
 * loaded anew.
 *
 * @param last whether no rows follow the page
 */
export const withNewest = <T extends Row>(
  rows: readonly T[],
  page: readonly T[],
  last: boolean,
): readonly T[] | undefined => {
  const oldest = page.at(-1);
  if (last || oldest === undefined) return page;
  const newest = rows[0];
  if (newest === undefined || newest.id < oldest.id) return undefined;
  return [...page, ...rows.filter(({ id }) => id < oldest.id)];
};
