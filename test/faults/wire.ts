/** One direction of a network: a rate, a delay and pieces, for all connections that go over it. */
import type { Duplex } from 'node:stream';

/** How a network treats what it carries. What is left out does not slow anything down. */
export type WireShape = {
  /** There and back, ms; half of it each way. */
  readonly rttMs?: number;
  /** In each direction, for all connections together. */
  readonly bytesPerSecond?: number;
  /** Bytes of a piece, at most. */
  readonly sliceBytes?: number;
  /** ms between two pieces. */
  readonly sliceMs?: number;
};

/** A piece on its way: when its last byte arrives, and where. */
type Parcel = { readonly due: number; readonly deliver: () => void };

/** Bytes that a router in between would hold, beyond what is under way on the wire. */
const bufferBytes = 512 * 1024;
/** Pieces are cut to this size, so that a rate is smooth and connections share it fairly. */
const usualSlice = 16 * 1024;

/** Pieces go through one after the other at its rate, and arrive its delay later. */
export class Wire {
  #delay = 0;
  #bytesPerMs = Infinity;
  #sliceBytes = Infinity;
  #sliceMs = 0;
  /** When the wire has taken all that was given to it. */
  #free = 0;
  readonly #parcels: Parcel[] = [];
  readonly #held = new Set<Duplex>();
  #timer: NodeJS.Timeout | undefined;
  #blocked = false;
  /** Bytes that have arrived. */
  passed = 0;

  /** Changes rate, delay and pieces for what comes from now on; what is left out stays. */
  shape({ rttMs, bytesPerSecond, sliceBytes, sliceMs }: WireShape): void {
    if (rttMs !== undefined) this.#delay = rttMs / 2;
    if (bytesPerSecond !== undefined) this.#bytesPerMs = bytesPerSecond / 1000;
    if (sliceMs !== undefined) this.#sliceMs = sliceMs;
    const plain = this.#delay === 0 && this.#bytesPerMs === Infinity;
    this.#sliceBytes = sliceBytes ?? (plain ? Infinity : usualSlice);
  }

  /** True: nothing arrives until it is false again. */
  block(on: boolean): void {
    this.#blocked = on;
    if (!on) this.#arrange();
  }

  /** What is under way is lost. */
  clear(): void {
    this.#parcels.length = 0;
    this.#free = 0;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#releaseSources();
  }

  /** Carries bytes from one side to the other; the first of them leaves at `earliest` at the soonest. */
  carry(bytes: Buffer, from: Duplex, to: Duplex, earliest = 0): void {
    for (let at = 0; at < bytes.length; at += this.#sliceBytes) {
      const piece = bytes.subarray(at, Math.min(bytes.length, at + this.#sliceBytes));
      this.send(
        piece.length,
        () => {
          this.passed += piece.length;
          // A receiver that does not read holds the sender back, as its window would.
          if (!to.destroyed && to.writable && !to.write(piece)) this.#holdUntilDrained(from, to);
        },
        earliest,
      );
    }
    if (!this.#isFull()) return;
    this.#held.add(from);
    from.pause();
  }

  /** Puts something on the wire that takes the time of so many bytes. */
  send(bytes: number, deliver: () => void, earliest = 0): void {
    const now = performance.now();
    const pace = bytes === 0 ? 0 : bytes / this.#bytesPerMs + this.#sliceMs;
    this.#free = Math.max(this.#free, now, earliest) + pace;
    const due = this.#free + this.#delay;
    if (due <= now && this.#parcels.length === 0 && !this.#blocked) {
      deliver();
      return;
    }
    this.#parcels.push({ due, deliver });
    this.#arrange();
  }

  /** The wire holds what fits in its delay, and the router before it a little more. */
  #isFull(): boolean {
    if (this.#blocked) return this.#parcels.length * usualSlice > bufferBytes;
    return (this.#free - performance.now()) * this.#bytesPerMs > bufferBytes;
  }

  #holdUntilDrained(from: Duplex, to: Duplex): void {
    from.pause();
    to.once('drain', () => {
      if (!this.#held.has(from)) from.resume();
    });
  }

  #arrange(): void {
    const first = this.#parcels[0];
    if (this.#blocked || this.#timer || !first) return;
    this.#timer = setTimeout(() => this.#deliverDue(), Math.max(0, Math.floor(first.due - performance.now())));
  }

  #deliverDue(): void {
    this.#timer = undefined;
    if (this.#blocked) return;
    // A timer counts whole milliseconds: what falls into the next one is not made to wait for another.
    const until = performance.now() + 0.5;
    let count = 0;
    for (const { due } of this.#parcels) {
      if (due > until) break;
      count++;
    }
    for (const { deliver } of this.#parcels.splice(0, count)) deliver();
    if (!this.#isFull()) this.#releaseSources();
    this.#arrange();
  }

  #releaseSources(): void {
    for (const source of this.#held) source.resume();
    this.#held.clear();
  }
}
