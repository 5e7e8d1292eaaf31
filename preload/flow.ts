/** What is going on in the whole queue, in a few numbers: for window, tray, taskbar, power and the questions at the end. */
import type { EventPayload, TotalsView, TransferView } from './contract.ts';
import { activeStates, countIn, pausableStates, sectionOf } from './states.ts';

/** An upload that needs a person. */
export type Ask = Pick<TransferView, 'id' | 'name' | 'problem' | 'decisions'>;

/** What was to be sent since the queue was last at rest. What is paused, failed or needs a person does not count. */
export type Whole = {
  /** Files that are uploaded and verified, and all of them. */
  readonly done: number;
  readonly count: number;
  /** The share of the bytes that is acknowledged: 0 to 1. */
  readonly progress: number;
};

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
  /** Files/s, over the last seconds; absent where fewer than one a second is done. */
  readonly filesRate?: number;
  /** Whether nothing moves because there is no network. */
  readonly offline: boolean;
  /** The first uploads that need a person, with what can be decided; absent where none does. */
  readonly asks?: readonly Ask[];
  /** Absent while nothing is to be sent. */
  readonly whole?: Whole;
  /** The same as `whole.progress`. */
  readonly progress?: number;
  /** ms, at the speed of now; absent while that is not steady yet. */
  readonly leftMs?: number;
};

/** Uploads that need a person which a tray's menu has space for. */
const asksMost = 5;

/** ms for which something has to move before a forecast is made. */
const steadyAfter = 5_000;
/** ms over which files are counted for their speed. */
const filesWindow = 5_000;

/** What is done: how many files, and their bytes. */
type Done = { readonly count: number; readonly bytes: number };

const doneOf = ({ byState, doneBytes = 0 }: TotalsView): Done => ({ count: byState.done, bytes: doneBytes });
const least = (one: Done, other: Done): Done => ({
  count: Math.min(one.count, other.count),
  bytes: Math.min(one.bytes, other.bytes),
});

/** Follows the queue by its events. */
export class FlowWatch {
  #totals: TotalsView;
  /** What was done at the moment that progress is counted from. */
  #base: Done;
  readonly #rates = new Map<number, number>();
  readonly #offline = new Set<number>();
  readonly #asks = new Map<number, Ask>();
  readonly #now: () => number;
  /** Since when something moves without a break, on that clock. */
  #movingSince: number | undefined;
  /** How many files were done at a moment, of the last seconds. */
  #counts: readonly { readonly at: number; readonly done: number }[];

  /**
   * @param totals of the whole queue
   * @param asking what needs a person already
   * @param now ms, of a clock that only goes forward
   */
  constructor(totals: TotalsView, asking: readonly TransferView[] = [], now: () => number = () => performance.now()) {
    this.#now = now;
    this.#totals = totals;
    this.#base = doneOf(totals);
    this.#counts = [{ at: now(), done: this.#base.count }];
    for (const row of asking) this.#ask(row);
  }

  take({ rows, removed, totals }: Omit<EventPayload<'transfers'>, 'change'> & { readonly change?: number }): void {
    for (const id of removed) this.#forget(id);
    for (const row of rows) {
      this.#forget(row.id);
      if (row.state === 'uploading' && row.rate !== undefined) this.#rates.set(row.id, row.rate);
      if (row.state === 'waiting' && row.waitFor === 'network') this.#offline.add(row.id);
      this.#ask(row);
    }
    this.#totals = totals;
    const done = doneOf(totals);
    // What is done may be cleared from the list. What was paused belongs to the rest when it is resumed.
    this.#base = this.#pending() + totals.byState.paused === 0 ? done : least(this.#base, done);
    const now = this.#now();
    this.#counts =
      done.count < (this.#counts.at(-1)?.done ?? 0)
        ? [{ at: now, done: done.count }]
        : [...this.#counts, { at: now, done: done.count }];
    this.#look(now);
  }

  get flow(): Flow {
    const { byState, atWork = 0, undelivered = 0 } = this.#totals;
    const now = this.#now();
    this.#look(now);
    const underWay = countIn(byState, activeStates);
    const rate = [...this.#rates.values()].reduce((sum, one) => sum + one, 0);
    const filesRate = this.#filesRate(now);
    const whole = this.#whole();
    const leftMs = whole === undefined ? undefined : this.#leftMs(now, whole, rate, filesRate);
    return {
      underWay,
      atWork,
      waiting: byState.waiting - atWork,
      queued: byState.queued,
      paused: byState.paused,
      needsYou: byState.attention + undelivered,
      rate,
      ...(filesRate < 1 ? {} : { filesRate }),
      offline: underWay === 0 && this.#offline.size > 0,
      ...(this.#asks.size === 0 ? {} : { asks: [...this.#asks.values()].slice(0, asksMost) }),
      ...(whole === undefined ? {} : { whole, progress: whole.progress }),
      ...(leftMs === undefined ? {} : { leftMs }),
    };
  }

  /** Forgets counts that are too old for a speed, but for the newest of them, and notes whether something moves. */
  #look(now: number): void {
    const first = this.#counts.findLastIndex(({ at }) => at <= now - filesWindow);
    if (first > 0) this.#counts = this.#counts.slice(first);
    if (this.#rates.size === 0 && this.#filesRate(now) === 0) this.#movingSince = undefined;
    else this.#movingSince ??= now;
  }

  /** Files/s over the last seconds. */
  #filesRate(now: number): number {
    const before = this.#counts.findLast(({ at }) => at <= now - filesWindow) ?? this.#counts[0];
    const last = this.#counts.at(-1);
    if (before === undefined || last === undefined || this.#pending() === 0) return 0;
    return ((last.done - before.done) * 1000) / filesWindow;
  }

  #whole(): Whole | undefined {
    const pending = this.#pending();
    if (pending === 0) return undefined;
    const done = doneOf(this.#totals);
    const count = done.count - this.#base.count;
    const sent = done.bytes - this.#base.bytes;
    const { bytes, acknowledged } = this.#moving;
    const progress = bytes + sent === 0 ? count / (count + pending) : (acknowledged + sent) / (bytes + sent);
    return { done: count, count: count + pending, progress: Math.min(1, Math.max(0, progress)) };
  }

  #leftMs(now: number, { done, count }: Whole, rate: number, filesRate: number): number | undefined {
    if (this.#movingSince === undefined || now - this.#movingSince < steadyAfter) return undefined;
    const { bytes, acknowledged } = this.#moving;
    const byBytes = rate > 0 ? (bytes - acknowledged) / rate : 0;
    // Small files take longer to open than to send.
    const byFiles = filesRate >= 1 ? (count - done) / filesRate : 0;
    const seconds = Math.max(byBytes, byFiles);
    return seconds > 0 ? seconds * 1000 : undefined;
  }

  get #moving(): { readonly bytes: number; readonly acknowledged: number } {
    return this.#totals.pending ?? { bytes: 0, acknowledged: 0 };
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

/** A time that is left, as coarse as it can be promised: steps of 10 s, of a minute, of 5 minutes from an hour on. ms. */
export const coarse = (leftMs: number): number => {
  const step = leftMs < 60_000 ? 10_000 : leftMs < 3_600_000 ? 60_000 : 300_000;
  return Math.ceil(leftMs / step) * step;
};
