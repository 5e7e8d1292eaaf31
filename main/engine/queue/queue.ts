/**
 * The queue: which transfer goes next, on which server, and when again. The database is the queue; what stands here
 * may be lost at any moment. One queue owns a profile at a time.
 */
import { problem, type Problem } from '../../../preload/problems.ts';
import { activeStates, isFinal, pendingStates } from '../../../preload/states.ts';
import { unexpected, type Outcome } from '../outcome.ts';
import { FileHashes } from '../source/file-hashes.ts';
import { DiskFullError, StoreLostError } from '../store/errors.ts';
import type { GroupRow, Transfer, TransferFilter } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import type { Bandwidth } from './bandwidth.ts';
import { Deliveries } from './deliveries.ts';
import { Groups } from './groups.ts';
import { Janitor } from './janitor.ts';
import { KeyCheck } from './key-check.ts';
import { Lane } from './lane.ts';
import { watchNetwork } from './network.ts';
import { bulk } from './order.ts';
import { Pace } from './pace.ts';
import { workOutPlaces } from './places.ts';
import type { ServerPort } from './server-port.ts';
import { ServerWaits } from './server-waits.ts';
import type { Slotless } from './slot.ts';
import { Turns, type QueueLimits } from './turns.ts';
import { wakeAll, wakeAtStart, wakeForNetwork } from './wakes.ts';
import { WishWriter, type Wished } from './wish-writer.ts';
import type { PersonWish } from './wishes.ts';

export type QueueDeps = {
  readonly store: Store;
  readonly bandwidth: Bandwidth;
  readonly limits: () => QueueLimits;
  readonly server: (serverId: string) => Outcome<ServerPort>;
  /** A server is not as it was when it was checked: its settings are kept. */
  readonly learnt: (serverId: string, settings: unknown) => void;
  /** A transfer is done, cancelled, or out of the list: its secrets are not needed any more. */
  readonly over?: (transferId: number) => void;
  readonly now?: () => number;
  readonly random?: () => number;
  readonly hashes?: Pick<FileHashes, 'hash' | 'close'>;
};

/** `stopped`: nothing is sent, for the reason given or because it was not started. */
export type QueueStatus = { readonly running: boolean; readonly problem: Problem | undefined };

/** What only memory knows of a transfer on its way: bytes sent but not acknowledged, bytes/s, ms left. */
export type Live = {
  /** The server has had a whole chunk for a while, and has not answered yet. */
  readonly serverWorks: boolean;
  readonly inFlight: number;
  /** While the file is read for its hash: bytes read so far. */
  readonly hashed: number | undefined;
  readonly rate: number | undefined;
  readonly leftMs: number | undefined;
};

/** Longest sleep of the scheduler, ms: clocks that jump are noticed. */
const longestSleep = 60_000;
/** A clock that is put back by less than this only makes waits that much longer, ms. */
const putBack = 5_000;

export class Queue {
  readonly #deps: QueueDeps & Required<Pick<QueueDeps, 'now' | 'random' | 'hashes'>>;
  readonly #lanes = new Map<number, Lane>();
  readonly #runs = new Set<Promise<void>>();
  readonly #listeners = new Set<() => void>();
  readonly #pace: Pace;
  readonly #waits: ServerWaits;
  readonly #janitor: Janitor;
  readonly #groups: Groups;
  readonly #deliveries: Deliveries;
  readonly #keyCheck: KeyCheck;
  readonly #turns: Turns;
  readonly #wishes: WishWriter;
  /** `idle`: not started yet, or halted; cancelling goes on then. `ended`: stopped for good. */
  #mode: 'idle' | 'running' | 'ended' = 'idle';
  #problem: Problem | undefined;
  /** How often it was halted. */
  #halts = 0;
  /** The latest moment that was seen, ms since the epoch. */
  #latest = 0;
  #timer: NodeJS.Timeout | undefined;
  #unwatch: (() => void) | undefined;

  constructor(deps: QueueDeps) {
    const now = deps.now ?? Date.now;
    this.#deps = { ...deps, now, random: deps.random ?? Math.random, hashes: deps.hashes ?? new FileHashes() };
    this.#pace = new Pace(now);
    this.#waits = new ServerWaits({
      ...this.#deps,
      released: (serverId) => {
        this.#groups.wake(now(), serverId);
        this.#deliveries.wake(serverId);
        shared.changed();
      },
      changed: () => this.#changed(),
      stumbled: (error) => this.#stumbled(error),
    });
    const shared = {
      ...this.#deps,
      attempts: this.#waits,
      changed: () => {
        this.#changed();
        // When to look again has changed with it.
        setImmediate(() => this.pump());
      },
    };
    this.#janitor = new Janitor(shared);
    this.#groups = new Groups(shared);
    this.#deliveries = new Deliveries(shared);
    this.#keyCheck = new KeyCheck(shared);
    this.#turns = new Turns({
      ...this.#deps,
      waits: this.#waits,
      lanes: this.#lanes,
      running: () => this.#mode === 'running',
    });
    this.#wishes = new WishWriter({
      ...this.#deps,
      inLane: (id) => this.#lanes.has(id),
      // The user wants it now: a cooldown of its server does not count.
      resumed: (serverId) => this.#waits.cooldowns.forget(serverId),
      written: (id, wish) => {
        if (wish === 'cancel' || wish === 'remove') this.#lookOver(id);
        this.#lanes.get(id)?.wishes(deps.store.transfers.get(id)?.wish ?? 'run');
      },
      changed: () => this.#changed(),
    });
    deps.store.onDiskFull(() => this.halt());
  }

  get status(): QueueStatus {
    return { running: this.#mode === 'running', problem: this.#problem };
  }

  /** Groups whose files are all up and that are still to be joined. */
  get joining(): readonly GroupRow[] {
    return this.#groups.waiting();
  }

  /** Joins again what could not be joined, and sends the messages that waited for the user to sign in, of one server or of all. */
  revive(serverId?: string): void {
    this.#groups.revive(serverId);
    this.#deliveries.revive(serverId);
    this.pump();
  }

  /** Called whenever rows or live figures may have changed; cheap listeners only. Returns the way to stop it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A row was written by somebody else: who listens is informed. */
  touched(): void {
    this.#changed();
  }

  /** Starts sending once the store is known to be sound. */
  async start(): Promise<void> {
    await this.#deps.store.sound;
    try {
      await workOutPlaces(this.#deps.store, this.#deps.server, this.#deps.now);
    } catch (error) {
      this.#stumbled(error);
      return;
    }
    if (this.#mode !== 'idle') return;
    this.#settleStops();
    this.#groups.revive();
    this.#mode = 'running';
    this.#problem = undefined;
    this.#unwatch ??= watchNetwork(() => this.#networkCame(), this.#deps.now);
    this.#changed();
    this.pump();
  }

  /** What was to be paused when the last run ended in the middle of it is paused: no lane will do it any more. */
  #settleStops(): void {
    const { store, now } = this.#deps;
    wakeAtStart(store, now());
    for (const row of store.transfers.page({ states: activeStates }, 'queue', { limit: bulk }).rows)
      if (row.wish === 'pause' && !this.#lanes.has(row.id)) this.#wishes.write(row, 'pause');
  }

  /**
   * Stops sending: `chunk` lets every chunk in flight be acknowledged where a cut would do harm, `now` does
   * not. States stay as they are, for the next start. Resolves when nothing moves.
   */
  async stop(at: 'chunk' | 'now'): Promise<void> {
    this.#mode = 'ended';
    this.#janitor.end();
    this.#groups.end();
    const delivered = this.#deliveries.end(at);
    this.#keyCheck.end();
    this.#waits.end();
    await Promise.all([this.#bringIn(at), delivered]);
    this.#deps.hashes.close();
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

  /** Ids of the transfers that `stop('now')` would cost something: a delete key, or the file's progress. */
  get waitedFor(): readonly number[] {
    return [...this.#lanes.values()].filter((lane) => lane.costsOfCut).map(({ id }) => id);
  }

  live(id: number): Live | undefined {
    const lane = this.#lanes.get(id);
    if (lane === undefined) return undefined;
    const rate = this.#pace.of(id);
    const row = this.#deps.store.transfers.get(id);
    const inFlight = lane.inFlight;
    const left = row === undefined ? 0 : row.size - row.acknowledgedBytes - inFlight;
    return {
      serverWorks: lane.serverWorks,
      inFlight,
      hashed: lane.hashed,
      rate,
      leftMs: rate === undefined || rate <= 0 ? undefined : Math.max(0, left / rate) * 1000,
    };
  }

  /** Written bytes by chunk of a transfer on its way. */
  inFlightChunks(id: number): ReadonlyMap<number, number> {
    return this.#lanes.get(id)?.inFlightChunks ?? new Map();
  }

  /**
   * What a person wants of transfers, one, several or all. Ids whose state does not allow it are left as they are
   * and returned as refused with that state. Many are done in parts, so that what is on its way is not held up.
   *
   * @param why the person's own reason to cancel, kept with what ends
   * @param undoMs how long a cancel can be undone, ms; absent: it is carried out at once
   */
  async wish(filter: TransferFilter, wish: PersonWish, why?: Problem, undoMs?: number): Promise<Wished> {
    const wished = await this.#wishes.writeAll(filter, { wish, why, undoMs });
    // A disk that is still full halts it again by itself. A retry may come with a change of a server, and is no wish to use the battery.
    const restarts = wish === 'resume' || (wish === 'retry' && this.#problem?.code !== 'on-battery');
    if (this.#problem !== undefined && restarts) this.start().catch((error: unknown) => this.#stumbled(error));
    this.#changed();
    this.pump();
    return wished;
  }

  /**
   * Rows of which no server has anything were rewritten: lanes that prepare them end before they create anything, and the rows
   * take their turn again. To be called in the same turn of the event loop as the write.
   */
  rewritten(ids: readonly number[]): void {
    for (const id of ids) this.#lanes.get(id)?.stop('now');
    this.#changed();
    this.pump();
  }

  /** Something may be able to go on: a row, a limit, a server or the network changed. */
  pump(): void {
    if (this.#mode === 'ended') return;
    clearTimeout(this.#timer);
    try {
      this.#pump();
    } catch (error) {
      this.#stumbled(error);
    }
  }

  #pump(): void {
    this.#deps.store.check();
    // What falls due while this runs is still ahead of it, so that the timer below is set for it.
    const now = this.#deps.now();
    if (now < this.#latest - putBack) this.#wake(now);
    this.#latest = now;
    const undoEnd = this.#problem === undefined ? this.#wishes.endUndos(now) : undefined;
    for (let next = this.#next(); next !== undefined; next = this.#next()) this.#begin(next.transfer, next.slotless);
    // Cancelling needs no started queue.
    if (this.#mode === 'idle') {
      if (undoEnd !== undefined) this.#sleepUntil(undoEnd);
      return;
    }
    this.#janitor.look();
    this.#groups.look();
    this.#deliveries.look();
    this.#keyCheck.look();
    const due = [
      undoEnd,
      this.#deps.store.transfers.nextDue(now),
      this.#janitor.nextDue(),
      this.#groups.nextDue(),
      this.#deliveries.nextDue(),
      this.#keyCheck.nextDue(),
      ...this.#waits.cooldowns.ends(),
    ];
    const soonest = Math.min(...due.filter((at): at is number => at !== undefined && at > now), now + longestSleep);
    this.#sleepUntil(soonest);
  }

  #sleepUntil(at: number): void {
    this.#timer = setTimeout(() => this.pump(), Math.max(0, at - this.#deps.now()) + 1);
  }

  #wake(now: number): void {
    wakeAll(this.#deps.store, now);
    this.#waits.cooldowns.forgetAll();
    this.#groups.wake(now);
    this.#deliveries.wake();
    this.#keyCheck.wake(now);
  }

  #next(): ReturnType<Turns['next']> {
    // Halted: what a lane has to write could not be written.
    return this.#problem === undefined ? this.#turns.next() : undefined;
  }

  #begin(transfer: Transfer, slotless: Slotless | undefined): void {
    const { serverId } = transfer;
    const { cooldowns } = this.#waits;
    // Reading a file says nothing about its server.
    let begun = slotless !== 'reads';
    const take = (): boolean => {
      if (!this.#turns.slotFree(serverId) || !(begun || cooldowns.mayBegin(serverId))) return false;
      if (!begun) cooldowns.begins(serverId, transfer.id);
      return (begun = true);
    };
    const lane = new Lane(
      transfer,
      {
        ...this.#deps,
        changed: () => this.#changed(),
        moved: (id, bytes) => {
          this.#pace.moved(id, bytes);
          this.#changed();
        },
        rate: (id) => this.#pace.of(id),
        advanced: (serverId, step) => this.#waits.worked(serverId, transfer.id, step),
        failed: (failure, step) => this.#waits.failed(transfer.serverId, transfer.id, failure, step),
        stops: (serverId, reason) => this.#stopServer(serverId, reason),
        freeKey: (server, key, signal) => this.#janitor.freeKey(server, key, signal),
        ended: () => this.#mode === 'ended',
        slot: { take, freed: () => setImmediate(() => this.pump()) },
      },
      slotless,
    );
    this.#lanes.set(transfer.id, lane);
    if (!lane.frees && begun) cooldowns.begins(serverId, transfer.id);
    const halts = this.#halts;
    const run = lane
      .run()
      .catch((error: unknown) => {
        // The write that found the disk full has stopped the queue already, which may have been started again since.
        if (!(error instanceof DiskFullError) || this.#halts === halts) this.#stumbled(error);
      })
      .finally(() => {
        this.#lanes.delete(transfer.id);
        this.#waits.cooldowns.ended(transfer.serverId, transfer.id);
        this.#pace.forget(transfer.id);
        this.#runs.delete(run);
        // Not at once: a lane that ends without a wait must not keep the event loop to itself.
        setImmediate(() => this.pump());
        this.#lookOver(transfer.id);
        this.#changed();
      })
      .catch((error: unknown) => this.#stumbled(error));
    this.#runs.add(run);
  }

  #lookOver(id: number): void {
    if (this.#deps.over === undefined || this.#lanes.has(id)) return;
    const state = this.#deps.store.transfers.get(id)?.state ?? 'cancelled';
    if (isFinal(state)) this.#deps.over(id);
  }

  /** What waits for its turn there would meet the same: it waits for the person, who is told once. */
  #stopServer(serverId: string, reason: Problem): void {
    const patch = { state: 'attention', waitFor: undefined, waitUntil: undefined, problem: reason } as const;
    this.#deps.store.transfers.updateAll({ serverId, states: pendingStates }, patch);
    this.#changed();
  }

  #networkCame(): void {
    const { store, now } = this.#deps;
    this.#waits.cooldowns.forgetAll();
    this.#deliveries.wake();
    try {
      wakeForNetwork(store, now());
    } catch (error) {
      this.#stumbled(error);
    }
    this.pump();
  }

  /** The store failed, or the disk is full: the queue stops with words instead of going round in circles. */
  #stumbled(error: unknown): void {
    const isKnown = error instanceof DiskFullError || error instanceof StoreLostError;
    this.halt(isKnown ? error.problem : unexpected(error));
  }

  /** Stops sending for a reason that is shown, at a chunk's end where a cut would do harm. `start` ends it. */
  halt(reason: Problem = problem('disk-full', { path: this.#deps.store.path })): void {
    // The power that ends a pause on battery ends nothing else.
    if (this.#mode === 'ended' || (this.#problem?.code ?? 'on-battery') !== 'on-battery') return;
    this.#problem = reason;
    this.#halts++;
    this.#mode = 'idle';
    void this.#bringIn('chunk');
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
