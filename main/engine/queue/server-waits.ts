/**
 * Transfers that wait because of their server: stores that they wait, and until when, and resumes them as soon as the server
 * works. Which servers are left alone is decided by `Cooldowns`.
 */
import type { Failure, Outcome } from '../outcome.ts';
import type { Store } from '../store/store.ts';
import { Cooldowns, type Attempt, type Step } from './cooldowns.ts';
import { failedOften } from './repeated.ts';

export type ServerWaitsDeps = {
  readonly store: Store;
  readonly now: () => number;
  readonly random: () => number;
  /** A server works again: groups and cleanups that wait for it need not wait any more, either. */
  readonly released: (serverId: string) => void;
  readonly changed: () => void;
  /** The store failed. */
  readonly stumbled: (error: unknown) => void;
};

const isTransfer = (attempt: Attempt): attempt is number => typeof attempt === 'number';

export class ServerWaits {
  readonly cooldowns: Cooldowns;
  readonly #deps: ServerWaitsDeps;
  #ended = false;

  constructor(deps: ServerWaitsDeps) {
    this.#deps = deps;
    this.cooldowns = new Cooldowns(deps.now, deps.random);
  }

  /** Nothing is written any more. */
  end(): void {
    this.#ended = true;
  }

  /** Transfers that failed on a server since it last worked; the one that failed longest ago comes first. */
  failing(serverId: string): readonly number[] {
    return this.cooldowns.failing(serverId).filter(isTransfer);
  }

  /** Carries out something beside the transfers as one attempt on a server. Resolves and rejects as it does. */
  async run<T>(serverId: string, attempt: Attempt, work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    this.cooldowns.begins(serverId, attempt);
    try {
      const outcome = await work();
      if (outcome.ok) this.worked(serverId, attempt);
      else this.failed(serverId, attempt, outcome.failure);
      return outcome;
    } finally {
      this.cooldowns.ended(serverId, attempt);
    }
  }

  /**
   * Where the server is left alone now, all that failed there waits until it is tried again. A failure that concerns a file
   * alone shows that the server works.
   */
  failed(serverId: string, attempt: Attempt, failure: Failure, step: Step = 'end'): void {
    if (failure.behaviour === 'retry' && failure.scope === 'transfer') {
      this.worked(serverId, attempt, step);
      return;
    }
    const cooldown = this.cooldowns.failed(serverId, attempt, failure, step);
    if (cooldown === undefined || this.#ended) return;
    const { store, now, changed, stumbled } = this.#deps;
    const { transfers } = store;
    const ids = cooldown.failing.filter(isTransfer);
    const told = failedOften(failure.problem, cooldown.failures);
    try {
      store.transaction(() => {
        transfers.updateAll({ ids, serverId, states: ['waiting'], waitFor: 'time' }, { waitFor: 'server' });
        const wait = { waitUntil: cooldown.until, waitSince: now() };
        transfers.updateAll({ serverId, states: ['waiting'], waitFor: 'server' }, wait);
        if (isTransfer(attempt) && told !== failure.problem)
          transfers.updateAll({ ids: [attempt], states: ['waiting'] }, { problem: told });
      });
    } catch (error) {
      stumbled(error);
    }
    changed();
  }

  /** The server took something, or answered as it should: what waits for it resumes. */
  worked(serverId: string, attempt: Attempt, step: Step = 'end'): void {
    const relief = this.cooldowns.succeeded(serverId, attempt, step);
    if (relief === undefined || this.#ended) return;
    const { store, now, released, stumbled } = this.#deps;
    const { transfers } = store;
    const waits = { serverId, states: ['waiting'], waitFor: 'server' } as const;
    try {
      store.transaction(() => {
        if (relief.is === 'sooner') {
          transfers.updateAll(waits, { waitUntil: relief.until, waitSince: now() });
          return;
        }
        // The failures were the server's: the files start with a short wait if they fail again.
        const due = { waitUntil: now(), attempts: 0 };
        transfers.updateAll(waits, due);
        const ids = relief.failing.filter(isTransfer);
        transfers.updateAll({ ids, serverId, states: ['waiting'], waitFor: 'time' }, due);
        store.abandoned.wake(now(), now(), serverId);
      });
    } catch (error) {
      stumbled(error);
    }
    released(serverId);
  }
}
