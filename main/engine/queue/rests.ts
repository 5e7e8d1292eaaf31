import type { Failure } from '../outcome.ts';
import { backoff } from './backoff.ts';

/** A server that asked to rest, or did not answer. */
type Rest = { readonly until: number; readonly attempts: number };

/** Which servers rest, and until when. One whose rest is over is tried before all is as it was. */
export class Rests {
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #rests = new Map<string, Rest>();

  constructor(now: () => number, random: () => number) {
    this.#now = now;
    this.#random = random;
  }

  /** `tried`: its rest is over, and nothing has shown yet that it is well. */
  of(serverId: string): 'none' | 'rests' | 'tried' {
    const rest = this.#rests.get(serverId);
    if (rest === undefined) return 'none';
    return rest.until > this.#now() ? 'rests' : 'tried';
  }

  /** When rests end or ended, ms since the epoch. */
  ends(): readonly number[] {
    return [...this.#rests.values()].map((rest) => rest.until);
  }

  begin(serverId: string, failure: Failure): void {
    const attempts = this.#rests.get(serverId)?.attempts ?? 0;
    const afterMs = 'afterMs' in failure ? failure.afterMs : undefined;
    const until = this.#now() + backoff(attempts, this.#random, afterMs);
    this.#rests.set(serverId, { until, attempts: attempts + 1 });
  }

  /** The server took something. What was under way when it asked for a rest does not end it. */
  advanced(serverId: string): void {
    if (this.of(serverId) !== 'rests') this.forget(serverId);
  }

  forget(serverId: string): void {
    this.#rests.delete(serverId);
  }

  forgetAll(): void {
    this.#rests.clear();
  }
}
