import type { ListModel } from './list-model.ts';
import { beyond, numberOf, slices, stack, type Block, type Place, type Slice } from './row-window.ts';

/** What keeps the selection of a list: it outlives the list. */
export type Selection = {
  active: number | undefined;
  /** Absent: rows cannot be selected. */
  chosen?: ReadonlySet<number>;
};

/** rem */
const titleHeight = 1.875;

type Group = { readonly key: string; readonly rows: readonly { readonly id: number }[] };

/** A list whose rows are all here, in groups. */
export class LoadedRows<G extends Group> implements ListModel<G['rows'][number], string> {
  readonly #groups: () => readonly G[];
  readonly #selection: Selection;
  readonly #rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  readonly #rowHeight: number;
  scrollTop = $state(0);
  height = $state(0);
  readonly all: readonly G['rows'][number][] = $derived.by(() => this.#groups().flatMap(({ rows }) => rows));
  readonly blocks: readonly Block[] = $derived.by(() =>
    stack(
      this.#groups().map(({ key, rows: { length } }) => ({
        section: key,
        count: length,
        shown: length,
        rowHeight: this.#rowHeight,
      })),
      { title: titleHeight * this.#rem, more: 0 },
    ),
  );
  readonly slices: readonly Slice[] = $derived.by(() => {
    const keep = this.current === undefined ? undefined : this.placeOf(this.current);
    return slices(this.blocks, this.scrollTop - beyond, this.scrollTop + this.height + beyond, keep);
  });
  readonly #places: ReadonlyMap<number, Place> = $derived.by(
    () =>
      new Map(
        this.#groups().flatMap(({ key, rows }) => rows.map(({ id }, index) => [id, { section: key, index }] as const)),
      ),
  );

  /** @param rowHeight in rem, the same for all */
  constructor(selection: Selection, groups: () => readonly G[], rowHeight: number) {
    this.#selection = selection;
    this.#groups = groups;
    this.#rowHeight = rowHeight * this.#rem;
  }

  get current(): number | undefined {
    return this.#selection.active;
  }

  set current(id: number | undefined) {
    this.#selection.active = id;
  }

  get chosen(): ReadonlySet<number> | undefined {
    return this.#selection.chosen;
  }

  group(section: string): G | undefined {
    return this.#groups().find(({ key }) => key === section);
  }

  row(section: string, index: number): G['rows'][number] | undefined {
    return this.group(section)?.rows[index];
  }

  rowAt({ section, index }: Place): Promise<G['rows'][number] | undefined> {
    return Promise.resolve(this.row(section, index));
  }

  placeOf(id: number): Place | undefined {
    return this.#places.get(id);
  }

  toggle({ id }: G['rows'][number]): void {
    if (this.chosen === undefined) return;
    const next = new Set(this.chosen);
    if (!next.delete(id)) next.add(id);
    this.#selection.chosen = next;
  }

  chooseBetween(one: Place, other: Place): Promise<boolean> {
    const ends = [one, other].map((place) => numberOf(this.blocks, place) ?? 0);
    const range = this.all.slice(Math.min(...ends), Math.max(...ends) + 1);
    if (this.chosen !== undefined) this.#selection.chosen = new Set(range.map(({ id }) => id));
    return Promise.resolve(false);
  }
}
