import { MediaQuery } from 'svelte/reactivity';

/** In a window that has the space, a view shows the details of its current row by itself, until the user closes them there. */
export class WideDetails {
  readonly #wide = new MediaQuery('(min-width: 1500px)');
  #closed = $state(false);

  get open(): boolean {
    return this.#wide.current && !this.#closed;
  }

  close(): void {
    this.#closed = true;
  }

  /** The user wants details again. */
  reopen(): void {
    this.#closed = false;
  }
}
