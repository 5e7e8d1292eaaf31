import type { Section } from '../../preload/contract.ts';
import type { Entry } from './entries.ts';
import type { Place } from './lines.ts';
import { pageOf, pageSize, type Page } from './pages.ts';

/** The rows that have come so far, page by page, and where each of them is. */
export class KnownRows {
  readonly #pages = new Map<Section, Map<number, readonly Entry[]>>();
  readonly #places = new Map<number, Place>();

  has({ section, page }: Page): boolean {
    return this.#pages.get(section)?.has(page) === true;
  }

  at({ section, index }: Place): Entry | undefined {
    return this.#pages.get(section)?.get(pageOf({ index }))?.[index % pageSize];
  }

  placeOf(id: number): Place | undefined {
    return this.#places.get(id);
  }

  /** A page has come: its rows replace those that were on it. */
  take({ section, page }: Page, rows: readonly Entry[]): void {
    this.#forget({ section, page });
    const pages = this.#pages.get(section) ?? new Map<number, readonly Entry[]>();
    this.#pages.set(section, pages);
    pages.set(page, rows);
    for (const [n, { id }] of rows.entries()) this.#places.set(id, { section, index: page * pageSize + n });
  }

  /** A row has changed, but not its place. */
  put(place: Place, row: Entry): void {
    const pages = this.#pages.get(place.section);
    const rows = pages?.get(pageOf(place));
    if (rows !== undefined) pages?.set(pageOf(place), rows.with(place.index % pageSize, row));
  }

  /** Other rows may be in a section now. */
  forget(section: Section): void {
    for (const page of [...(this.#pages.get(section)?.keys() ?? [])]) this.#forget({ section, page });
  }

  #forget({ section, page }: Page): void {
    const pages = this.#pages.get(section);
    for (const { id } of pages?.get(page) ?? []) {
      const place = this.#places.get(id);
      // A page that came later may have it as well.
      if (place?.section === section && pageOf(place) === page) this.#places.delete(id);
    }
    pages?.delete(page);
  }
}
