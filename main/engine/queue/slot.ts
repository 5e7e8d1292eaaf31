/** What a lane does without a slot: it reads its file for a hash, or asks a server that is at work on it. */
export type Slotless = 'reads' | 'asks';

export type SlotDeps = {
  /** Takes a slot where one is free for the lane. */
  readonly take: () => boolean;
  /** A slot is free again. */
  readonly freed: () => void;
};

/** One of the uploads that may be under way at once, as its lane holds it. Reading a file leaves it to another upload. */
export class Slot {
  readonly #deps: SlotDeps;
  #slotless: Slotless | undefined;

  constructor(deps: SlotDeps, slotless?: Slotless) {
    this.#deps = deps;
    this.#slotless = slotless;
  }

  /** `undefined`: the lane holds a slot. */
  get slotless(): Slotless | undefined {
    return this.#slotless;
  }

  giveForReading(): void {
    const held = this.#slotless === undefined;
    this.#slotless = 'reads';
    if (held) this.#deps.freed();
  }

  /** False: all slots are taken. */
  take(): boolean {
    if (this.#slotless !== undefined && !this.#deps.take()) return false;
    this.#slotless = undefined;
    return true;
  }

  /** For a step that is short, and whose preparation cannot be kept: it may be one more than the slots. */
  insist(): void {
    if (!this.take()) this.#slotless = undefined;
  }
}
