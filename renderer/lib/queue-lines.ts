import type { Section } from '../../preload/contract.ts';

/** Heights in CSS pixels at the usual text size; the list scales them with it. */
export const heights = { head: 32, one: 34, two: 50, ask: 80, more: 32 } as const;

/** Sections whose rows are folded to so many until the person wants all. */
export const foldedTo: Partial<Record<Section, number>> = { next: 50, done: 5 };

/** In a window so narrow that progress moves under the name, and answers under their question. */
const narrowHeights = { two: 60, ask: 112 } as const;

const rowHeight = (section: Section, narrow: boolean): number => {
  const { two, ask } = narrow ? narrowHeights : heights;
  if (section === 'needs-you' || section === 'failed') return ask;
  return section === 'next' || section === 'done' ? heights.one : two;
};

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
    blocks.push({ section, count, shown, top, rowTop, rowHeight: height, moreTop, bottom });
    top = bottom;
  }
  return blocks;
};

/** The lines between two offsets, with some rows more on both sides. */
export const linesBetween = (blocks: readonly Block[], from: number, to: number, spare = 6): readonly Line[] =>
  blocks.flatMap((block): Line[] => {
    if (block.bottom < from || block.top > to) return [];
    const lines: Line[] = [{ kind: 'head', key: `head ${block.section}`, block, top: block.top }];
    const first = Math.max(0, Math.floor((from - block.rowTop) / block.rowHeight) - spare);
    const last = Math.min(block.shown - 1, Math.ceil((to - block.rowTop) / block.rowHeight) + spare);
    for (let index = first; index <= last; index++)
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
