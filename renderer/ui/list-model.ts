import type { Block, Place, Slice } from './row-window.ts';

/** What a list of rows draws, and what is selected in it. Rows may still be on their way. */
export type ListModel<Row, Key extends string> = {
  readonly blocks: readonly Block<Key>[];
  /** What is drawn, as `scrollTop` and `height` say. */
  readonly slices: readonly Slice<Key>[];
  /** px, set by the list. */
  scrollTop: number;
  height: number;
  /** The row that has the keyboard, by its id. */
  current: number | undefined;
  /** Absent: rows cannot be selected. */
  readonly chosen: ReadonlySet<number> | undefined;
  /** All rows, where all are loaded: a name is looked for among them, else among those that are drawn. */
  readonly all?: readonly Row[];

  /** `undefined` until it is loaded. */
  row(section: Key, index: number): Row | undefined;
  /** The same, once it is loaded. */
  rowAt(place: Place<Key>): Promise<Row | undefined>;
  placeOf(id: number): Place<Key> | undefined;
  /** Selects a row, or takes it out of the selection. */
  toggle(row: Row): void;
  /** Selects the rows between two places and nothing else. Returns whether they were too many. */
  chooseBetween(one: Place<Key>, other: Place<Key>): Promise<boolean>;
};
