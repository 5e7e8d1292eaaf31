/** Where the rows of a grouped list lie, in pixels, so that only those in sight have to be drawn. */
export type RowLayout = {
  readonly head: number;
  readonly row: number;
  /** Of each group: where it begins, its height, how many rows lie before it, how many it has. */
  readonly groups: readonly {
    readonly top: number;
    readonly height: number;
    readonly before: number;
    readonly count: number;
  }[];
  readonly height: number;
  readonly count: number;
};

/** @param counts of rows, a group each; `head` and `row`: heights in pixels */
export const rowLayout = (counts: readonly number[], head: number, row: number): RowLayout => {
  let top = 0;
  let before = 0;
  const groups = counts.map((count) => {
    const group = { top, height: head + count * row, before, count };
    top += group.height;
    before += count;
    return group;
  });
  return { head, row, groups, height: top, count: before };
};

/** The pixel at which a row begins. */
export const rowTop = ({ groups, head, row }: RowLayout, index: number): number => {
  const group = groups.findLast(({ before }) => before <= index);
  return group === undefined ? 0 : group.top + head + (index - group.before) * row;
};

export type Slice = { readonly group: number; readonly rows: readonly number[] };

/**
 * The rows of each group that lie between two pixels, as numbers within their group; `keep`, a number within the whole
 * list, is among them wherever it lies. Groups without any are left out.
 */
export const slices = (layout: RowLayout, from: number, to: number, keep: number): readonly Slice[] =>
  layout.groups.flatMap(({ top, height, before, count }, group) => {
    const kept = keep >= before && keep < before + count ? keep - before : undefined;
    const seen = top < to && top + height > from;
    if (!seen && kept === undefined) return [];
    const first = Math.max(0, Math.floor((from - top - layout.head) / layout.row));
    const end = Math.min(count, Math.ceil((to - top - layout.head) / layout.row));
    const rows = seen ? Array.from({ length: Math.max(0, end - first) }, (_, n) => first + n) : [];
    if (kept !== undefined && (kept < first || rows.length === 0)) rows.unshift(kept);
    else if (kept !== undefined && kept >= end) rows.push(kept);
    return [{ group, rows }];
  });

/**
 * The next row whose name begins with what was typed, after `from` and around the end. A single letter goes on to the
 * next; more letters may stay where they are.
 */
export const findByName = (names: readonly { readonly name: string }[], typed: string, from: number): number => {
  const wanted = typed.toLocaleLowerCase();
  const skip = typed.length === 1 ? 1 : 0;
  for (let n = 0; n < names.length; n++) {
    const at = (from + skip + n) % names.length;
    if (names[at]?.name.toLocaleLowerCase().startsWith(wanted) === true) return at;
  }
  return -1;
};
