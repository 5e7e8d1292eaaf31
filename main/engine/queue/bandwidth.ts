/** One limit of bytes a second over all connections: a token bucket whose takers are served in the order they came. */

export type Clock = {
  /** ms, never going back. */
  readonly now: () => number;
  /** Calls once after so many ms; what it returns takes the call back. */
  readonly after: (ms: number, call: () => void) => () => void;
};

const realClock: Clock = {
  now: () => performance.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};

/** ms worth of bytes that may leave at once after a rest. */
const burstMs = 250;
const slotMs = 250;
/** The rate is the mean of so many slots: 5 s. */
const slots = 20;
/** Bytes below which slicing costs more than it smoothes. */
const leastSlice = 4096;

type Taker = { readonly wanted: number; left: number; readonly go: () => void };

export class Bandwidth {
  readonly #clock: Clock;
  /** Bytes a second. */
  #limit = Infinity;
  #tokens = 0;
  #refilledAt: number;
  readonly #takers: Taker[] = [];
  #unschedule: (() => void) | undefined;
  /** Bytes of the last slots, and since when there are any. */
  readonly #slots = new Float64Array(slots);
  #slot = 0;
  #busySince = 0;

  /** `bytesPerSecond`: above 0; `undefined` for no limit. */
  constructor(bytesPerSecond: number | undefined, clock: Clock = realClock) {
    this.#clock = clock;
    this.#refilledAt = clock.now();
    this.set(bytesPerSecond);
  }

  /** Changes the limit; who waits notices at once. */
  set(bytesPerSecond: number | undefined): void {
    const limit = bytesPerSecond ?? Infinity;
    if (!(limit > 0)) throw new RangeError(`no limit of bytes a second: ${limit}`);
    this.#limit = limit;
    this.#serve();
  }

  /** Bytes a second; Infinity: no limit. */
  get limit(): number {
    return this.#limit;
  }

  /** Most bytes of a single `take` that keep the flow even; Infinity without a limit. */
  get slice(): number {
    return Math.max(leastSlice, Math.floor(this.#burst));
  }

  /**
   * Waits until so many bytes may leave.
   * @throws the reason of `signal`, whose taker frees its place
   */
  take(bytes: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#takers.splice(this.#takers.indexOf(taker), 1);
        // What it had been given is for the next.
        this.#count(taker.left - taker.wanted);
        this.#tokens = Math.min(this.#burst, this.#tokens + taker.wanted - taker.left);
        reject(signal?.reason as Error);
        this.#serve();
      };
      const go = (): void => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const taker: Taker = { wanted: bytes, left: bytes, go };
      signal?.addEventListener('abort', leave);
      this.#takers.push(taker);
      this.#serve();
    });
  }

  /** Bytes a second over the last 5 s, for display. */
  get rate(): number {
    this.#count(0);
    const span = Math.min(slots * slotMs, Math.max(slotMs, this.#clock.now() - this.#busySince));
    return (Math.max(0, this.#sum()) / span) * 1000;
  }

  get #burst(): number {
    return (this.#limit * burstMs) / 1000;
  }

  #refill(): void {
    const now = this.#clock.now();
    const earned = this.#limit === Infinity ? 0 : ((now - this.#refilledAt) / 1000) * this.#limit;
    this.#tokens = Math.min(this.#burst, this.#tokens + earned);
    this.#refilledAt = now;
  }

  #serve(): void {
    this.#unschedule?.();
    this.#unschedule = undefined;
    this.#refill();
    for (let head = this.#takers[0]; head !== undefined; head = this.#takers[0]) {
      const given = this.#limit === Infinity ? head.left : Math.min(head.left, this.#tokens);
      if (this.#limit !== Infinity) this.#tokens -= given;
      head.left -= given;
      this.#count(given);
      // Less than a byte is a rounding.
      if (head.left >= 1) {
        const wait = (Math.min(head.left, this.#burst) / this.#limit) * 1000;
        this.#unschedule = this.#clock.after(Math.max(1, Math.ceil(wait)), () => this.#serve());
        return;
      }
      this.#takers.shift();
      head.go();
    }
  }

  #sum(): number {
    return this.#slots.reduce((sum, bytes) => sum + bytes, 0);
  }

  #count(bytes: number): void {
    const now = this.#clock.now();
    const slot = Math.floor(now / slotMs);
    for (let passed = Math.min(slots, slot - this.#slot); passed > 0; passed--)
      this.#slots[(slot - passed + 1) % slots] = 0;
    this.#slot = slot;
    if (this.#sum() <= 0) this.#busySince = now;
    const at = slot % slots;
    this.#slots[at] = (this.#slots[at] ?? 0) + bytes;
  }
}

/**
 * A stream at the pace of the bandwidth, in pieces that keep the flow even. A piece is valid as long as the block of
 * the stream that it is of.
 * @throws the reason of `signal`, and what the stream throws
 */
export async function* paced(
  stream: AsyncIterable<Uint8Array>,
  bandwidth: Bandwidth,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  for await (const block of stream) {
    for (let rest = block; rest.length > 0;) {
      const piece = rest.subarray(0, bandwidth.slice);
      await bandwidth.take(piece.length, signal);
      yield piece;
      rest = rest.subarray(piece.length);
    }
  }
}
