/**
 * Work that is done once, a while after it was asked for. It owns its timer, so that one that was stopped is never taken
 * for one that still runs.
 */
export class Later {
  readonly #work: () => void;
  readonly #ms: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param ms from the first request until the work is done */
  constructor(work: () => void, ms = 0) {
    this.#work = work;
    this.#ms = ms;
  }

  /** Asks for it; while it is asked for already this changes nothing. */
  soon(ms = this.#ms): void {
    // oxlint-disable-next-line house/no-forgotten-timer -- this is what forgets it
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#work();
    }, ms);
  }

  /** Asks for it, and begins to wait again where it is asked for already. */
  again(ms = this.#ms): void {
    this.stop();
    this.soon(ms);
  }

  /** Drops the request; it can be asked for again. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
