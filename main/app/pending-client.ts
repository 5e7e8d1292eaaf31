/** A client that can be asked before its connection stands: the window opens first, and its calls wait. */
import type { CallInput, CallName, CallOutput, Client, EventName, EventPayload } from '../../preload/contract.ts';

/** What of a connection is used here. */
type Connected = { readonly client: Client; readonly stop: (at: 'chunk' | 'now') => Promise<void> };

type Hearing = { stop: (() => void) | undefined; readonly attach: (client: Client) => () => void };

/**
 * Connects at `start` or at the first call. Where connecting fails, that call fails in the same words, and the next
 * one tries again: what was in the way, a broken file or another program, may have been put right meanwhile.
 */
export class PendingClient<C extends Connected> implements Client {
  readonly #connect: () => Promise<C>;
  readonly #connected: (connection: C) => void;
  readonly #hearings = new Set<Hearing>();
  #way: Promise<C> | undefined;
  #ended = false;

  /** @param connected called once for the connection, before any call that waited for it goes on */
  constructor(connect: () => Promise<C>, connected: (connection: C) => void) {
    this.#connect = connect;
    this.#connected = connected;
  }

  /** Begins to connect. Where that fails, calls say why. */
  start(): void {
    this.#reach().catch(() => undefined);
  }

  async call<N extends CallName>(name: N, input: CallInput<N>, signal?: AbortSignal): Promise<CallOutput<N>> {
    return await (await this.#reach()).client.call(name, input, signal);
  }

  on<E extends EventName>(event: E, listener: (payload: EventPayload<E>) => void): () => void {
    const hearing: Hearing = { stop: undefined, attach: (client) => client.on(event, listener) };
    this.#hearings.add(hearing);
    // Listening does not connect. A connection that exists, or is being made, gets the listener.
    this.#way?.then(
      ({ client }) => {
        if (this.#hearings.has(hearing)) hearing.stop ??= hearing.attach(client);
      },
      () => undefined,
    );
    return () => {
      this.#hearings.delete(hearing);
      hearing.stop?.();
    };
  }

  close(): Promise<void> {
    return this.stop('chunk');
  }

  /** Ends the connection, also one that is on its way. Nothing connects any more. */
  async stop(at: 'chunk' | 'now'): Promise<void> {
    this.#ended = true;
    const connection = await this.#way?.catch(() => undefined);
    await connection?.stop(at);
  }

  #reach(): Promise<C> {
    if (this.#way !== undefined) return this.#way;
    if (this.#ended) return Promise.reject(new Error('the app is ending'));
    const way = this.#connect().then((connection) => {
      for (const hearing of this.#hearings) hearing.stop ??= hearing.attach(connection.client);
      this.#connected(connection);
      return connection;
    });
    this.#way = way;
    way.catch(() => {
      this.#way = undefined;
    });
    return way;
  }
}
