/**
 * Frees on their servers the sessions that transfers had to give up. What it cannot free in time, the server sweeps; where
 * none does, it is found among what broken uploads left.
 */
import { problem } from '../../../preload/problems.ts';
import type { Outcome } from '../outcome.ts';
import { abortable } from '../providers/abortable.ts';
import type { Cancelled } from '../providers/provider.ts';
import type { AbandonedRow } from '../store/rows.ts';
import type { AsksServers } from './asks-servers.ts';
import { backoff } from './backoff.ts';
import { countOf, jobOf } from './plan.ts';
import { keepRemote, readRemote } from './remote.ts';

/** With the longest backoff between, more than a day: servers that sweep have swept by then. */
const attemptsMost = 400;
/** Where nobody sweeps, an account that is signed out, or a server that is away, may be so for weeks. */
const attemptsMostUnswept = 10_000;

export class Janitor {
  readonly #deps: AsksServers;
  #busy = false;
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
    if (this.#busy || this.#ended) return;
    const closed = this.#deps.attempts.cooldowns.closed();
    const [row] = this.#deps.store.abandoned.due(this.#deps.now(), 1, closed);
    if (row === undefined) return;
    this.#busy = true;
    void this.#free(row)
      .catch(() => 'later' as const)
      .then((freed) => {
        this.#busy = false;
        if (this.#ended) return;
        const { abandoned } = this.#deps.store;
        if (freed !== 'later' || row.attempts >= this.#attemptsMost(row)) abandoned.remove(row.id, freed === 'freed');
        else abandoned.later(row.id, this.#deps.now() + Math.max(1_000, backoff(row.attempts, this.#deps.random)));
        this.#deps.changed();
      })
      // A full disk stops the queue by itself; the row is still there.
      .catch(() => undefined);
  }

  #attemptsMost({ serverId }: AbandonedRow): number {
    const server = this.#deps.server(serverId);
    return server.ok && server.value.provider.leftovers !== undefined ? attemptsMostUnswept : attemptsMost;
  }

  async #free(row: AbandonedRow): Promise<'freed' | 'never' | 'later'> {
    const server = this.#deps.server(row.serverId);
    if (!server.ok) return 'later';
    const { provider, context, uploadSecrets } = server.value;
    const nothingKnown = {
      count: countOf(row.size, row.chunkSize),
      acknowledged: () => false,
      tag: () => undefined,
      inFlight: [],
    };
    const cancel = (): Promise<Outcome<Cancelled>> =>
      provider.cancel({
        job: { ...jobOf(row), deleteKeyOf: (shareKey) => this.#deps.store.toldKey(row.serverId, shareKey) },
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
    const cancelled = await this.#deps.attempts.run(row.serverId, `cleanup ${row.id}`, cancel);
    if (!cancelled.ok && cancelled.failure.behaviour !== 'fatal') return 'later';
    if (!this.#ended && row.transferId !== undefined && this.#deps.store.transfers.get(row.transferId) !== undefined) {
      const freed = problem('freed', { server: context.server.name });
      const told = cancelled.ok ? (cancelled.value.left ?? freed) : cancelled.failure.problem;
      this.#deps.store.transfers.log(row.transferId, this.#deps.now(), told);
    }
    return cancelled.ok ? 'freed' : 'never';
  }
}
