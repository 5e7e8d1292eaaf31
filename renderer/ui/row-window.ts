/**
 * Where the rows of a list in sections are, in pixels, so that only those in sight have to be drawn. Costs what there are
 * sections, whatever the length of the list: offsets follow from counts.
 */

/** Pixels that are drawn beyond both ends of what is in sight. */
export const beyond = 300;

/** A section as it is given to the list. */
export type ListSection<Key extends string = string> = {
  readonly section: Key;
  readonly count: number;
  /** Rows that can be seen: all, or as many as a fold leaves. */
  readonly shown: number;
  /** px, with the gap below each row. */
  readonly rowHeight: number;
  readonly rowGap?: number;
};

/** A section in its place. Offsets in px from the top of the list. */
export type Block<Key extends string = string> = ListSection<Key> & {
  /** Of its title among all lines of the list, counted from 1. */
  readonly ordinal: number;
  /** How many rows are above it. */
  readonly before: number;
  readonly top: number;
  readonly rowTop: number;
  /** Of the line that shows all; `undefined` where nothing is hidden, or everything. */
  readonly moreTop: number | undefined;
  readonly bottom: number;
};

/** The place of a row: its number within its section, from 0. */
export type Place<Key extends string = string> = { readonly section: Key; readonly index: number };

/** The rows of a section that are drawn, as numbers within it. */
export type Slice<Key extends string = string> = {
  readonly block: Block<Key>;
  readonly rows: readonly number[];
};

/** Sections below one another, without those that are empty. `title` and `more`: px of the lines above and below the rows. */
export const stack = <Key extends string>(
  sections: readonly ListSection<Key>[],
  { title, more }: { readonly title: number; readonly more: number },
): readonly Block<Key>[] => {
  const blocks: Block<Key>[] = [];
  let [top, ordinal, before] = [0, 1, 0];
  for (const section of sections) {
    const { count, shown, rowHeight } = section;
    if (count === 0) continue;
    const rowTop = top + title;
    const rowsEnd = rowTop + shown * rowHeight;
    const moreTop = shown > 0 && shown < count ? rowsEnd : undefined;
    const bottom = moreTop === undefined ? rowsEnd : moreTop + more;
    blocks.push({ ...section, ordinal, before, top, rowTop, moreTop, bottom });
    top = bottom;
    before += shown;
    ordinal += 1 + shown + (moreTop === undefined ? 0 : 1);
  }
  return blocks;
};

/** How many rows can be seen in all. */
export const rowCount = (blocks: readonly Block[]): number => {
  const last = blocks.at(-1);
  return last === undefined ? 0 : last.before + last.shown;
};

/** The place of the row with a number within the whole list, from 0. */
export const placeAt = <Key extends string>(blocks: readonly Block<Key>[], number: number): Place<Key> | undefined => {
  const block = blocks.findLast(({ before }) => before <= number);
  return block === undefined || number < 0 || number >= block.before + block.shown
    ? undefined
    : { section: block.section, index: number - block.before };
};

/** The number of a row within the whole list; `undefined` where it cannot be seen. */
export const numberOf = (blocks: readonly Block[], { section, index }: Place): number | undefined => {
  const block = blocks.find((one) => one.section === section);
  return block === undefined || index >= block.shown ? undefined : block.before + index;
};

/** The number of the first row that is whole below an offset and the title of its section; `undefined`: there is none. */
export const firstBelow = (blocks: readonly Block[], offset: number): number | undefined => {
  for (const { top, rowHeight, shown, before } of blocks) {
    // A pixel is not seen: offsets are rounded where the page is magnified.
    const index = Math.max(0, Math.ceil((offset - top - 1) / rowHeight));
    if (index < shown) return before + index;
  }
  return undefined;
};

/**
 * The rows of each section between two offsets; the row at `keep`, which may have the focus, is among them wherever it is.
 * Sections without any row or line in sight are not listed.
 */
export const slices = <Key extends string>(
  blocks: readonly Block<Key>[],
  from: number,
  to: number,
  keep?: Place<Key>,
): readonly Slice<Key>[] =>
  blocks.flatMap((block) => {
    const kept = keep?.section === block.section && keep.index < block.shown ? keep.index : undefined;
    const seen = block.top < to && block.bottom > from;
    if (!seen && kept === undefined) return [];
    const first = Math.max(0, Math.floor((from - block.rowTop) / block.rowHeight));
    const end = Math.min(block.shown, Math.ceil((to - block.rowTop) / block.rowHeight));
    const rows = seen ? Array.from({ length: Math.max(0, end - first) }, (_, n) => first + n) : [];
    if (kept !== undefined && (kept < first || rows.length === 0)) rows.unshift(kept);
    else if (kept !== undefined && kept >= end) rows.push(kept);
    return [{ block, rows }];
  });

export type DrawnRow<Row> = {
  /** A row's own wherever it is known, so that what is in it moves with it when its place changes. */
  readonly key: string;
  readonly index: number;
  readonly row: Row | undefined;
};
export type DrawnBlock<Row, Key extends string = string> = {
  readonly block: Block<Key>;
  readonly rows: readonly DrawnRow<Row>[];
};

/** What is drawn, each row with what is known of it. */
export const drawnBlocks = <Row extends { readonly id: number }, Key extends string>(
  parts: readonly Slice<Key>[],
  rowAt: (section: Key, index: number) => Row | undefined,
): readonly DrawnBlock<Row, Key>[] => {
  // Pages that were asked for at different times may name a row twice.
  const named = new Set<number>();
  return parts.map(({ block, rows }) => ({
    block,
    rows: rows.map((index) => {
      const row = rowAt(block.section, index);
      const own = row !== undefined && !named.has(row.id);
      if (own) named.add(row.id);
      return { key: own ? `row ${row.id}` : `${block.section} ${index}`, index, row };
    }),
  }));
};

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
