/** What is going on in the whole queue, in a few numbers: for tray, taskbar, power and the questions at the end. */
import type { EventPayload, TotalsView, TransferView } from '../../preload/contract.ts';
import { activeStates, countIn, pausableStates, sectionOf } from '../../preload/states.ts';

/** An upload that needs a person. */
export type Ask = Pick<TransferView, 'id' | 'name' | 'problem' | 'decisions'>;

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
  /** The first uploads that need a person, with what can be decided; absent where none does. */
  readonly asks?: readonly Ask[];
  /** Of what was to be sent since the queue was last at rest, the share that is acknowledged: 0 to 1. */
  readonly progress?: number;
  /** At the speed of now; absent while that is not steady yet, or something was stopped whose rest does not count. */
  readonly leftMs?: number;
};

/** Uploads that need a person which a tray's menu has space for. */
const asksMost = 5;

/** ms for which bytes have to move before a forecast is made. */
const steadyAfter = 5_000;

type Sums = Pick<TotalsView, 'bytes' | 'acknowledged'>;

/** Follows the queue by its events. */
export class FlowWatch {
  #totals: TotalsView;
  /** Sums at the moment that progress is counted from. */
  #base: Sums;
  readonly #rates = new Map<number, number>();
  readonly #offline = new Set<number>();
  readonly #asks = new Map<number, Ask>();
  readonly #now: () => number;
  /** Since when bytes move without a break, on that clock. */
  #movingSince: number | undefined;

  /**
   * @param totals of the whole queue
   * @param endedBefore of what has ended by now
   * @param asking what needs a person already
   * @param now ms, of a clock that only goes forward
   */
  constructor(
    totals: TotalsView,
    endedBefore: Sums,
    asking: readonly TransferView[] = [],
    now: () => number = () => performance.now(),
  ) {
    this.#now = now;
    this.#totals = totals;
    this.#base = endedBefore;
    for (const row of asking) this.#ask(row);
  }

  take({ rows, removed, totals }: EventPayload<'transfers'>): void {
    for (const id of removed) this.#forget(id);
    for (const row of rows) {
      this.#forget(row.id);
      if (row.state === 'uploading' && row.rate !== undefined) this.#rates.set(row.id, row.rate);
      if (row.state === 'waiting' && row.waitFor === 'network') this.#offline.add(row.id);
      this.#ask(row);
    }
    this.#totals = totals;
    if (this.#pending() === 0) this.#base = totals;
    if (this.#rates.size === 0) this.#movingSince = undefined;
    else this.#movingSince ??= this.#now();
  }

  get flow(): Flow {
    const { byState, atWork = 0, undelivered = 0 } = this.#totals;
    const underWay = countIn(byState, activeStates);
    const left = this.#totals.bytes - this.#base.bytes;
    const acknowledged = this.#totals.acknowledged - this.#base.acknowledged;
    const rate = [...this.#rates.values()].reduce((sum, one) => sum + one, 0);
    const leftMs = this.#leftMs(left - acknowledged, rate);
    return {
      underWay,
      atWork,
      waiting: byState.waiting - atWork,
      queued: byState.queued,
      paused: byState.paused,
      needsYou: byState.attention + undelivered,
      rate,
      offline: underWay === 0 && this.#offline.size > 0,
      ...(this.#asks.size === 0 ? {} : { asks: [...this.#asks.values()].slice(0, asksMost) }),
      ...(this.#pending() === 0 || left <= 0 ? {} : { progress: Math.min(1, Math.max(0, acknowledged / left)) }),
      ...(leftMs === undefined ? {} : { leftMs }),
    };
  }

  #leftMs(bytes: number, rate: number): number | undefined {
    const { paused, attention, failed } = this.#totals.byState;
    if (this.#movingSince === undefined || this.#now() - this.#movingSince < steadyAfter) return undefined;
    // Their bytes are among those that are left, and nobody knows when they will be sent.
    if (rate <= 0 || bytes <= 0 || paused + attention + failed > 0) return undefined;
    return (bytes / rate) * 1000;
  }

  #ask(row: TransferView): void {
    const { id, name, localName, problem, decisions } = row;
    if (sectionOf(row) !== 'needs-you' || decisions === undefined) return;
    this.#asks.set(id, { id, name: localName ?? name, problem, decisions });
  }

  #forget(id: number): void {
    this.#asks.delete(id);
    this.#rates.delete(id);
    this.#offline.delete(id);
  }

  #pending(): number {
    return countIn(this.#totals.byState, pausableStates);
  }
}
