/** How long a burst or a pause weighs in the rate, ms. */
const weighs = 5_000;
/** No rate is told before so long a time of moving bytes, ms. */
const earliest = 2_000;

type Figure = { since: number; at: number; bytes: number; rate: number };

/** Bytes per second of each transfer on its way, smoothed over some seconds. */
export class Pace {
  readonly #now: () => number;
  readonly #figures = new Map<number, Figure>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Bytes were handed over; negative: given up, which is no negative speed. */
  moved(id: number, bytes: number): void {
    const now = this.#now();
    const figure = this.#figures.get(id) ?? { since: now, at: now, bytes: 0, rate: 0 };
    this.#figures.set(id, figure);
    figure.bytes += Math.max(0, bytes);
    this.#settle(figure, now);
  }

  #settle(figure: Figure, now: number): void {
    const passed = now - figure.at;
    // The clock was put back: it is measured from here on.
    if (passed < 0) {
      figure.since += passed;
      figure.at = now;
    }
    if (passed < 250) return;
    const weight = 1 - Math.exp(-passed / weighs);
    const present = (figure.bytes / passed) * 1000;
    // The first seconds count evenly, else a rate would creep up from zero.
    const share = Math.max(weight, passed / (now - figure.since));
    figure.rate += (present - figure.rate) * Math.min(1, share);
    figure.at = now;
    figure.bytes = 0;
  }

  /** Bytes/s; `undefined` before there is a steady figure. */
  of(id: number): number | undefined {
    const figure = this.#figures.get(id);
    if (figure === undefined) return undefined;
    this.#settle(figure, this.#now());
    return this.#now() - figure.since < earliest ? undefined : figure.rate;
  }

  forget(id: number): void {
    this.#figures.delete(id);
  }
}
