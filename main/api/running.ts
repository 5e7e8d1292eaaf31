import type { z } from 'zod';
import { cancellation, parse, request } from './frames.ts';

/** The calls of one client that are being worked on: each can be cancelled by its id, and all end with the client. */
export class Running {
  readonly #calls = new Map<number | symbol, AbortController>();

  /** `id`: as the client calls it; a call without one can only end with the client. */
  async run<T>(id: number | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const control = new AbortController();
    const key = id ?? Symbol();
    this.#calls.set(key, control);
    try {
      return await work(control.signal);
    } finally {
      if (this.#calls.get(key) === control) this.#calls.delete(key);
    }
  }

  /**
   * The request in a client's message. A cancellation is carried out at once.
   *
   * @returns `undefined` where the message is not of the contract
   */
  take(text: string): z.output<typeof request> | 'cancelled' | undefined {
    const message = parse(text);
    const cancelled = cancellation.safeParse(message);
    if (!cancelled.success) return request.safeParse(message).data;
    this.cancel(cancelled.data.cancel);
    return 'cancelled';
  }

  cancel(id: number): void {
    this.#calls.get(id)?.abort();
  }

  /** The client is gone: nobody hears the answers. */
  cancelAll(): void {
    for (const control of this.#calls.values()) control.abort();
  }
}
