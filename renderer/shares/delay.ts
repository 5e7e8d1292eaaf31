/** ms between the wish to revoke and the request that cannot be undone. */
export const revokeDelay = 8_000;

/**
 * Links that are about to be revoked. The request leaves when the time to undo it has passed, or earlier where
 * nobody will be there then.
 */
export class RevokeDelay {
  readonly #batches = new Map<ReturnType<typeof setTimeout>, Map<number, number>>();
  readonly #send: (ids: readonly number[]) => void;
  readonly #changed: () => void;

  /**
   * @param send takes the links back, for good
   * @param changed is called whenever `waiting` is another
   */
  constructor(send: (ids: readonly number[]) => void, changed: () => void) {
    this.#send = send;
    this.#changed = changed;
  }

  /** When each is sent, in ms since the epoch. */
  get waiting(): ReadonlyMap<number, number> {
    return new Map([...this.#batches.values()].flatMap((batch) => [...batch]));
  }

  /** Begins the time of these together. Those that wait already keep theirs. */
  add(ids: readonly number[]): void {
    const known = this.waiting;
    const at = Date.now() + revokeDelay;
    const batch = new Map(ids.filter((id) => !known.has(id)).map((id) => [id, at]));
    if (batch.size === 0) return;
    const timer = setTimeout(() => this.#end(timer), revokeDelay);
    this.#batches.set(timer, batch);
    this.#changed();
  }

  /** Keeps a link; nothing was sent for it. */
  undo(id: number): void {
    for (const [timer, batch] of this.#batches) if (batch.delete(id) && batch.size === 0) this.#drop(timer);
    this.#changed();
  }

  /** Keeps all links that were added last. Tells whether there were any. */
  undoLast(): boolean {
    const last = [...this.#batches.keys()].at(-1);
    if (last === undefined) return false;
    this.#drop(last);
    this.#changed();
    return true;
  }

  /** Sends all that waits at once. */
  flush(): void {
    for (const timer of [...this.#batches.keys()]) this.#end(timer);
  }

  #drop(timer: ReturnType<typeof setTimeout>): void {
    clearTimeout(timer);
    this.#batches.delete(timer);
  }

  #end(timer: ReturnType<typeof setTimeout>): void {
    const batch = this.#batches.get(timer);
    this.#drop(timer);
    if (batch !== undefined) this.#send([...batch.keys()]);
    this.#changed();
  }
}
