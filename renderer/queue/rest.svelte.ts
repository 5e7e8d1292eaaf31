import type { Entry } from './entries.ts';
import type { Place } from './lines.ts';

/** The row under the pointer or the focus keeps its place that long, ms. */
const holdMost = 2_000;

type Drawn = { readonly row: Entry; readonly place: Place };

/** On which row the pointer or the focus rests, and how long that one keeps its place. */
export class QueueRest {
  #id: number | undefined;
  /** The person did something with it: what becomes of it then is shown at once. */
  #touched = false;
  held = $state.raw<Drawn & { readonly until: number }>();

  /** `undefined`: it rests on none. */
  on(id: number | undefined): void {
    if (id === this.#id) return;
    this.#id = id;
    this.#touched = false;
    if (id !== this.held?.row.id) this.held = undefined;
  }

  touch(): void {
    this.#touched = true;
    this.held = undefined;
  }

  /** The row that may have to keep its place. */
  get id(): number | undefined {
    return this.#touched || this.held !== undefined ? undefined : this.#id;
  }

  /** It keeps its place from now on. */
  hold(drawn: Drawn): void {
    this.held = { ...drawn, until: performance.now() + holdMost };
  }

  /** What is known of the held row, as long as it belongs to where it is drawn. */
  update(row: Entry): void {
    if (this.held?.row.id === row.id) this.held = { ...this.held, row };
  }

  /** Lets a row go that was held long enough. Returns whether one is still held. */
  keeps(): boolean {
    if (this.held !== undefined && performance.now() >= this.held.until) this.held = undefined;
    return this.held !== undefined;
  }
}
