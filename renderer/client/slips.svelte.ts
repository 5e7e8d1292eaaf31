import { problemOf } from './client.ts';

/** `keeps`: the line stays after it: what it shows has been seen, not dealt with. */
type SlipAction = { readonly label: string; readonly act: () => void; readonly keeps?: boolean };

/**
 * A line at the foot of the window. What was done, and its undo, goes by itself; what went wrong stays until the person
 * has dismissed it.
 */
export type Slip = {
  readonly id: number;
  readonly tone: 'good' | 'plain' | 'warn';
  readonly text: string;
  readonly actions: readonly SlipAction[];
  /** Until the person answers or dismisses it: what they have to do something about. */
  readonly stays: boolean;
  /** Called once, when it has gone by whatever way. */
  readonly gone: () => void;
};

/** ms that a slip stays, once nobody looks at it. */
const slipStays = 8_000;
/** ms that are left at least to one that was looked at. */
const slipStaysAfter = 3_000;

/** The lines at the foot of the window. */
export class Slips {
  all = $state.raw<readonly Slip[]>([]);
  #next = 1;
  /** When each of them goes, ms since the epoch; those that stay are not among them. */
  readonly #ends = new Map<number, { readonly at: number; readonly timer: ReturnType<typeof setTimeout> }>();

  /** Shows a line at the foot of the window. Gives its id. */
  show(text: string, more: Partial<Omit<Slip, 'id' | 'text'>> = {}): number {
    const { tone = 'good', actions = [], stays = more.tone === 'warn', gone = () => undefined } = more;
    const slip: Slip = { id: this.#next++, tone, text, actions, stays, gone };
    const [last] = this.all.filter((one) => !one.stays).slice(-1);
    const before = this.all;
    // The same words once more take the place of those that are there.
    const isSame = (one: Slip): boolean => one.stays && stays && one.text === text;
    this.all = [...before.filter((one) => (one.stays || one === last) && !isSame(one)), slip];
    if (!stays) this.#end(slip.id, slipStays);
    for (const one of before) if (!this.all.includes(one)) this.#ended(one);
    return slip.id;
  }

  drop(id: number): void {
    const slip = this.all.find((one) => one.id === id);
    if (slip === undefined) return;
    this.all = this.all.filter((one) => one !== slip);
    this.#ended(slip);
  }

  /** Somebody looks at the slips, or has the focus in them: none goes meanwhile. */
  hold(): void {
    for (const { timer } of this.#ends.values()) clearTimeout(timer);
  }

  /** Nobody looks any more: they go when their time is over, but not at once. */
  release(): void {
    for (const [id, { at, timer }] of this.#ends) {
      clearTimeout(timer);
      this.#end(id, Math.max(slipStaysAfter, at - Date.now()));
    }
  }

  #end(id: number, inMs: number): void {
    this.#ends.set(id, { at: Date.now() + inMs, timer: setTimeout(() => this.drop(id), inMs) });
  }

  #ended(slip: Slip): void {
    clearTimeout(this.#ends.get(slip.id)?.timer);
    this.#ends.delete(slip.id);
    slip.gone();
  }

  /** Says what went wrong with something the person did. */
  error(error: unknown): void {
    this.show(problemOf(error).message, { tone: 'warn' });
  }
}
