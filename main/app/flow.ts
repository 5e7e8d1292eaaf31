/** What is going on in the whole queue, in a few numbers: for tray, taskbar, power and the questions at the end. */
import type { EventPayload, TotalsView } from '../../preload/contract.ts';
import { activeStates, countIn, pausableStates } from '../../preload/states.ts';

export type Flow = {
  /** Transfers that lanes work on. */
  readonly underWay: number;
  /** Transfers whose every byte is on its server, which is at work on them: they go on without this program. */
  readonly atWork: number;
  /** Waiting for a time, a network or a server. */
  readonly waiting: number;
  readonly queued: number;
  readonly paused: number;
  readonly needsYou: number;
  /** Bytes/s, of all together. */
  readonly rate: number;
  /** Whether nothing moves because there is no network. */
  readonly offline: boolean;
  /** Of what was to be sent since the queue was last at rest, the share that is acknowledged: 0 to 1. */
  readonly progress?: number;
};

type Sums = Pick<TotalsView, 'bytes' | 'acknowledged'>;

/** Follows the queue by its events. */
export class FlowWatch {
  #totals: TotalsView;
  /** Sums at the moment that progress is counted from. */
  #base: Sums;
  readonly #rates = new Map<number, number>();
  readonly #offline = new Set<number>();

  /**
   * @param totals of the whole queue
   * @param endedBefore of what has ended by now
   */
  constructor(totals: TotalsView, endedBefore: Sums) {
    this.#totals = totals;
    this.#base = endedBefore;
  }

  take({ rows, removed, totals }: EventPayload<'transfers'>): void {
    for (const id of removed) this.#forget(id);
    for (const row of rows) {
      this.#forget(row.id);
      if (row.state === 'uploading' && row.rate !== undefined) this.#rates.set(row.id, row.rate);
      if (row.state === 'waiting' && row.waitFor === 'network') this.#offline.add(row.id);
    }
    this.#totals = totals;
    if (this.#pending() === 0) this.#base = totals;
  }

  get flow(): Flow {
    const { byState, atWork = 0 } = this.#totals;
    const underWay = countIn(byState, activeStates);
    const left = this.#totals.bytes - this.#base.bytes;
    const share = (this.#totals.acknowledged - this.#base.acknowledged) / left;
    return {
      underWay,
      atWork,
      waiting: byState.waiting - atWork,
      queued: byState.queued,
      paused: byState.paused,
      needsYou: byState.attention,
      rate: [...this.#rates.values()].reduce((sum, rate) => sum + rate, 0),
      offline: underWay === 0 && this.#offline.size > 0,
      ...(this.#pending() === 0 || left <= 0 ? {} : { progress: Math.min(1, Math.max(0, share)) }),
    };
  }

  #forget(id: number): void {
    this.#rates.delete(id);
    this.#offline.delete(id);
  }

  #pending(): number {
    return countIn(this.#totals.byState, pausableStates);
  }
}
