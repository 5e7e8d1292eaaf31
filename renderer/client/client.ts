import type { ProblemView } from '../../preload/contract.ts';
import { ErrorWithProblem } from '../../preload/problem-error.ts';
import type { AnyCallName, AnyEventName, AnyInput, AnyOutput, AnyPayload } from '../../preload/window.ts';
import type { Transport } from './transport.ts';

/** A call that did not succeed: what happened, as data and in words. */
export class CallError extends ErrorWithProblem<ProblemView> {
  override readonly name = 'CallError';
}

/** The problem of anything that was thrown. */
export const problemOf = (error: unknown): ProblemView =>
  error instanceof CallError
    ? error.problem
    : { code: 'internal', params: {}, message: error instanceof Error ? error.message : String(error) };

/** The contract and the window's own calls over a transport. */
export class Client {
  readonly #transport: Transport;
  readonly #listeners = new Map<AnyEventName, Set<(payload: never) => void>>();

  constructor(transport: Transport) {
    this.#transport = transport;
    transport.listen((event, payload) => {
      for (const listener of this.#listeners.get(event as AnyEventName) ?? []) listener(payload as never);
    });
  }

  /** Rejects with `CallError`, and with the reason of `signal` when that is aborted: see the contract's `Client.call`. */
  async call<C extends AnyCallName>(name: C, input: AnyInput<C>, signal?: AbortSignal): Promise<AnyOutput<C>> {
    signal?.throwIfAborted();
    const reply = await this.#transport.request(name, input, signal);
    signal?.throwIfAborted();
    if (!reply.ok) throw new CallError(reply.error);
    return reply.value as AnyOutput<C>;
  }

  /** Returns a function that stops listening. */
  on<E extends AnyEventName>(event: E, listener: (payload: AnyPayload<E>) => void): () => void {
    const set = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, set);
    set.add(listener);
    return () => set.delete(listener);
  }
}
