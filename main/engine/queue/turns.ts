/** Whose turn it is: the transfer that a lane begins with next, and whether one may begin at all. */
import type { Outcome } from '../outcome.ts';
import type { Transfer } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import type { Lane } from './lane.ts';
import { neededFor } from './needs.ts';
import { goesBefore, isGoing } from './order.ts';
import type { ServerPort } from './server-port.ts';
import type { ServerWaits } from './server-waits.ts';
import type { Slotless } from './slot.ts';

/** Transfers at once: over all servers, and to one of them. */
export type QueueLimits = { readonly atOnce: number; readonly perServer: (serverId: string) => number };

export type TurnsDeps = {
  readonly store: Store;
  readonly now: () => number;
  readonly limits: () => QueueLimits;
  readonly server: (serverId: string) => Outcome<ServerPort>;
  readonly waits: ServerWaits;
  /** The lanes that are at work, by the id of their transfer. */
  readonly lanes: ReadonlyMap<number, Pick<Lane, 'serverId' | 'frees' | 'slotless'>>;
  /** Whether the queue sends. Cancelling needs no started queue. */
  readonly running: () => boolean;
};

export class Turns {
  readonly #deps: TurnsDeps;

  constructor(deps: TurnsDeps) {
    this.#deps = deps;
  }

  /** The first in order of what may run: cancelling, then what was under way, then by priority and position. */
  next(): { readonly transfer: Transfer; readonly slotless?: Slotless } | undefined {
    const { store, now } = this.#deps;
    let best: Transfer | undefined;
    for (const serverId of store.transfers.serversWithWork()) {
      if (this.#mayWithout(serverId, 'asks') && this.#deps.waits.cooldowns.mayBegin(serverId)) {
        const asked = store.transfers.nextAtWork(serverId, now(), this.#moving());
        if (asked !== undefined) return { transfer: asked, slotless: 'asks' };
      }
      const candidate = this.#whole(serverId);
      if (candidate === undefined) continue;
      if (this.#hasToRead(candidate)) {
        if (this.#mayWithout(serverId, 'reads')) return { transfer: candidate, slotless: 'reads' };
        continue;
      }
      if (!this.#mayBegin(candidate)) continue;
      if (best === undefined || goesBefore(candidate, best)) best = candidate;
    }
    return best === undefined ? undefined : { transfer: best };
  }

  /** Whether a lane may begin that needs no slot: one of a server does the same at a time. */
  #mayWithout(serverId: string, what: Slotless): boolean {
    const lanes = [...this.#deps.lanes.values()];
    return this.#deps.running() && !lanes.some((lane) => lane.serverId === serverId && lane.slotless === what);
  }

  /** Whether its server needs a hash of its file, to open the upload, that is not known. */
  #hasToRead(transfer: Transfer): boolean {
    if (isGoing(transfer) || transfer.remote !== undefined) return false;
    const port = this.#deps.server(transfer.serverId);
    const wanted = port.ok ? neededFor('open', port.value, undefined) : [];
    if (wanted.length === 0) return false;
    const known = this.#deps.store.hashes.of(transfer.identity);
    return wanted.some((algorithm) => known[algorithm] === undefined);
  }

  /** The first that can be sent. A damaged row waits for the person, and the next one takes its turn. */
  #whole(serverId: string): Transfer | undefined {
    const { store } = this.#deps;
    let candidate = this.#candidate(serverId);
    const isDamaged = (): boolean => candidate?.problem?.code === 'row-damaged' && candidate.wish === 'run';
    if (!isDamaged()) return candidate;
    store.transaction(() => {
      for (; candidate !== undefined && isDamaged(); candidate = this.#candidate(serverId))
        store.transfers.update(candidate.id, { state: 'attention', problem: candidate.problem });
    });
    return candidate;
  }

  /** After a cooldown the server is tried with another transfer than those that failed, as long as there is one. */
  #candidate(serverId: string): Transfer | undefined {
    const { store, now } = this.#deps;
    const moving = this.#moving();
    const first = store.transfers.nextFor(serverId, now(), moving);
    if (first === undefined || isGoing(first) || this.#deps.waits.cooldowns.of(serverId) !== 'trial') return first;
    const failing = this.#deps.waits.failing(serverId);
    if (!failing.includes(first.id)) return first;
    const without = (ids: readonly number[]): Transfer | undefined =>
      store.transfers.nextFor(serverId, now(), [...moving, ...ids]);
    // The one that failed longest ago, where all have failed.
    return without(failing) ?? without(failing.slice(1)) ?? first;
  }

  #mayBegin(transfer: Transfer): boolean {
    // Cancelling is no sending: it waits neither for other files, nor for the server's rest, nor for the queue's start.
    if (isGoing(transfer))
      return [...this.#deps.lanes.values()].filter((lane) => lane.frees).length < this.#deps.limits().atOnce;
    return this.slotFree(transfer.serverId) && this.#deps.waits.cooldowns.mayBegin(transfer.serverId);
  }

  /** Whether one more may send to the server. */
  slotFree(serverId: string): boolean {
    const { atOnce, perServer } = this.#deps.limits();
    const sending = [...this.#deps.lanes.values()].filter((lane) => !lane.frees && lane.slotless === undefined);
    if (!this.#deps.running() || sending.length >= atOnce) return false;
    return sending.filter((lane) => lane.serverId === serverId).length < perServer(serverId);
  }

  /** Ids of the transfers that lanes work on. */
  #moving(): readonly number[] {
    return [...this.#deps.lanes.keys()];
  }
}
