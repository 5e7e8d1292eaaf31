import type { EventLog } from './event-log.ts';

/** Which vices of a server are still to be shown, over all its lives. */
export class ViceList<Vice extends { readonly times?: number }> {
  readonly #vices: readonly Vice[];
  readonly #journal: EventLog;
  readonly #shown: Record<string, number>;

  /** @param shown how often each was shown before, by its place */
  constructor(vices: readonly Vice[], journal: EventLog, shown: Readonly<Record<string, number>>) {
    this.#vices = vices;
    this.#journal = journal;
    this.#shown = { ...shown };
  }

  /** The next one that fits, which counts as shown from now on. */
  next(fits: (vice: Vice) => boolean): Vice | undefined {
    const place = this.#vices.findIndex((vice, n) => fits(vice) && (this.#shown[n] ?? 0) < (vice.times ?? 1));
    const vice = this.#vices[place];
    if (!vice) return undefined;
    this.#shown[place] = (this.#shown[place] ?? 0) + 1;
    this.#journal.write('vices', place);
    return vice;
  }
}
