/**
 * Frees on their servers the sessions that transfers had to give up. What it cannot free in time, the server sweeps; where
 * none does, it is found among what broken uploads left.
 */
import { problem } from '../../../preload/problems.ts';
import { fail, ok, unexpected, type Outcome } from '../outcome.ts';
import { abortable, unlessAborted } from '../providers/abortable.ts';
import type { Cancelled } from '../providers/provider.ts';
import type { AbandonedRow } from '../store/rows.ts';
import type { AsksServers } from './asks-servers.ts';
import { backoff } from './backoff.ts';
import { countOf, jobOf } from './plan.ts';
import { keepRemote, readRemote } from './remote.ts';

type Run = (cancel: () => Promise<Outcome<Cancelled>>) => Promise<Outcome<Cancelled>>;

/** With the longest backoff between, more than a day: servers that sweep have swept by then. */
const attemptsMost = 400;
/** Where nobody sweeps, an account that is signed out, or a server that is away, may be so for weeks. */
const attemptsMostUnswept = 10_000;

export class Janitor {
  readonly #deps: AsksServers;
  /** Cleanups under way, by the row in `abandoned`. */
  readonly #working = new Map<number, Promise<Outcome<boolean>>>();
  #ended = false;
  readonly #left = new AbortController();

  constructor(deps: AsksServers) {
    this.#deps = deps;
  }

  nextDue(): number | undefined {
    return this.#deps.store.abandoned.nextDue();
  }

  /** What is on its way is left behind, and nothing is written any more. */
  end(): void {
    this.#ended = true;
    this.#left.abort();
  }

  /** Works on one session at a time, beside the lanes: it moves next to no bytes. */
  look(): void {
    if (this.#working.size > 0 || this.#ended) return;
    const { attempts, store, now } = this.#deps;
    const [row] = store.abandoned.due(now(), 1, attempts.cooldowns.closed());
    if (row === undefined) return;
    // A full disk stops the queue by itself; the row is still there.
    this.#free(row, (cancel) => attempts.run(row.serverId, `cleanup ${row.id}`, cancel)).catch(() => undefined);
  }

  /**
   * Cleans up every abandoned session that may hold a share key on its server, so that the key can be used again. Fails as
   * the first cleanup that has to be repeated does. It is part of the caller's attempt on the server. Throws what the store
   * throws, and the reason of `signal` once that is aborted: a cleanup that has begun then continues by itself.
   */
  async freeKey(serverId: string, key: string, signal: AbortSignal): Promise<Outcome<void>> {
    for (;;) {
      const row = this.#deps.store.abandoned.withKey(serverId, key);
      if (row === undefined || this.#ended) return ok(undefined);
      signal.throwIfAborted();
      const freed = await unlessAborted(this.#working.get(row.id) ?? this.#free(row, (cancel) => cancel()), signal);
      if (!freed.ok) return freed;
    }
  }

  #free(row: AbandonedRow, run: Run): Promise<Outcome<boolean>> {
    const freeing = this.#tryToFree(row, run).finally(() => this.#working.delete(row.id));
    this.#working.set(row.id, freeing);
    return freeing;
  }

  /** Cleans up one session and writes down how that ended. False: it never will be. Fails where it has to be repeated. */
  async #tryToFree(row: AbandonedRow, run: Run): Promise<Outcome<boolean>> {
    const freed = await this.#cancel(row, run);
    if (this.#ended) return freed;
    const { abandoned } = this.#deps.store;
    if (freed.ok || row.attempts >= this.#attemptsMost(row)) abandoned.remove(row.id, freed.ok && freed.value);
    else abandoned.later(row.id, this.#deps.now() + Math.max(1_000, backoff(row.attempts, this.#deps.random)));
    this.#deps.changed();
    return freed;
  }

  #attemptsMost({ serverId }: AbandonedRow): number {
    const server = this.#deps.server(serverId);
    return server.ok && server.value.provider.leftovers !== undefined ? attemptsMostUnswept : attemptsMost;
  }

  async #cancel(row: AbandonedRow, run: Run): Promise<Outcome<boolean>> {
    const server = this.#deps.server(row.serverId);
    if (!server.ok) return server;
    const { provider, context, uploadSecrets } = server.value;
    const nothingKnown = {
      count: countOf(row.size, row.chunkSize),
      acknowledged: () => false,
      tag: () => undefined,
      inFlight: [],
    };
    const cancel = async (): Promise<Outcome<Cancelled>> =>
      await provider.cancel({
        job: {
          ...jobOf(row),
          deleteKeyOf: (shareKey) => this.#deps.store.toldKey(row.serverId, shareKey, row.transferId),
        },
        remote: readRemote(provider, row.remote),
        progress: nothingKnown,
        context: abortable(
          row.transferId === undefined ? context : { ...context, uploadSecrets: uploadSecrets(row.transferId) },
          this.#left.signal,
          context.signal,
        ),
        signal: this.#left.signal,
        remember: (remote) => {
          try {
            this.#deps.store.abandoned.remember(row.id, keepRemote(provider, remote));
          } catch {
            // The disk is full, or the program ends: the new state is used as long as memory holds it.
          }
        },
      });
    const cancelled = await run(cancel).catch((error: unknown) => {
      if (this.#ended) throw error;
      return fail('retry', unexpected(error));
    });
    if (!cancelled.ok && cancelled.failure.behaviour !== 'fatal') return cancelled;
    if (!this.#ended && row.transferId !== undefined && this.#deps.store.transfers.get(row.transferId) !== undefined) {
      const freed = problem('freed', { server: context.server.name });
      const told = cancelled.ok ? (cancelled.value.left ?? freed) : cancelled.failure.problem;
      this.#deps.store.transfers.log(row.transferId, this.#deps.now(), told);
    }
    return ok(cancelled.ok);
  }
}
