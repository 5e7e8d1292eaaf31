import { randomUUID } from 'node:crypto';
import { Refusal } from './answer.ts';
import { formatUri } from './uri.ts';

interface Lock {
  readonly token: string;
  readonly owner: number;
  readonly segments: readonly string[];
  /** ms */
  readonly until: number;
}

/**
 * Locks of running uploads, by the path. They live in the server's memory alone: an orderly restart loses them too,
 * while the sessions that they belong to go on.
 */
export class Locks {
  readonly #locks = new Map<string, Lock>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Locks a path until a time, ms; refused with 40073 where it, a folder above it or something below it is locked. */
  acquire(owner: number, segments: readonly string[], until: number): string {
    this.check(owner, segments);
    const token = randomUUID();
    this.#locks.set(token, { token, owner, segments, until });
    return token;
  }

  /** Refuses where somebody else than the holder of this token has the path. */
  check(owner: number, segments: readonly string[], token?: string): void {
    const holder = this.#living().find(
      (lock) => lock.owner === owner && lock.token !== token && overlaps(lock.segments, segments),
    );
    if (!holder) return;
    const path = formatUri('my', holder.segments);
    const lock = { path, token: holder.token, owner: { application: { type: 'upload' } }, type: 0 };
    throw new Refusal(40073, 'Lock conflict', { more: { data: [lock] } });
  }

  holds(token: string): boolean {
    return this.#living().some((lock) => lock.token === token);
  }

  release(token: string): void {
    this.#locks.delete(token);
  }

  #living(): readonly Lock[] {
    const now = this.#now();
    for (const [token, { until }] of this.#locks) if (until <= now) this.#locks.delete(token);
    return [...this.#locks.values()];
  }
}

/** One is the other, or lies in it. */
function overlaps(one: readonly string[], other: readonly string[]): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  return short.every((segment, index) => segment === long[index]);
}
