/**
 * The row under the pointer or the focus keeps its place for a while, and looks as it did there, so that nothing moves
 * away from under a click. All other rows are where the host has them. Here: which place is which.
 */
import type { Section } from '../../preload/contract.ts';
import type { Entry } from './entries.ts';
import type { Place } from './lines.ts';

export type Hold = {
  /** As it is drawn. */
  readonly row: Entry;
  /** Where it is drawn. */
  readonly place: Place;
  /** Where the host has it; `undefined` where that is not known. */
  readonly now: Place | undefined;
};

/** How many rows a section shows, of so many that it has. */
export const countWith = (hold: Hold | undefined, section: Section, count: number): number =>
  count - (hold?.now?.section === section ? 1 : 0) + (hold?.place.section === section ? 1 : 0);

/** The host's place of the row that is shown at a place; `held`: it is the held one. */
export const behind = (hold: Hold | undefined, { section, index }: Place): Place | 'held' => {
  if (hold === undefined) return { section, index };
  const { place, now } = hold;
  if (section === place.section && index === place.index) return 'held';
  const without = section === place.section && index > place.index ? index - 1 : index;
  return { section, index: now?.section === section && without >= now.index ? without + 1 : without };
};

/** Where a row is shown that the host has at a place. */
export const shownAt = (hold: Hold | undefined, { section, index }: Place): Place => {
  if (hold === undefined) return { section, index };
  const { place, now } = hold;
  if (now?.section === section && now.index === index) return place;
  const without = now?.section === section && index > now.index ? index - 1 : index;
  return { section, index: section === place.section && without >= place.index ? without + 1 : without };
};
