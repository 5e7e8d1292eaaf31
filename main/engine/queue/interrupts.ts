/** What interrupts a lane: what the person wants of its upload, and the end of the program. */
import { Later } from '../../../preload/later.ts';
import type { Shape } from '../providers/provider.ts';
import type { Wish } from '../store/rows.ts';

/**
 * ms that an answer is waited for when the program ends, and that the answer to a create is waited for when the upload is
 * cancelled. What is left behind is asked again at the next start, or stays in doubt.
 */
const answerPatience = 2_000;

/** Calls for the upload that a person's wish may cut. */
type Cuttable = 'free-key' | 'open' | 'resume' | 'finish' | 'verify';

export class Interrupts {
  readonly #cut = new AbortController();
  readonly #now = new AbortController();
  readonly #ending = new AbortController();
  readonly #leave = new AbortController();
  readonly #reading = new AbortController();
  /** Aborted when the person wants something else than the answer to the present call. */
  readonly #unwanted = new AbortController();
  readonly #unwantedSoon = new Later(() => this.#unwanted.abort(), answerPatience);
  #leaving: NodeJS.Timeout | undefined;
  #calling: Cuttable | undefined;
  #wish: Wish;
  #stopping = false;
  #mayCut: Shape['cut'] = 'harmless';
  #finishUncut = false;

  constructor(wish: Wish) {
    this.#wish = wish;
  }

  /** Aborted: chunks on their way are cut. */
  get cut(): AbortSignal {
    return this.#cut.signal;
  }

  /** Aborted: everything is cut at once. */
  get now(): AbortSignal {
    return this.#now.signal;
  }

  /** Aborted: the chunk on its way is ended early, but not cut. */
  get ending(): AbortSignal {
    return this.#ending.signal;
  }

  /** Aborted when the program has waited long enough for answers to what carries no byte of a file. */
  get leave(): AbortSignal {
    return this.#leave.signal;
  }

  /** Aborted: the file need not be read for its hash any more. */
  get reading(): AbortSignal {
    return this.#reading.signal;
  }

  get wish(): Wish {
    return this.#wish;
  }

  cancelling(): boolean {
    return this.#wish === 'cancel' || this.#wish === 'remove';
  }

  /** True where the lane has to stop before the next step. Once cut it has ended, though the person may want it on. */
  halted(): boolean {
    return this.#stopping || this.#wish !== 'run' || this.#cut.signal.aborted;
  }

  /** Whether an error may come from a signal that was aborted here. */
  get hasCut(): boolean {
    return [this.#cut, this.#leave, this.#unwanted].some(({ signal }) => signal.aborted);
  }

  get mayCut(): Shape['cut'] {
    return this.#mayCut;
  }

  /** Whether the answer is awaited to a finish that must not be cut. */
  get finishes(): boolean {
    return this.#finishUncut && this.#calling === 'finish';
  }

  /** What may be cut is known once the upload is open. */
  shaped(shape: Shape): void {
    this.#mayCut = shape.cut;
    this.#finishUncut = shape.finishUncut === true;
  }

  /** The person wants something else of it: pausing cuts where that does no harm, cancelling ends the chunk early. */
  wishes(wish: Wish): void {
    this.#wish = wish;
    if (wish === 'run') return;
    this.#reading.abort();
    if (this.#mayCutCall()) this.#unwanted.abort();
    // What the answer names can be cleaned up. Where it does not come, the server may still make something afterwards.
    else if (this.#calling === 'open' && this.cancelling()) this.#unwantedSoon.soon();
    if (this.#mayCut !== 'spoils') this.#cut.abort();
    else if (wish !== 'pause') this.#ending.abort();
  }

  /** The program ends: at a chunk's end, or at once. */
  stop(at: 'chunk' | 'now'): void {
    this.#stopping = true;
    this.#reading.abort();
    clearTimeout(this.#leaving);
    this.#leaving = setTimeout(() => this.#leave.abort(), at === 'now' ? 0 : answerPatience);
    if (at === 'now') this.#now.abort();
    if (at === 'now' || this.#mayCut !== 'spoils') this.#cut.abort();
  }

  /** The lane ends by itself. */
  halt(): void {
    this.#cut.abort();
  }

  /** Nothing is waited for any more. */
  end(): void {
    clearTimeout(this.#leaving);
    this.#unwantedSoon.stop();
  }

  /** One call for the upload, with the signal that ends it. */
  async during<T>(calling: Cuttable, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.#calling = calling;
    const soft = AbortSignal.any([this.#leave.signal, this.#unwanted.signal]);
    try {
      return await ask(this.finishes ? this.#now.signal : soft);
    } finally {
      this.#calling = undefined;
    }
  }

  /** Whether what the person wants is worth cutting the present call for. */
  #mayCutCall(): boolean {
    // What a create made whose answer was lost may hold the upload's name or key until the server sweeps it.
    return this.#calling !== undefined && this.#calling !== 'open' && !this.finishes;
  }
}
