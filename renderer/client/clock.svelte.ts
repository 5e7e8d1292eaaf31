/** The one clock of the window, ms since the epoch. It ticks once a second, and stops while the window is hidden. */
export class Clock {
  now = $state(Date.now());
  readonly #beats = new Set<() => void>();

  /** Called at every tick. Returns a function that stops it. */
  onBeat(listener: () => void): () => void {
    this.#beats.add(listener);
    return () => this.#beats.delete(listener);
  }

  /** Starts it. Returns a function that stops it. */
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
