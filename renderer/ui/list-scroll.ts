import type { ListModel } from './list-model.ts';
import type { Place } from './row-window.ts';

/** What is drawn: the element that scrolls, and the px of the titles of columns that cover its top. */
type Drawn = {
  readonly box: () => Pick<HTMLElement, 'scrollTop' | 'clientHeight'>;
  readonly titles: () => number;
};

/** Where a list is scrolled to: rows are brought into sight, and what is read stays in its place. */
export class ListScroll<Row extends { readonly id: number }, Key extends string> {
  readonly #model: () => ListModel<Row, Key>;
  readonly #drawn: Drawn;
  /** The row at the upper edge, and the px of it that are above the edge. */
  #topRow: { readonly id: number; readonly offset: number } | undefined;

  constructor(model: () => ListModel<Row, Key>, drawn: Drawn) {
    this.#model = model;
    this.#drawn = drawn;
  }

  /** Brings a row into sight, below the title of its section. */
  reveal(place: Place<Key>): void {
    const model = this.#model();
    const block = model.blocks.find(({ section }) => section === place.section);
    const top = this.#topOf(place);
    if (block === undefined || top === undefined) return;
    const box = this.#drawn.box();
    const title = block.rowTop - block.top;
    const end = top + block.rowHeight + this.#drawn.titles();
    if (top - title < box.scrollTop) box.scrollTop = Math.max(0, top - title);
    else if (end > box.scrollTop + box.clientHeight) box.scrollTop = end - box.clientHeight + 8;
    model.scrollTop = box.scrollTop;
  }

  /** The list was scrolled, by the person or from here. */
  moved(): void {
    const model = this.#model();
    const top = (model.scrollTop = this.#drawn.box().scrollTop);
    const block = model.blocks.findLast((one) => one.top <= top);
    if (block === undefined) return;
    const within = Math.floor((top - block.rowTop) / block.rowHeight);
    const index = Math.min(block.shown - 1, Math.max(0, within));
    const row = model.row(block.section, index);
    this.#topRow = row === undefined ? undefined : { id: row.id, offset: top - block.rowTop - index * block.rowHeight };
  }

  /** Rows were added or removed above what is in sight: it stays where it was. At the very top new rows are shown. */
  keep(): void {
    if (this.#topRow === undefined) return;
    const top = this.#topOf(this.#model().placeOf(this.#topRow.id));
    const box = this.#drawn.box();
    if (top === undefined || box.scrollTop === 0) return;
    const wanted = top + this.#topRow.offset;
    if (Math.abs(wanted - box.scrollTop) > 1) box.scrollTop = wanted;
  }

  /** px from the top of the list. */
  #topOf(place: Place<Key> | undefined): number | undefined {
    const block = this.#model().blocks.find(({ section }) => section === place?.section);
    return place === undefined || block === undefined ? undefined : block.rowTop + place.index * block.rowHeight;
  }
}
