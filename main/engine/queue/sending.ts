/**
 * The chunks of one transfer on their way: which are missing, how many go side by side, and what is written down before
 * a chunk's first byte leaves and after its server took it.
 */
import { failed, type Failure, type Outcome } from '../outcome.ts';
import { FailureError, type Call, type Chunk, type Shape } from '../providers/provider.ts';
import { readChunk, type Source } from '../source/chunk-reader.ts';
import { startDigest } from '../source/digest.ts';
import { DiskFullError, StoreLostError } from '../store/errors.ts';
import type { Transfer } from '../store/rows.ts';
import { paced, type Bandwidth } from './bandwidth.ts';
import type { Step } from './cooldowns.ts';
import { deadlineNear } from './deadline.ts';
import { Flight, workingAfterMs } from './flight.ts';
import type { LaneRecord, LaneRecordDeps } from './lane-record.ts';
import { chunkOf } from './plan.ts';
import { keepRemote } from './remote.ts';
import type { ServerPort } from './server-port.ts';
import type { Unchanged } from './unchanged.ts';

export type SendingDeps = LaneRecordDeps & {
  readonly bandwidth: Bandwidth;
  /** Bytes/s of a transfer on its way, once there is a steady figure. */
  readonly rate: (id: number) => number | undefined;
  /** Bytes were handed to the socket, or given up (negative), for display. */
  readonly moved: (id: number, bytes: number) => void;
  /** The server acknowledged bytes, or answered as it should: it works. */
  readonly advanced: (serverId: string, step: Step) => void;
};

/** What is sent, and the lane's ways to end it. */
export type Sent = {
  readonly server: Pick<ServerPort, 'provider' | 'context'>;
  /** The call for a chunk, with the state and the progress as they are now. It ends when `signal` is aborted. */
  readonly call: (signal: AbortSignal) => Call<unknown, unknown>;
  readonly shape: Shape;
  readonly source: Source;
  readonly unchanged: Unchanged;
  /** Aborted: every request ends at once where that does no harm. */
  readonly cut: AbortSignal;
  /** Aborted: every request ends at once, whatever that costs. */
  readonly now: AbortSignal;
  /** Aborted: every chunk ends early, in an orderly way. */
  readonly ending: AbortSignal;
  /** Nothing new begins. */
  readonly halted: () => boolean;
};

/** How far the written bytes of a chunk on its way are noted in the store, ms between notes. */
const noteEvery = 1_000;

export class Sending {
  readonly #sent: Sent;
  readonly #record: LaneRecord;
  readonly #deps: SendingDeps;
  readonly #inFlight = new Map<number, number>();
  readonly #flights = new Set<Flight>();
  #warned = false;

  constructor(sent: Sent, record: LaneRecord, deps: SendingDeps) {
    this.#sent = sent;
    this.#record = record;
    this.#deps = deps;
  }

  /** Written bytes by chunk index whose acknowledgement has not come. */
  get inFlight(): ReadonlyMap<number, number> {
    return this.#inFlight;
  }

  /** Since when the answer to a chunk has been due, the longest of them, ms since the epoch. */
  get dueSince(): number | undefined {
    const due = [...this.#flights].flatMap(({ dueSince }) => dueSince ?? []);
    return due.length === 0 ? undefined : Math.min(...due);
  }

  /** Whether the server has had a chunk for a while, and works on it. */
  get serverWorks(): boolean {
    const since = this.dueSince;
    return since !== undefined && this.#deps.now() - since >= workingAfterMs;
  }

  /** Sends what the server has not acknowledged. `undefined`: it has everything, or the lane is halted. */
  async all(): Promise<Failure | undefined> {
    const { shape } = this.#sent;
    this.#watchDeadline();
    const progress = this.#record.progress();
    const row = this.#record.row();
    const missing: number[] = [];
    for (let index = 0; index < progress.count; index++) if (!progress.acknowledged(index)) missing.push(index);
    const last = shape.order === 'last-alone' && missing.at(-1) === progress.count - 1 ? missing.splice(-1) : [];
    const lanes = shape.order === 'ascending' ? 1 : shape.lanes;
    return (await this.#these(row, missing, lanes)) ?? (await this.#these(row, last, 1));
  }

  /** The first failure lets the other chunks on their way come to their end, and nothing new begins. */
  async #these(row: Transfer, indices: readonly number[], lanes: number): Promise<Failure | undefined> {
    const left = indices.values();
    let failure: Failure | undefined;
    const thrown: unknown[] = [];
    const carry = async (): Promise<void> => {
      for (const index of left) {
        try {
          const chunk = chunkOf(row, index);
          const end = chunk.offset + chunk.size === row.size;
          const outcome = await this.#sent.unchanged.before(end ? 'end' : 'chunk', () => this.#chunk(chunk));
          if (!outcome.ok) failure ??= outcome.failure;
        } catch (error) {
          thrown.push(error);
        }
        if (failure !== undefined || thrown.length > 0 || this.#sent.halted()) return;
      }
    };
    if (!this.#sent.halted()) await Promise.all(Array.from({ length: Math.min(lanes, indices.length) }, carry));
    if (thrown.length > 0) throw thrown[0];
    return failure;
  }

  async #chunk(chunk: Chunk): Promise<Outcome<void>> {
    const { store } = this.#deps;
    const { server, call, shape, ending } = this.#sent;
    const { provider } = server;
    const record = this.#record;
    const flight = new Flight(this.#sent, shape.cut);
    this.#flights.add(flight);
    let over = false;
    try {
      // Before the request: a body that fails once it has begun leaves an empty chunk on the server.
      store.check();
      const sent = await provider.send(call(flight.signal), chunk, {
        stream: () => this.#bytes(chunk, flight, () => over),
        signal: flight.signal,
        ending,
        lastByte: () => this.#lastByte(chunk, flight),
        refused: () => this.#note(() => store.transfers.chunkRefused(record.id, chunk.index)),
      });
      if (!sent.ok) return sent;
      const { told, short, remote, tag } = sent.value;
      // A key that is told once is safe on the disk before anything else is done with the answer.
      if (told !== undefined) await record.keepTold(told);
      if (short !== undefined) {
        if (remote !== undefined) await record.durably(() => record.remember(provider, remote));
        return failed(short);
      }
      if (remote !== undefined) record.remote = remote;
      await record.durably(() =>
        store.transfers.chunkAcknowledged(record.id, chunk.index, chunk.size, {
          ...(tag === undefined ? {} : { tag }),
          ...(remote === undefined ? {} : { remote: keepRemote(provider, remote) }),
        }),
      );
      this.#deps.advanced(record.serverId, 'send');
      this.#watchDeadline();
      return { ok: true, value: undefined };
    } catch (error) {
      if (error instanceof FailureError) return failed(error.failure);
      if (flight.signal.aborted && !(error instanceof DiskFullError)) return { ok: true, value: undefined };
      throw error;
    } finally {
      over = true;
      flight.end();
      this.#flights.delete(flight);
      this.#moved(chunk.index, 0);
      this.#inFlight.delete(chunk.index);
      this.#deps.changed();
    }
  }

  /** Says it once when, at this speed, the server will have ended the upload before it is complete. */
  #watchDeadline(): void {
    const { provider, context } = this.#sent.server;
    const deadline = this.#warned ? undefined : provider.deadline?.(this.#record.remote, context);
    if (deadline === undefined) return;
    const row = this.#record.row();
    let left = row.size - row.acknowledgedBytes;
    for (const written of this.#inFlight.values()) left -= written;
    const timed = { deadline, server: context.server.name, limit: this.#deps.bandwidth.limit };
    const rate = this.#deps.rate(this.#record.id);
    const warning = deadlineNear(timed, { size: row.size, left, rate }, this.#deps.now());
    if (warning === undefined) return;
    this.#warned = true;
    this.#note(() => {
      this.#record.tell([warning]);
      this.#deps.store.transfers.update(this.#record.id, { problem: warning });
    });
  }

  /** `over`: the attempt has ended, though its stream may still be waiting for its turn. */
  async *#bytes(chunk: Chunk, flight: Flight, over: () => boolean): AsyncGenerator<Uint8Array> {
    const { store, bandwidth, now, ended } = this.#deps;
    const { source, shape, ending } = this.#sent;
    const { id } = this.#record;
    let written = 0;
    let noted = now();
    const digest = await startDigest();
    try {
      for await (const piece of paced(readChunk({ source, ...chunk }), bandwidth, ending)) {
        if (ending.aborted || over()) return;
        // As one write. Where a chunk that was cut leaves nothing, the wait for the disk between two chunks is saved.
        const begin = (): void => {
          try {
            store.transaction(
              () => {
                store.transfers.chunkInFlight(id, chunk.index, chunk.size);
                store.transfers.chunkBegun(id, chunk.index);
              },
              shape.cut === 'spoils' ? 'power-loss' : 'kill',
            );
          } catch (error) {
            // Lost since the look before the request: an empty chunk would do harm, and the next owner waits for this one.
            if (!(error instanceof StoreLostError)) throw error;
          }
        };
        if (written === 0) await this.#record.durably(begin, () => ended() || over() || ending.aborted);
        written += piece.length;
        digest.update(piece);
        if (written === chunk.size) await this.#beforeLast(chunk, digest.hex(), flight, over);
        if (over()) return;
        this.#moved(chunk.index, written);
        yield piece;
        if (now() - noted < noteEvery) continue;
        noted = now();
        this.#note(() => store.transfers.chunkWritten(id, chunk.index, written));
        this.#watchDeadline();
      }
    } catch (error) {
      if (!ending.aborted) throw error;
    }
  }

  /**
   * The last bytes come next. Where a cut after them does harm, that is durable first; until the very last one is handed
   * over the chunk counts as kept back, as far as a kill can tell.
   */
  async #beforeLast(chunk: Chunk, digest: string, flight: Flight, over: () => boolean): Promise<void> {
    const { store, now, ended, changed } = this.#deps;
    const { shape, ending } = this.#sent;
    const { id } = this.#record;
    const noteDigest = (): void => store.transfers.chunkDigest(id, chunk.index, digest);
    const noteBoth = (): void =>
      store.transaction(() => {
        noteDigest();
        store.transfers.chunkComplete(id, chunk.index, now(), 'kept back');
      });
    if (shape.cut === 'until-last-byte')
      await this.#record.durably(noteBoth, () => ended() || over() || ending.aborted);
    else {
      this.#note(noteDigest);
      flight.complete(now(), changed);
    }
  }

  /** Throws what the store throws: the last byte must not leave then. */
  #lastByte(chunk: Chunk, flight: Flight): void {
    const { store, now, changed } = this.#deps;
    const { id } = this.#record;
    store.transaction(() => store.transfers.chunkComplete(id, chunk.index, now(), 'handed over'), 'kill');
    flight.complete(now(), changed);
  }

  /** What can be done without: a full disk, or a lost profile, which stop the queue by themselves, must not cut a chunk. */
  #note(write: () => void): void {
    try {
      this.#deps.store.transaction(write, 'kill');
    } catch (error) {
      if (!(error instanceof DiskFullError || error instanceof StoreLostError)) throw error;
    }
  }

  #moved(index: number, written: number): void {
    this.#deps.moved(this.#record.id, written - (this.#inFlight.get(index) ?? 0));
    this.#inFlight.set(index, written);
  }
}
