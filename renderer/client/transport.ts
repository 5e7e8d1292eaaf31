import type { Reply } from '../../preload/window.ts';

/** `signed-out`: the host wants a sign-in link or a password before anything else. */
export type LinkState = 'connecting' | 'open' | 'lost' | 'signed-out';

/** The way to the host: one question at a time or many, and what it tells by itself. It knows no call's name. */
export interface Transport {
  /**
   * Never rejects. Where the connection broke over a call that must not be asked twice, the reply says so. When `signal`
   * is aborted, the host is told that nobody waits any more, and what it replies is of no use.
   */
  request(name: string, input: unknown, signal?: AbortSignal): Promise<Reply>;
  listen(listener: (event: string, payload: unknown) => void): void;
  /** Called at once with the present state, and at every change. */
  onState(listener: (state: LinkState) => void): void;
  /** Tries again now instead of later. */
  retry(): void;
}
