/** What a lane writes down of its transfer: what the machine says, the server's session, and what is told only once. */
import { uptime } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Problem } from '../../../preload/problems.ts';
import { unexpected } from '../outcome.ts';
import type { AnyProvider, InFlight, Progress, Told } from '../providers/provider.ts';
import { DiskFullError } from '../store/errors.ts';
import type { ChunkRow, Transfer } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import { step, type Happening, type Situation, type Stage } from './machine.ts';
import { countOf } from './plan.ts';
import { keepRemote } from './remote.ts';

export type LaneRecordDeps = {
  readonly store: Store;
  readonly now: () => number;
  /** A row of the store changed. */
  readonly changed: () => void;
  /** The program ends: nobody makes room on a full disk any more. */
  readonly ended: () => boolean;
};

/** How often a full disk is tried again for what must not be lost, ms. */
const roomEvery = 1_000;

export class LaneRecord {
  readonly id: number;
  readonly serverId: string;
  /** The provider's state, parsed; the store has the same. */
  remote: unknown;
  readonly #deps: LaneRecordDeps;
  readonly #serverName: () => string;

  constructor({ id, serverId }: Pick<Transfer, 'id' | 'serverId'>, deps: LaneRecordDeps, serverName: () => string) {
    this.id = id;
    this.serverId = serverId;
    this.#deps = deps;
    this.#serverName = serverName;
  }

  /** The transfer as it is stored now. Throws where it was removed. */
  row(): Transfer {
    const row = this.#deps.store.transfers.get(this.id);
    if (row === undefined) throw new Error(`transfer ${this.id} is gone`);
    return row;
  }

  /** What is stored of its chunks. Reads all of them. */
  progress(): Progress {
    const row = this.row();
    const chunks = new Map(this.#deps.store.transfers.chunks(this.id).map((chunk) => [chunk.index, chunk]));
    return {
      count: row.chunkSize === undefined ? 0 : countOf(row.size, row.chunkSize),
      acknowledged: (index) => chunks.get(index)?.state === 'acknowledged',
      tag: (index) => chunks.get(index)?.tag,
      inFlight: [...chunks.values()].filter(({ state }) => state === 'in-flight').map(this.#inFlight),
    };
  }

  readonly #inFlight = ({ index, begun, completeAt, keptBack }: ChunkRow): InFlight => {
    // What was written after the mark is lost with the machine only, not with the process.
    const machineStarted = this.#deps.now() - uptime() * 1000;
    const out = completeAt !== undefined && (!keptBack || completeAt < machineStarted);
    return { index, begun, ...(out ? { completeAt } : {}) };
  };

  #situation(row: Transfer): Situation {
    return { ...row, hasRemote: row.remote !== undefined, inLane: true };
  }

  /** Writes what the machine says. What a failure ends gets its history here; other endings know more. */
  write(happening: Happening): void {
    const { store, now } = this.#deps;
    const row = this.row();
    const next = step(this.#situation(row), happening);
    if ('refused' in next) return;
    const since = happening.type === 'failure' ? { waitSince: happening.now } : {};
    store.transaction(() => {
      store.transfers.update(this.id, { ...next.patch, ...since });
      if (next.ends !== undefined && happening.type === 'failure') {
        const { problem: reason } = next.patch;
        store.transfers.end(
          this.id,
          next.ends,
          now(),
          this.#serverName(),
          reason === undefined ? {} : { problem: reason },
        );
      }
    });
    this.#deps.changed();
  }

  /** Enters a stage, unless the transfer rests. */
  stage(stage: Stage): void {
    this.write({ type: 'stage', stage });
  }

  /** Adds notices to the transfer's log. */
  tell(notices: readonly Problem[]): void {
    for (const notice of notices) this.#deps.store.transfers.log(this.id, this.#deps.now(), notice);
  }

  /** Stores the provider's state of the upload. */
  remember(provider: AnyProvider, remote: unknown): void {
    this.remote = remote;
    this.#deps.store.transfers.update(this.id, { remote: keepRemote(provider, remote) });
  }

  /**
   * A delete key that is told once goes to the journal. One that cannot be written, for another reason than a full
   * disk, is told of and holds nothing up: the database gets the key with the answer that it came in.
   */
  async keepTold(told: Told): Promise<void> {
    try {
      await this.durably(() => this.#deps.store.keepTold(told, this.serverId, this.id));
    } catch (error) {
      if (error instanceof DiskFullError) throw error;
      this.tell([unexpected(error)]);
    }
  }

  /**
   * Writes what only this process knows and the server will not tell again. On a full disk, which has stopped the queue
   * already, it waits for room; it throws where `given` says that waiting is of no use.
   */
  async durably(write: () => void, given: () => boolean = this.#deps.ended): Promise<void> {
    for (;;) {
      try {
        write();
        return;
      } catch (error) {
        if (!(error instanceof DiskFullError) || given()) throw error;
      }
      await sleep(roomEvery);
    }
  }
}
