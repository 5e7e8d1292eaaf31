import type { EventPayload } from '../../preload/contract.ts';
import type { AddWatch } from '../engine/actions/add-files.ts';

/** ms between two messages about one call, and before the first: most calls end earlier. */
const tellEvery = 250;

/** Calls that look through files now and were given a token: each can be followed and cancelled by it. */
export class Adding {
  readonly #tell: (found: EventPayload<'adding'>) => void;
  readonly #now: () => number;
  readonly #running = new Map<string, AbortController>();

  /** @param now ms of a clock that nobody can set */
  constructor(tell: (found: EventPayload<'adding'>) => void, now: () => number = () => performance.now()) {
    this.#tell = tell;
    this.#now = now;
  }

  /** Does the work, which hears when it is cancelled. Without a token, or with one that is in use, nobody can follow it. */
  async run<T>(token: string | undefined, work: (watch?: AddWatch) => Promise<T>): Promise<T> {
    if (token === undefined || this.#running.has(token)) return await work();
    const control = new AbortController();
    this.#running.set(token, control);
    let [files, bytes, toldAt] = [0, 0, this.#now()];
    const found = (size: number): void => {
      files++;
      bytes += size;
      const now = this.#now();
      if (now - toldAt < tellEvery) return;
      toldAt = now;
      this.#tell({ token, files, bytes });
    };
    try {
      return await work({ found, signal: control.signal });
    } finally {
      this.#running.delete(token);
    }
  }

  /** Returns whether there was something to cancel. */
  cancel(token: string): boolean {
    const control = this.#running.get(token);
    control?.abort();
    return control !== undefined;
  }
}
