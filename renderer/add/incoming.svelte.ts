/** ms of the past that a speed is an average of. */
const window = 5_000;

/** A file or folder on its way from this browser to the host. */
export class Incoming {
  /** That of its row. */
  readonly id: number;
  readonly name: string;
  readonly serverId: string | undefined;
  /** Bytes. */
  readonly size: number;
  /** Of a folder; a file is one. */
  readonly files: number;
  sent = $state(0);
  filesIn = $state(0);
  /** Bytes/s; `undefined` until it can be told. */
  rate = $state<number>();
  /** What it is queued as. Until then: none. */
  ids = $state.raw<readonly number[]>([]);
  cancelled = $state(false);
  readonly #control = new AbortController();
  readonly #now: () => number;
  #seen: { readonly at: number; readonly sent: number }[] = [];

  constructor(
    about: Pick<Incoming, 'id' | 'name' | 'serverId' | 'size' | 'files'>,
    now: () => number = () => performance.now(),
  ) {
    ({ id: this.id, name: this.name, serverId: this.serverId, size: this.size, files: this.files } = about);
    this.#now = now;
    this.#seen = [{ at: now(), sent: 0 }];
  }

  get signal(): AbortSignal {
    return this.#control.signal;
  }

  /** ms until the rest of it is here. */
  get leftMs(): number | undefined {
    return this.rate === undefined || this.rate === 0 ? undefined : ((this.size - this.sent) / this.rate) * 1000;
  }

  /** Whole percent of what has left; 100 only when the host has all of it. */
  get percent(): number {
    if (this.ids.length > 0) return 100;
    return this.size === 0 ? 0 : Math.min(99, Math.floor((this.sent / this.size) * 100));
  }

  moved(sent: number, filesIn: number): void {
    const at = this.#now();
    this.sent = sent;
    this.filesIn = filesIn;
    // A file that starts over is no movement backwards.
    if (sent < (this.#seen.at(-1)?.sent ?? 0)) this.#seen = [];
    // A second apart: progress is reported far more often.
    if (at - (this.#seen.at(-1)?.at ?? -Infinity) < 1_000) return;
    this.#seen = [...this.#seen.filter((one) => at - one.at <= window), { at, sent }];
    const [first] = this.#seen;
    if (first !== undefined && at > first.at) this.rate = ((sent - first.sent) / (at - first.at)) * 1000;
  }

  cancel(): void {
    this.cancelled = true;
    this.#control.abort();
  }
}
