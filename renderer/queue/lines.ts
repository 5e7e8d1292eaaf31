import type { Section } from '../../preload/contract.ts';

/** Heights in CSS pixels at the usual text size; the list scales them with it. */
export const heights = { head: 32, one: 34, two: 50, ask: 80, more: 32 } as const;

/** Sections whose rows are folded to so many until the person wants all. */
export const foldedTo: Partial<Record<Section, number>> = { next: 50, done: 5 };

/** In a window so narrow that progress moves under the name, and answers under their question. */
const narrowHeights = { two: 60, ask: 112 } as const;

/** How the rows of a section are drawn: as a question with its answers, on one line, or on two. */
export const rowKind = (section: Section): 'ask' | 'one' | 'two' =>
  (({ 'needs-you': 'ask', 'under-way': 'two', waiting: 'two', failed: 'ask', next: 'one', done: 'one' }) as const)[
    section
  ];

const rowHeight = (section: Section, narrow: boolean): number =>
  (narrow ? { ...heights, ...narrowHeights } : heights)[rowKind(section)];

/** What the heights depend on. */
export type Measure = {
  /** Text size as a factor of the usual one. */
  readonly zoom: number;
  readonly narrow: boolean;
};

/** One section as it lies in the list. Offsets in px from the list's top. */
export type Block = {
  readonly section: Section;
  readonly count: number;
  /** Rows that are drawn: all, or as many as a fold leaves. */
  readonly shown: number;
  /** Of its head among all lines of the list, counted from 1. */
  readonly ordinal: number;
  readonly top: number;
  readonly rowTop: number;
  readonly rowHeight: number;
  /** Of the line that shows all; `undefined` where nothing is hidden. */
  readonly moreTop: number | undefined;
  readonly bottom: number;
};

/** What a line of the list is. */
export type Line =
  | { readonly kind: 'head'; readonly key: string; readonly block: Block; readonly top: number }
  | { readonly kind: 'more'; readonly key: string; readonly block: Block; readonly top: number }
  | {
      readonly kind: 'row';
      readonly key: string;
      readonly block: Block;
      readonly top: number;
      readonly index: number;
    };

/**
 * Where every section lies. Costs what there are sections, whatever the queue's length: offsets follow from counts.
 */
export const layOut = (
  counts: readonly { readonly section: Section; readonly count: number }[],
  unfolded: ReadonlySet<Section>,
  { zoom, narrow }: Measure,
): readonly Block[] => {
  const blocks: Block[] = [];
  let top = 0;
  let ordinal = 1;
  for (const { section, count } of counts) {
    if (count === 0) continue;
    const fold = unfolded.has(section) ? undefined : foldedTo[section];
    // A fold that hides one row alone would cost as much room as that row.
    const shown = fold === undefined || count <= fold + 1 ? count : fold;
    const height = rowHeight(section, narrow) * zoom;
    const rowTop = top + heights.head * zoom;
    const rowsEnd = rowTop + shown * height;
    const moreTop = shown < count ? rowsEnd : undefined;
    const bottom = moreTop === undefined ? rowsEnd : moreTop + heights.more * zoom;
    blocks.push({ section, count, shown, ordinal, top, rowTop, rowHeight: height, moreTop, bottom });
    top = bottom;
    ordinal += 1 + shown + (moreTop === undefined ? 0 : 1);
  }
  return blocks;
};

/** A row's place: the how-many-th of its section. */
export type Place = { readonly section: Section; readonly index: number };

/** How many rows are drawn beyond both ends of what is in sight. */
const spare = 6;

/**
 * The lines between two offsets, with some rows more on both sides; the row at `keep`, which may have the focus, is
 * among them wherever it lies.
 */
export const linesBetween = (blocks: readonly Block[], from: number, to: number, keep?: Place): readonly Line[] =>
  blocks.flatMap((block): Line[] => {
    const seen = block.bottom >= from && block.top <= to;
    const kept = keep?.section === block.section && keep.index < block.shown ? keep.index : undefined;
    if (!seen && kept === undefined) return [];
    const first = Math.max(0, Math.floor((from - block.rowTop) / block.rowHeight) - spare);
    const last = Math.min(block.shown - 1, Math.ceil((to - block.rowTop) / block.rowHeight) + spare);
    const indexes = seen ? Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => first + n) : [];
    if (kept !== undefined && (indexes.length === 0 || kept < first)) indexes.unshift(kept);
    else if (kept !== undefined && kept > last) indexes.push(kept);
    const lines: Line[] = [{ kind: 'head', key: `head ${block.section}`, block, top: block.top }];
    for (const index of indexes)
      lines.push({
        kind: 'row',
        key: `${block.section} ${index}`,
        block,
        top: block.rowTop + index * block.rowHeight,
        index,
      });
    if (block.moreTop !== undefined)
      lines.push({ kind: 'more', key: `more ${block.section}`, block, top: block.moreTop });
    return lines;
  });

export type DrawnRow<Row> = {
  /** A row's own wherever it is known, so that what stands in it goes with it when its place changes. */
  readonly key: string;
  readonly index: number;
  readonly top: number;
  readonly row: Row | undefined;
};
export type DrawnBlock<Row> = { readonly block: Block; readonly rows: readonly DrawnRow<Row>[] };

/** The lines by their sections, each row with what is known of it. Offsets of rows are from their section's top. */
export const drawnBlocks = <Row extends { readonly id: number }>(
  lines: readonly Line[],
  rowAt: (place: Place) => Row | undefined,
): readonly DrawnBlock<Row>[] => {
  const blocks = new Map<Block, DrawnRow<Row>[]>();
  // Pages that were asked for at different times may name a row twice.
  const named = new Set<number>();
  for (const line of lines) {
    const rows = blocks.get(line.block) ?? [];
    blocks.set(line.block, rows);
    if (line.kind !== 'row') continue;
    const row = rowAt({ section: line.block.section, index: line.index });
    const own = row !== undefined && !named.has(row.id);
    if (own) named.add(row.id);
    rows.push({ key: own ? `row ${row.id}` : line.key, index: line.index, top: line.top - line.block.top, row });
  }
  return [...blocks].map(([block, rows]) => ({ block, rows }));
};
