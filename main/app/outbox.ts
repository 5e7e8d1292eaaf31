/** What is told to a window that may not be listening yet. */
import type { WindowEventName, WindowEventPayload } from '../../preload/window.ts';

export type Tell = <E extends WindowEventName>(event: E, payload: WindowEventPayload<E>) => void;

/** More than a person reads; the oldest give way. */
const most = 100;

/** Keeps what is said to the window until it is there, in order. */
export class Outbox {
  #send: Tell | undefined;
  #kept: (() => void)[] = [];

  readonly tell: Tell = (event, payload) => {
    if (this.#send !== undefined) {
      this.#send(event, payload);
      return;
    }
    this.#kept.push(() => this.#send?.(event, payload));
    if (this.#kept.length > most) this.#kept.shift();
  };

  /** The window listens: says what was kept, and all that comes. */
  open(send: Tell): void {
    this.#send = send;
    for (const say of this.#kept.splice(0)) say();
  }

  /** The window's page has gone: what is said from now on waits for the next. */
  shut(): void {
    this.#send = undefined;
  }
}
