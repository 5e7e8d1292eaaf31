/** Rows, totals and a client for tests of the desktop. */
import type {
  CallInput,
  CallName,
  CallOutput,
  Client,
  EventName,
  EventPayload,
  TotalsView,
  TransferView,
} from '../../preload/contract.ts';

export const rowOf = (id: number, state: TransferView['state'], more: Partial<TransferView> = {}): TransferView => ({
  id,
  state,
  wish: 'run',
  name: `file-${id}.bin`,
  path: `/files/file-${id}.bin`,
  folder: [],
  size: 100,
  acknowledged: 0,
  inFlight: 0,
  serverId: 'hafen',
  serverName: 'Hafen',
  priority: 0,
  attempts: 0,
  restarts: 0,
  createdAt: 0,
  change: id,
  ...more,
});

export const totalsOf = (
  byState: Partial<Record<TransferView['state'], number>>,
  bytes = 0,
  acknowledged = 0,
  doneBytes = 0,
): TotalsView => ({
  count: Object.values(byState).reduce((sum, count) => sum + count, 0),
  bytes,
  acknowledged,
  doneBytes,
  pending: { bytes: bytes - doneBytes, acknowledged: acknowledged - doneBytes },
  byState: {
    queued: 0,
    preparing: 0,
    opening: 0,
    uploading: 0,
    waiting: 0,
    finishing: 0,
    verifying: 0,
    done: 0,
    failed: 0,
    paused: 0,
    cancelled: 0,
    attention: 0,
    ...byState,
  },
});

type Answers = { readonly [C in CallName]?: (input: CallInput<C>) => CallOutput<C> | Promise<CallOutput<C>> };

/** A client that answers as a test says, and keeps what it was asked. */
export class FakeClient implements Client {
  readonly asked: { readonly name: CallName; readonly input: unknown }[] = [];
  readonly #answers: Answers;
  readonly #listeners = new Map<EventName, Set<(payload: never) => void>>();

  constructor(answers: Answers = {}) {
    this.#answers = answers;
  }

  async call<C extends CallName>(name: C, input: CallInput<C>): Promise<CallOutput<C>> {
    this.asked.push({ name, input });
    const answer = this.#answers[name];
    if (answer === undefined) throw new Error(`nobody expected ${name}`);
    return await answer(input);
  }

  on<E extends EventName>(event: E, listener: (payload: EventPayload<E>) => void): () => void {
    const set = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, set);
    set.add(listener);
    return () => set.delete(listener);
  }

  emit<E extends EventName>(event: E, payload: EventPayload<E>): void {
    for (const listener of this.#listeners.get(event) ?? []) (listener as (p: EventPayload<E>) => void)(payload);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
