import { mod, TypedWord } from './list-keys.ts';
import type { ListModel } from './list-model.ts';
import { findByName, numberOf, placeAt, rowCount, type Place } from './row-window.ts';

/** What the cursor needs of the list that is drawn. */
type Drawn<Row, Key extends string> = {
  readonly rows: () => readonly Row[];
  /** Scrolls to a row. */
  readonly reveal: (place: Place<Key>) => void;
  /** The current row is another now, and may need the focus. */
  readonly moved: () => Promise<void>;
  /** Called when more rows were to be selected than can be. */
  readonly onfull: () => void;
};

/** The current row of a list, the keys that move it, and what they select. */
export class ListCursor<Row extends { readonly id: number; readonly name: string }, Key extends string> {
  readonly #model: () => ListModel<Row, Key>;
  readonly #drawn: Drawn<Row, Key>;
  readonly #word = new TypedWord(800);
  /** Where a range begins. */
  #anchor: number | undefined;
  /** Counts moves: a row that is loaded late does not become the current one after a newer move. */
  #went = 0;

  constructor(model: () => ListModel<Row, Key>, drawn: Drawn<Row, Key>) {
    this.#model = model;
    this.#drawn = drawn;
  }

  readonly place: Place<Key> | undefined = $derived.by(() => {
    const { current } = this.#model();
    return current === undefined ? undefined : this.#model().placeOf(current);
  });
  /** The number of the current row within the list. */
  readonly at: number | undefined = $derived.by(() =>
    this.place === undefined ? undefined : numberOf(this.#model().blocks, this.place),
  );
  readonly row: Row | undefined = $derived.by(() =>
    this.place === undefined ? undefined : this.#model().row(this.place.section, this.place.index),
  );

  /** Whether a space belongs to a name that is being typed. */
  get isTyping(): boolean {
    return this.#word.isOpen;
  }

  /** Makes a row the current one; `extend`: and selects all from where the selection began. */
  async go(number: number, extend = false): Promise<void> {
    const model = this.#model();
    const to = placeAt(model.blocks, Math.max(0, Math.min(number, rowCount(model.blocks) - 1)));
    if (to === undefined) return;
    const turn = ++this.#went;
    this.#drawn.reveal(to);
    const from = this.#from() ?? this.place ?? to;
    const row = model.row(to.section, to.index) ?? (await model.rowAt(to));
    if (row === undefined || turn !== this.#went) return;
    if (extend) this.#anchor ??= model.current;
    else this.#anchor = row.id;
    model.current = row.id;
    await this.#drawn.moved();
    if (extend) await this.#choose(from, to);
  }

  /** By a click: the row alone, to act on. */
  enter(row: Row): void {
    this.#went++;
    this.#model().current = row.id;
    this.#anchor = row.id;
  }

  /** Selects a row, or takes it out of the selection; `range`: all from where the selection began, and nothing else. */
  pick(row: Row, range: boolean): void {
    this.#went++;
    const to = this.#model().placeOf(row.id);
    if (to !== undefined && range) {
      void this.#choose(this.#from() ?? to, to);
      return;
    }
    this.#model().toggle(row);
    this.#anchor = row.id;
  }

  /** Does what a key means in every list. Returns whether it means something. */
  press(event: KeyboardEvent): boolean {
    const { key } = event;
    const model = this.#model();
    const to = this.#aim(key);
    if (to !== undefined) void this.go(to, event.shiftKey && model.chosen !== undefined);
    else if (key === ' ' && mod(event) && this.row !== undefined) this.pick(this.row, false);
    else if (key.toLowerCase() === 'a' && mod(event) && model.chosen !== undefined) {
      const [first, last] = [placeAt(model.blocks, 0), placeAt(model.blocks, rowCount(model.blocks) - 1)];
      if (first !== undefined && last !== undefined) void this.#choose(first, last);
    } else return false;
    return true;
  }

  /** Goes to the next row whose name begins with what is being typed. */
  type(letter: string): void {
    const model = this.#model();
    const rows = model.all ?? this.#drawn.rows();
    const here = rows.findIndex(({ id }) => id === model.current);
    const found = rows[findByName(rows, this.#word.add(letter), Math.max(0, here))];
    const place = found === undefined ? undefined : model.placeOf(found.id);
    const number = place === undefined ? undefined : numberOf(model.blocks, place);
    if (number !== undefined) void this.go(number);
  }

  /** The number of the row that a key leads to. */
  #aim(key: string): number | undefined {
    const { blocks, height } = this.#model();
    const last = rowCount(blocks) - 1;
    const block = blocks.find(({ section }) => section === this.place?.section) ?? blocks[0];
    const page = Math.max(1, Math.floor(height / (block?.rowHeight ?? height)) - 1);
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page };
    const by = steps[key];
    if (by !== undefined) return this.at === undefined ? (by > 0 ? 0 : last) : this.at + by;
    return key === 'Home' ? 0 : key === 'End' ? last : undefined;
  }

  #from(): Place<Key> | undefined {
    return this.#anchor === undefined ? undefined : this.#model().placeOf(this.#anchor);
  }

  async #choose(from: Place<Key>, to: Place<Key>): Promise<void> {
    if (await this.#model().chooseBetween(from, to)) this.#drawn.onfull();
  }
}
