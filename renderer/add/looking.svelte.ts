/** What hears of each file that is found while folders are looked through, and ends that. */
export interface LookWatch {
  /** @param size bytes */
  found(size: number): void;
  readonly signal: AbortSignal;
}

/** ms until a look is shown, and between two updates of its figures: most are over by then. */
const paintEvery = 250;

/** A look through what was added: what it has found so far, and the way to cancel it. Nothing is added then. */
export class Looking implements LookWatch {
  /** What is looked through, as words. */
  readonly name: string;
  files = $state(0);
  /** Bytes of these files. */
  bytes = $state(0);
  shown = $state(false);
  readonly #control = new AbortController();
  readonly #timer: ReturnType<typeof setInterval>;
  #found = { files: 0, bytes: 0 };
  cancelling = $state(false);

  constructor(name: string) {
    this.name = name;
    this.#timer = setInterval(() => {
      this.shown = true;
      ({ files: this.files, bytes: this.bytes } = this.#found);
    }, paintEvery);
  }

  get signal(): AbortSignal {
    return this.#control.signal;
  }

  found(size: number): void {
    this.#found = { files: this.#found.files + 1, bytes: this.#found.bytes + size };
  }

  /** What a host has found that counts by itself. */
  heard(found: { readonly files: number; readonly bytes: number }): void {
    this.#found = found;
  }

  cancel(): void {
    this.cancelling = true;
    this.#control.abort();
  }

  end(): void {
    clearInterval(this.#timer);
  }
}

/** A name for one call that nobody else uses. */
export const newToken = (): string =>
  Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(16)).join('-');
