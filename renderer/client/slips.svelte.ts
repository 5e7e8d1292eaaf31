import { problemOf } from './client.ts';

/** `keeps`: the line stays after the action, which shows what it is about and settles nothing. */
type SlipAction = { readonly label: string; readonly act: () => void; readonly keeps?: boolean };

/**
 * A line at the foot of the window. What was done, with its undo, disappears after a while; what went wrong stays until
 * the user dismisses it.
 */
export type Slip = {
  readonly id: number;
  readonly tone: 'good' | 'plain' | 'warn';
  readonly text: string;
  readonly actions: readonly SlipAction[];
  /** Whether it stays until the user acts on it or dismisses it. */
  readonly stays: boolean;
  /** Called once when it is removed, for whatever reason. */
  readonly gone: () => void;
};

/** ms that a slip stays. */
const slipStays = 8_000;
/** ms that it stays at least after the pointer or the focus has left it. */
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
    // A line with the same words replaces the older one.
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

  /** The pointer or the focus is on the slips: they stay as long. */
  hold(): void {
    for (const { timer } of this.#ends.values()) clearTimeout(timer);
  }

  /** The pointer and the focus have left: they disappear when their time is over, but not at once. */
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

  /** Shows what went wrong with something that the user did. */
  error(error: unknown): void {
    this.show(problemOf(error).message, { tone: 'warn' });
  }
}
