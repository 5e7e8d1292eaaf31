/**
 * Sends the messages about uploads that are done. A message cannot be taken back, and no server says whether it has one: that
 * it is about to be sent is durable before its request, and after a lost answer, or a kill, the user is asked.
 */
import { problem, type Problem } from '../../../preload/problems.ts';
import { messageIn } from '../field-values.ts';
import { fail, madeNothing, unexpected, type Failure, type Outcome } from '../outcome.ts';
import { abortable, unlessAborted } from '../providers/abortable.ts';
import { DiskFullError, StoreLostError } from '../store/errors.ts';
import type { Delivery, Transfer } from '../store/rows.ts';
import type { AsksServers } from './asks-servers.ts';
import { backoff, offlinePause } from './backoff.ts';
import { jobOf } from './plan.ts';
import { readRemote } from './remote.ts';
import type { ServerPort } from './server-port.ts';

/** ms that an answer is waited for when the program ends. */
const answerPatience = 2_000;

/** What is written where a transfer is done: its message waits, if somebody is to get one. */
export const plannedDelivery = ({ provider }: ServerPort, { options }: Pick<Transfer, 'options'>, now: number) =>
  provider.deliver !== undefined && messageIn(provider.transferFields, options.extra) !== undefined
    ? ({ state: 'waiting', at: now } satisfies Delivery)
    : undefined;

/** Nobody heard whether it was sent. */
export const unknownDelivery = (server: string, now: number): Delivery => ({
  state: 'unknown',
  at: now,
  problem: problem('message-unknown', { server }),
});

/** What the history says of a message whose upload is removed from the list; `undefined`: what it says already. */
export const removedDelivery = (
  { delivery, serverId }: Pick<Transfer, 'delivery' | 'serverId'>,
  serverName: (serverId: string) => string,
  now: number,
): Delivery | undefined => {
  if (delivery?.state === 'waiting' || delivery?.state === 'failed') return { state: 'skipped', at: now };
  // Its answer may still come, and is written down then.
  return delivery?.state === 'sending' ? unknownDelivery(serverName(serverId), now) : undefined;
};

export class Deliveries {
  readonly #deps: AsksServers;
  /** What is being sent, by the transfer, and its server. */
  readonly #busy = new Map<number, { readonly serverId: string; readonly run: Promise<void> }>();
  readonly #later = new Map<number, { readonly serverId: string; readonly at: number; readonly attempts: number }>();
  #ended = false;
  readonly #left = new AbortController();

  constructor(deps: AsksServers) {
    this.#deps = deps;
    try {
      this.#settle();
    } catch (error) {
      // They are asked about at the next start.
      if (!(error instanceof DiskFullError || error instanceof StoreLostError)) throw error;
    }
  }

  /** What was being sent when the last run ended may have been sent. */
  #settle(): void {
    const { transfers } = this.#deps.store;
    for (const { id, serverId } of transfers.deliveries('sending'))
      transfers.setDelivery(id, unknownDelivery(this.#nameOf(serverId), this.#deps.now()));
  }

  #nameOf(serverId: string): string {
    const server = this.#deps.server(serverId);
    return server.ok ? server.value.context.server.name : serverId;
  }

  nextDue(): number | undefined {
    const due = [...this.#later.values()].map((later) => later.at);
    return due.length === 0 ? undefined : Math.min(...due);
  }

  /** Nothing new is sent; an answer on its way is waited for a while, or not at all. */
  async end(at: 'chunk' | 'now'): Promise<void> {
    const wasEnded = this.#ended;
    this.#ended = true;
    if (at === 'now') this.#left.abort();
    else if (!wasEnded && this.#busy.size > 0) {
      const timer = setTimeout(() => this.#left.abort(), answerPatience);
      await this.#idle();
      clearTimeout(timer);
    }
    await this.#idle();
  }

  async #idle(): Promise<void> {
    await Promise.all([...this.#busy.values()].map(({ run }) => run));
  }

  /** What was to be tried again later is tried now; where a server is given, on that one. */
  wake(serverId?: string): void {
    for (const [id, later] of this.#later)
      if (serverId === undefined || later.serverId === serverId) this.#later.set(id, { ...later, at: 0 });
  }

  /** What could not be sent because of the account or the server waits again: the user put that right. */
  revive(serverId?: string): void {
    const { store, now } = this.#deps;
    for (const { id, delivery } of store.transfers.deliveries('failed', serverId))
      if (delivery?.scope !== undefined) store.transfers.setDelivery(id, { state: 'waiting', at: now() });
    this.wake(serverId);
  }

  look(): void {
    const { attempts, now, store } = this.#deps;
    while (!this.#ended) {
      const notYet = [...this.#later].flatMap(([id, { at }]) => (at > now() ? [id] : []));
      const busy = [...this.#busy.values()].map(({ serverId }) => serverId);
      // One at a time to a server: what a server has against the first, it may have against all.
      const row = store.transfers.nextToDeliver({
        ids: notYet,
        serverIds: [...busy, ...attempts.cooldowns.closed()],
      });
      if (row === undefined) return;
      const run = this.#send(row)
        .catch((error: unknown) => {
          if (error instanceof DiskFullError || error instanceof StoreLostError) throw error;
          // Nothing left: what breaks once it is on its way is caught there.
          this.#fail(row, { behaviour: 'fatal', problem: unexpected(error) });
        })
        .finally(() => {
          this.#busy.delete(row.id);
          this.#deps.changed();
        })
        // A full disk stops the queue by itself; what was being sent is asked about at the next start.
        .catch(() => undefined);
      this.#busy.set(row.id, { serverId: row.serverId, run });
    }
  }

  async #send(row: Transfer): Promise<void> {
    const { store, now } = this.#deps;
    const server = this.#deps.server(row.serverId);
    if (!server.ok) {
      this.#fail(row, server.failure);
      return;
    }
    const { provider, context } = server.value;
    const message = messageIn(provider.transferFields, row.options.extra);
    const deliver = provider.deliver?.bind(provider);
    if (deliver === undefined || message === undefined) {
      store.transfers.setDelivery(row.id, { state: 'skipped', at: now() });
      return;
    }
    const { signal } = this.#left;
    const remote = row.remote === undefined ? undefined : readRemote(provider, row.remote);
    store.transfers.setDelivery(row.id, { state: 'sending', at: now() });
    this.#deps.changed();
    const call = { job: jobOf(row), remote, context: abortable(context, signal), signal };
    const sent = await this.#deps.attempts
      .run(row.serverId, `message ${row.id}`, () => unlessAborted(deliver(call, message), signal))
      .catch((error: unknown): Outcome<void> => fail('retry', unexpected(error), { nothingMade: false }));
    if (!sent.ok && madeNothing(sent.failure)) {
      this.#fail(row, sent.failure);
      return;
    }
    this.#later.delete(row.id);
    const delivery: Delivery = sent.ok ? { state: 'sent', at: now() } : unknownDelivery(context.server.name, now());
    store.transfers.setDelivery(row.id, delivery);
  }

  /** It certainly was not sent. */
  #fail(row: Transfer, failure: Failure): void {
    const { store, now, random } = this.#deps;
    const { behaviour, scope } = failure;
    const about: { readonly at: number; readonly problem: Problem } = { at: now(), problem: failure.problem };
    const attempts = (this.#later.get(row.id)?.attempts ?? 0) + 1;
    this.#later.delete(row.id);
    // Removed from the list in the meantime: it is never sent, and the history says so.
    if (store.transfers.get(row.id) === undefined) {
      store.transfers.setDelivery(row.id, { state: 'skipped', at: now() });
      return;
    }
    if (behaviour === 'retry' || behaviour === 'server-busy' || behaviour === 'offline') {
      const afterMs = 'afterMs' in failure ? failure.afterMs : undefined;
      const pause = behaviour === 'offline' ? offlinePause(random) : backoff(attempts, random, afterMs);
      this.#later.set(row.id, { serverId: row.serverId, at: now() + Math.max(250, pause), attempts });
      store.transfers.setDelivery(row.id, { state: 'waiting', ...about });
      return;
    }
    const ofMore = scope === 'account' || scope === 'server' ? { scope } : {};
    store.transfers.setDelivery(row.id, { state: 'failed', ...about, ...ofMore });
  }
}
