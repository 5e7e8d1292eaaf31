/** One chunk on its way to its server: until when it may be cut, and how long its answer has been due. */
import type { Shape } from '../providers/provider.ts';

/** ms that an answer is due before a row says that the server is working on it. */
export const workingAfterMs = 2_000;

/** None of them is aborted when the chunk begins. */
export type FlightSignals = {
  /** Aborted: the chunk ends at once where that does no harm. */
  readonly cut: AbortSignal;
  /** Aborted: the chunk ends at once, whatever that costs. */
  readonly now: AbortSignal;
};

export class Flight {
  readonly #own = new AbortController();
  readonly #mayCut: Shape['cut'];
  readonly #release: () => void;
  #dueSince: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor({ cut, now }: FlightSignals, mayCut: Shape['cut']) {
    this.#mayCut = mayCut;
    const onCut = (): void => {
      if (this.#mayCut !== 'until-last-byte' || this.#dueSince === undefined || now.aborted)
        this.#own.abort(cut.reason);
    };
    const onNow = (): void => this.#own.abort(now.reason);
    cut.addEventListener('abort', onCut);
    now.addEventListener('abort', onNow);
    this.#release = () => {
      cut.removeEventListener('abort', onCut);
      now.removeEventListener('abort', onNow);
    };
  }

  /** The request ends when this is aborted. */
  get signal(): AbortSignal {
    return this.#own.signal;
  }

  /** Since when only the answer is missing, ms since the epoch. */
  get dueSince(): number | undefined {
    return this.#dueSince;
  }

  /** The last byte is about to be handed over. `late`: called once when the answer has been due for a while. */
  complete(at: number, late: () => void): void {
    this.#dueSince = at;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(late, workingAfterMs);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#release();
  }
}
