/**
 * The queue: which transfer goes next, on which server, and when again. The database is the queue; what stands here
 * may be lost at any moment. One queue owns a profile at a time.
 */
import { problem, type Problem } from '../../../preload/problems.ts';
import type { Failure, Outcome } from '../outcome.ts';
import { DiskFullError } from '../store/errors.ts';
import { activeStates, type Transfer, type TransferFilter, type TransferPatch, type Wish } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import { backoff } from './backoff.ts';
import type { Bandwidth } from './bandwidth.ts';
import { Groups } from './groups.ts';
import { Janitor } from './janitor.ts';
import { Lane, type ServerPort } from './lane.ts';
import { step } from './machine.ts';
import { watchNetwork } from './network.ts';
import { Pace } from './pace.ts';

/** Transfers at once: over all servers, and to one of them. */
export type QueueLimits = { readonly atOnce: number; readonly perServer: (serverId: string) => number };

export type QueueDeps = {
  readonly store: Store;
  readonly bandwidth: Bandwidth;
  readonly limits: () => QueueLimits;
  readonly server: (serverId: string) => Outcome<ServerPort>;
  /** A server is not as it was when it was checked: its settings are kept. */
  readonly learnt: (serverId: string, settings: unknown) => void;
  readonly now?: () => number;
  readonly random?: () => number;
};

/** `stopped`: nothing is sent, for the reason given or because it was not started. */
export type QueueStatus = { readonly running: boolean; readonly problem: Problem | undefined };

/** What only memory knows of a transfer on its way: bytes sent but not acknowledged, bytes/s, ms left. */
export type Live = {
  readonly inFlight: number;
  readonly rate: number | undefined;
  readonly leftMs: number | undefined;
};

/** A server that asked to rest, or did not answer. */
type Rest = { readonly until: number; readonly attempts: number };

export type PersonWish = 'pause' | 'resume' | 'retry' | 'cancel' | 'remove';

/** Transfers in one write transaction of a bulk command, so that none of them holds the event loop for long. */
const bulk = 1_000;
/** Longest sleep of the scheduler, ms: clocks that jump are noticed. */
const longestSleep = 60_000;

export class Queue {
  readonly #deps: QueueDeps & { readonly now: () => number; readonly random: () => number };
  readonly #lanes = new Map<number, Lane>();
  readonly #runs = new Set<Promise<void>>();
  readonly #rests = new Map<string, Rest>();
  readonly #listeners = new Set<() => void>();
  readonly #pace: Pace;
  readonly #janitor: Janitor;
  readonly #groups: Groups;
  /** `idle`: not started yet, or halted; cancelling goes on then. `ended`: stopped for good. */
  #mode: 'idle' | 'running' | 'ended' = 'idle';
  #problem: Problem | undefined;
  #timer: NodeJS.Timeout | undefined;
  #unwatch: (() => void) | undefined;

  constructor(deps: QueueDeps) {
    const now = deps.now ?? Date.now;
    this.#deps = { ...deps, now, random: deps.random ?? Math.random };
    this.#pace = new Pace(now);
    const shared = {
      ...this.#deps,
      changed: () => {
        this.#changed();
        // When to look again has changed with it.
        setImmediate(() => this.pump());
      },
    };
    this.#janitor = new Janitor(shared);
    this.#groups = new Groups(shared);
    deps.store.onDiskFull(() => this.#halt());
  }

  get status(): QueueStatus {
    return { running: this.#mode === 'running', problem: this.#problem };
  }

  /** Called whenever rows or live figures may have changed; cheap listeners only. Returns the way to stop it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Starts sending once the store is known to be sound. */
  async start(): Promise<void> {
    await this.#deps.store.sound;
    this.#settleStops();
    if (this.#mode !== 'idle') return;
    this.#mode = 'running';
    this.#problem = undefined;
    this.#unwatch ??= watchNetwork(() => this.#networkCame());
    this.#changed();
    this.pump();
  }

  /**
   * What was to be paused when the last run ended in the middle of it is paused: no lane will do it any more. Who
   * starts the program again does not wait for what the last one waited for; only a server's own wish still counts.
   */
  #settleStops(): void {
    const { transfers } = this.#deps.store;
    for (const waitFor of ['time', 'network'] as const)
      transfers.updateAll({ states: ['waiting'], waitFor }, { waitUntil: this.#deps.now() });
    for (const row of transfers.page({ states: activeStates }, 'queue', { limit: bulk }).rows)
      if (row.wish === 'pause' && !this.#lanes.has(row.id)) this.#wishOne(row, 'pause');
  }

  /**
   * Stops sending: `chunk` lets every chunk on its way be acknowledged where the server cannot bear a cut, `now` does
   * not. States stay as they are, for the next start. Resolves when nothing moves.
   */
  async stop(at: 'chunk' | 'now'): Promise<void> {
    this.#mode = 'ended';
    this.#janitor.end();
    this.#groups.end();
    await this.#bringIn(at);
  }

  async #bringIn(at: 'chunk' | 'now'): Promise<void> {
    clearTimeout(this.#timer);
    this.#unwatch?.();
    this.#unwatch = undefined;
    for (const lane of this.#lanes.values()) lane.stop(at);
    while (this.#runs.size > 0) await Promise.all(this.#runs);
  }

  /** Ids of the transfers that lanes work on. */
  get moving(): readonly number[] {
    return [...this.#lanes.keys()];
  }

  live(id: number): Live | undefined {
    const lane = this.#lanes.get(id);
    if (lane === undefined) return undefined;
    const rate = this.#pace.of(id);
    const row = this.#deps.store.transfers.get(id);
    const inFlight = lane.inFlight;
    const left = row === undefined ? 0 : row.size - row.acknowledgedBytes - inFlight;
    return { inFlight, rate, leftMs: rate === undefined || rate <= 0 ? undefined : Math.max(0, left / rate) * 1000 };
  }

  /** Written bytes by chunk of a transfer on its way. */
  inFlightChunks(id: number): ReadonlyMap<number, number> {
    return this.#lanes.get(id)?.inFlightChunks ?? new Map();
  }

  /**
   * What a person wants of transfers, one, several or all. Ids whose state does not allow it are left as they are
   * and returned as refused with that state.
   */
  wish(
    filter: TransferFilter,
    wish: PersonWish,
  ): { readonly changed: readonly number[]; readonly refused: ReadonlyMap<number, Transfer['state']> } {
    const { store } = this.#deps;
    const changed: number[] = [];
    const refused = new Map<number, Transfer['state']>();
    let after: string | undefined;
    do {
      const page = store.transfers.page(filter, 'newest', { limit: bulk, ...(after === undefined ? {} : { after }) });
      store.transaction(() => {
        for (const row of page.rows)
          if (this.#wishOne(row, wish)) changed.push(row.id);
          else refused.set(row.id, row.state);
      });
      after = page.next;
    } while (after !== undefined);
    for (const id of changed) this.#lanes.get(id)?.wishes(store.transfers.get(id)?.wish ?? 'run');
    if (this.#problem !== undefined && (wish === 'resume' || wish === 'retry')) void this.start();
    if (wish === 'retry' || wish === 'resume') this.#rests.clear();
    this.#changed();
    this.pump();
    return { changed, refused };
  }

  #wishOne(row: Transfer, wish: PersonWish): boolean {
    const { transfers } = this.#deps.store;
    const inLane = this.#lanes.has(row.id);
    const situation = { ...row, hasRemote: row.remote !== undefined, inLane };
    const ended = row.state === 'done' || row.state === 'cancelled';
    if (wish === 'remove' && ended) {
      transfers.remove([row.id]);
      return true;
    }
    const next = step(situation, { type: wish === 'remove' ? 'cancel' : wish });
    if ('refused' in next) return false;
    const patch: TransferPatch = wish === 'remove' ? { ...next.patch, wish: 'remove' satisfies Wish } : next.patch;
    transfers.update(row.id, patch);
    if (next.ends !== undefined) {
      transfers.end(row.id, next.ends, this.#deps.now(), this.#serverName(row.serverId), {});
      if (wish === 'remove') transfers.remove([row.id]);
    }
    return true;
  }

  #serverName(serverId: string): string {
    const server = this.#deps.server(serverId);
    return server.ok ? server.value.context.server.name : serverId;
  }

  /** Something may be able to go on: a row, a limit, a server or the network changed. */
  pump(): void {
    if (this.#mode === 'ended') return;
    clearTimeout(this.#timer);
    for (let next = this.#next(); next !== undefined; next = this.#next()) this.#begin(next);
    if (this.#mode === 'idle') return;
    this.#janitor.look();
    this.#groups.look();
    const now = this.#deps.now();
    const due = [
      this.#deps.store.transfers.nextDue(now),
      this.#janitor.nextDue(),
      this.#groups.nextDue(),
      ...[...this.#rests.values()].map((rest) => rest.until),
    ];
    const soonest = Math.min(...due.filter((at): at is number => at !== undefined && at > now), now + longestSleep);
    this.#timer = setTimeout(() => this.pump(), soonest - now + 1);
  }

  /** The first in order of what may run: cancelling, then what was under way, then by priority and position. */
  #next(): Transfer | undefined {
    const { store, limits, now } = this.#deps;
    const { atOnce, perServer } = limits();
    if (this.#lanes.size >= atOnce) return undefined;
    const running = [...this.#lanes.keys()];
    let best: Transfer | undefined;
    for (const serverId of store.transfers.serversWithWork()) {
      const rest = this.#rests.get(serverId);
      if (rest !== undefined && rest.until > now()) continue;
      const here = [...this.#lanes.values()].filter((lane) => lane.serverId === serverId).length;
      // A server that failed is tried with one transfer before the others follow.
      if (here >= (rest === undefined ? perServer(serverId) : 1)) continue;
      const candidate = store.transfers.nextFor(serverId, now(), running);
      // Cancelling is no sending: it is done even where the queue does not run.
      if (candidate === undefined || (this.#mode === 'idle' && !isGoing(candidate))) continue;
      if (best === undefined || goesBefore(candidate, best)) best = candidate;
    }
    return best;
  }

  #begin(transfer: Transfer): void {
    const lane = new Lane(transfer, {
      ...this.#deps,
      changed: () => this.#changed(),
      moved: (id, bytes) => {
        this.#pace.moved(id, bytes);
        this.#changed();
      },
      rate: (id) => this.#pace.of(id),
      advanced: (serverId) => void this.#rests.delete(serverId),
      rests: (serverId, failure) => this.#rest(serverId, failure),
    });
    this.#lanes.set(transfer.id, lane);
    const run = lane
      .run()
      .catch((error: unknown) => {
        // A full disk has stopped the queue already; anything else here is the store failing, and must be seen.
        if (!(error instanceof DiskFullError)) this.#halt(problem('internal', { what: String(error) }));
      })
      .finally(() => {
        this.#lanes.delete(transfer.id);
        this.#pace.forget(transfer.id);
        this.#runs.delete(run);
        this.#changed();
        // Not at once: a lane that ends without a wait must not keep the event loop to itself.
        setImmediate(() => this.pump());
      });
    this.#runs.add(run);
  }

  #rest(serverId: string, failure: Failure): void {
    const attempts = this.#rests.get(serverId)?.attempts ?? 0;
    const afterMs = 'afterMs' in failure ? failure.afterMs : undefined;
    const until = this.#deps.now() + backoff(attempts, this.#deps.random, afterMs);
    this.#rests.set(serverId, { until, attempts: attempts + 1 });
  }

  #networkCame(): void {
    this.#rests.clear();
    this.#deps.store.transfers.updateAll({ states: ['waiting'], waitFor: 'network' }, { waitUntil: this.#deps.now() });
    this.pump();
  }

  #halt(reason: Problem = problem('disk-full', { path: this.#deps.store.path })): void {
    this.#problem = reason;
    this.#mode = 'idle';
    void this.#bringIn('chunk');
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

const isActive = (row: Transfer): boolean => (activeStates as readonly string[]).includes(row.state);
const isGoing = (row: Transfer): boolean => row.wish === 'cancel' || row.wish === 'remove';

const goesBefore = (a: Transfer, b: Transfer): boolean => {
  if (isGoing(a) !== isGoing(b)) return isGoing(a);
  if (isActive(a) !== isActive(b)) return isActive(a);
  return a.priority !== b.priority ? a.priority > b.priority : a.position < b.position;
};
