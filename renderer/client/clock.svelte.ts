/** The one clock of the window, ms since the epoch: it beats once a second, and stands while nobody looks. */
export class Clock {
  now = $state(Date.now());
  readonly #beats = new Set<() => void>();

  /** Called at every beat. Returns the way to stop. */
  onBeat(listener: () => void): () => void {
    this.#beats.add(listener);
    return () => this.#beats.delete(listener);
  }

  /** Starts it. Returns the way to stop. */
  start(): () => void {
    const beat = (): void => {
      if (document.hidden) return;
      this.now = Date.now();
      for (const listener of this.#beats) listener();
    };
    const timer = setInterval(beat, 1000);
    document.addEventListener('visibilitychange', beat);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', beat);
    };
  }
}
