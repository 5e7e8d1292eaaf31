import type { Section } from '../../preload/contract.ts';
import { stack, type Block, type Place as ListPlace } from '../ui/row-window.ts';

/** The place of a row of the queue. */
export type Place = ListPlace<Section>;

/** Heights in CSS pixels at the usual text size; the list scales them with it. */
export const heights = { head: 32, one: 34, two: 50, ask: 80, more: 32 } as const;

/** Sections whose rows are folded to so many until the person wants all. */
export const foldedTo: Partial<Record<Section, number>> = { next: 50, paused: 0, done: 5 };

/** In a window so narrow that progress moves under the name, and answers under their question. */
const narrowHeights = { two: 60, ask: 112 } as const;

/** How the rows of a section are drawn: as a question with its answers, on one line, or on two. */
export const rowKind = (section: Section): 'ask' | 'one' | 'two' =>
  (
    {
      'needs-you': 'ask',
      'under-way': 'two',
      waiting: 'two',
      failed: 'ask',
      next: 'one',
      paused: 'two',
      done: 'one',
    } as const
  )[section];

const rowHeight = (section: Section, narrow: boolean): number =>
  (narrow ? { ...heights, ...narrowHeights } : heights)[rowKind(section)];

/** What the heights depend on. */
export type Measure = {
  /** Text size as a factor of the usual one. */
  readonly zoom: number;
  readonly narrow: boolean;
};

/** Where every section of the queue is. */
export const layOut = (
  counts: readonly { readonly section: Section; readonly count: number }[],
  unfolded: ReadonlySet<Section>,
  { zoom, narrow }: Measure,
): readonly Block<Section>[] =>
  stack(
    counts.map(({ section, count }) => {
      const fold = unfolded.has(section) ? undefined : foldedTo[section];
      // A fold that hides one row alone would cost as much room as that row.
      const shown = fold === undefined || (fold > 0 && count <= fold + 1) ? count : fold;
      const rowGap = rowKind(section) === 'ask' ? 4 : 0;
      return { section, count, shown, rowHeight: rowHeight(section, narrow) * zoom, rowGap };
    }),
    { title: heights.head * zoom, more: heights.more * zoom },
  );
