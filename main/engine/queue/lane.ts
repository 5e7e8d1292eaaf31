/**
 * A lane carries one transfer as far as it goes: opens it, sends its chunks, finishes and verifies it, or cancels it.
 * It writes down what it is about to do before it does it, and what the server acknowledged before the next step;
 * every run may be the first one after a kill.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isLeftOut, problem, type Problem } from '../../../preload/problems.ts';
import { fail, failed, ok, unexpected, type Behaviour, type Failure, type Outcome } from '../outcome.ts';
import type { UploadSecrets } from '../providers/account.ts';
import {
  FailureError,
  type AnyProvider,
  type Chunk,
  type Job,
  type Progress,
  type ProviderContext,
  type Shape,
} from '../providers/provider.ts';
import { openSource, readChunk, type Source } from '../source/chunk-reader.ts';
import { compare } from '../source/identity.ts';
import { DiskFullError } from '../store/errors.ts';
import type { Transfer, Wish } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import { paced, type Bandwidth } from './bandwidth.ts';
import { step, type Happening, type Situation, type Stage } from './machine.ts';
import { chunkOf, countOf, jobOf } from './plan.ts';
import { keepRemote, readRemote } from './remote.ts';

/** A saved server, ready to be talked to. */
export type ServerPort = {
  readonly provider: AnyProvider;
  readonly context: ProviderContext<unknown>;
  /** Those of one transfer, for the context of its lane. */
  readonly uploadSecrets: (transferId: number) => UploadSecrets;
};

export type LaneDeps = {
  readonly store: Store;
  readonly bandwidth: Bandwidth;
  readonly now: () => number;
  readonly random: () => number;
  readonly server: (serverId: string) => Outcome<ServerPort>;
  /** A server is not as it was when it was checked: its settings are kept. */
  readonly learnt: (serverId: string, settings: unknown) => void;
  /** A row of the store changed. */
  readonly changed: () => void;
  /** Bytes/s of a transfer on its way, once there is a steady figure. */
  readonly rate: (id: number) => number | undefined;
  /** Bytes were handed to the socket, or given up (negative), for display. */
  readonly moved: (id: number, bytes: number) => void;
  /** The server acknowledged bytes: it is well. */
  readonly advanced: (serverId: string) => void;
  /** The server as a whole asked to rest, or could not be reached; `undefined`: by the queue's backoff. */
  readonly rests: (serverId: string, failure: Failure) => void;
  /** Nothing can be sent to the server before a person has put its account right. */
  readonly stops: (serverId: string, reason: Problem) => void;
  /** The program ends: nobody makes room on a full disk any more. */
  readonly ended: () => boolean;
};

/** How far the written bytes of a chunk on its way are noted in the store, ms between notes. */
const noteEvery = 1_000;
/** How often a full disk is tried again for what must not be lost, ms. */
const roomEvery = 1_000;

/** An answer came, and it says no: nothing was made there. */
const answersNo: ReadonlySet<Behaviour> = new Set<Behaviour>(['attention', 'fatal', 'left-out']);

/** What every transfer of a server would meet, until a person has put it right. */
const ofTheAccount: ReadonlySet<string> = new Set(['signed-out', 'account-banned', 'account-inactive']);

export class Lane {
  readonly id: number;
  readonly serverId: string;
  /** It was begun to free the server: it sends nothing. */
  readonly frees: boolean;
  readonly #deps: LaneDeps;
  readonly #cut = new AbortController();
  readonly #ending = new AbortController();
  readonly #inFlight = new Map<number, number>();
  #wish: Wish;
  #stopping = false;
  #warned = false;
  #harmless = true;
  #source: Source | undefined;
  /** The provider's state, parsed; the store has the same. */
  #remote: unknown;

  constructor(transfer: Transfer, deps: LaneDeps) {
    this.id = transfer.id;
    this.serverId = transfer.serverId;
    this.#wish = transfer.wish;
    this.frees = this.#cancelling();
    this.#deps = deps;
  }

  /** Bytes handed to the socket whose acknowledgement has not come. */
  get inFlight(): number {
    let sum = 0;
    for (const bytes of this.#inFlight.values()) sum += bytes;
    return sum;
  }

  /** Written bytes by chunk index, for the chunk map. */
  get inFlightChunks(): ReadonlyMap<number, number> {
    return this.#inFlight;
  }

  /** The person wants something else of it: pausing cuts where that does no harm, cancelling ends the chunk early. */
  wishes(wish: Wish): void {
    this.#wish = wish;
    if (wish === 'run') return;
    if (this.#harmless) this.#cut.abort();
    else if (wish !== 'pause') this.#ending.abort();
  }

  /** The program ends: at a chunk's end, or at once. The state stays what it is, for the next start. */
  stop(at: 'chunk' | 'now'): void {
    this.#stopping = true;
    if (at === 'now' || this.#harmless) this.#cut.abort();
  }

  /** Works until the transfer ends, waits, or is stopped. Throws only what the store throws. */
  async run(): Promise<void> {
    try {
      const failure = this.#cancelling()
        ? undefined
        : await this.#upload().catch((error: unknown) => this.#caught(error));
      if (this.#cancelling()) await this.#cancel();
      else if (failure !== undefined) await this.#settle(failure);
      else if (!this.#stopping && this.#row().wish === 'pause' && this.#row().state !== 'done')
        this.#write({ type: 'stopped' });
    } finally {
      await this.#source?.close();
    }
  }

  #cancelling(): boolean {
    return this.#wish === 'cancel' || this.#wish === 'remove';
  }

  /** True where the lane has to stop before the next step. Once cut it has ended, though the person may want it on. */
  #halted(): boolean {
    return this.#stopping || this.#wish !== 'run' || this.#cut.signal.aborted;
  }

  /**
   * Writes what only this process knows and the server will not tell again. On a full disk, which has stopped the queue
   * already, it waits for room; it throws where `given` says that waiting is in vain.
   */
  async #durably(write: () => void, given: () => boolean = this.#deps.ended): Promise<void> {
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

  #row(): Transfer {
    const row = this.#deps.store.transfers.get(this.id);
    if (row === undefined) throw new Error(`transfer ${this.id} is gone`);
    return row;
  }

  #caught(error: unknown): Failure | undefined {
    if (error instanceof FailureError) return error.failure;
    if (error instanceof DiskFullError) throw error;
    if (this.#cut.signal.aborted) return undefined;
    return { behaviour: 'retry', problem: unexpected(error) };
  }

  #situation(row: Transfer): Situation {
    return { ...row, hasRemote: row.remote !== undefined, inLane: true };
  }

  /** Writes what the machine says. What a failure ends gets its history here; other endings know more. */
  #write(happening: Happening): void {
    const { store, now } = this.#deps;
    const row = this.#row();
    const next = step(this.#situation(row), happening);
    if ('refused' in next) return;
    store.transaction(() => {
      store.transfers.update(this.id, next.patch);
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

  #stage(stage: Stage): void {
    this.#write({ type: 'stage', stage });
  }

  #server(): Outcome<ServerPort> {
    const server = this.#deps.server(this.serverId);
    if (!server.ok) return server;
    const uploadSecrets = server.value.uploadSecrets(this.id);
    return ok({ ...server.value, context: { ...server.value.context, uploadSecrets } });
  }

  #serverName(): string {
    const server = this.#server();
    return server.ok ? server.value.context.server.name : this.serverId;
  }

  #tell(notices: readonly Problem[]): void {
    for (const notice of notices) this.#deps.store.transfers.log(this.id, this.#deps.now(), notice);
  }

  /** `undefined`: done, or halted. */
  async #upload(): Promise<Failure | undefined> {
    const { store } = this.#deps;
    const server = this.#server();
    if (!server.ok) return server.failure;
    const before = this.#row();
    this.#stage(before.remote === undefined ? 'preparing' : 'uploading');
    const source = await openSource(before.identity);
    if (!source.ok) return source.failure;
    this.#source = source.value;
    if (this.#halted()) return undefined;

    const begun = before.remote === undefined ? await this.#open(server.value) : await this.#resume(server.value);
    if (!begun.ok) return begun.failure;
    const job = jobOf(this.#row());
    const shape = server.value.provider.shape(job, this.#remote, server.value.context.server.settings);
    this.#harmless = shape.cut === 'harmless';

    const sent = await this.#sendAll(server.value, job, shape);
    if (sent !== undefined || this.#halted()) return sent;

    const changed = await compare(before.identity);
    if (changed !== undefined) return { behaviour: 'attention', problem: changed };
    this.#stage('finishing');
    const finished = await server.value.provider.finish(
      job,
      this.#remote,
      this.#progress(),
      server.value.context,
      (remote) => this.#remember(server.value.provider, remote),
    );
    if (!finished.ok) return finished.failure;
    const { told, remote } = finished.value;
    if (told !== undefined) await this.#durably(() => store.keepTold(told, this.serverId, this.id));
    if (remote !== undefined) await this.#durably(() => this.#remember(server.value.provider, remote));

    this.#stage('verifying');
    const verified = await server.value.provider.verify(job, this.#remote, server.value.context);
    if (!verified.ok) return verified.failure;
    if (this.#cancelling()) return undefined;
    const { share, proof, notices } = verified.value;
    store.transaction(() => {
      this.#write({ type: 'verified' });
      store.transfers.end(this.id, 'done', this.#deps.now(), server.value.context.server.name, {
        proof,
        notices,
        ...(share === undefined ? {} : { share }),
      });
    });
    this.#deps.advanced(this.serverId);
    this.#deps.changed();
    return undefined;
  }

  #remember(provider: AnyProvider, remote: unknown): void {
    this.#remote = remote;
    this.#deps.store.transfers.update(this.id, { remote: keepRemote(provider, remote) });
  }

  async #open({ provider, context }: ServerPort): Promise<Outcome<void>> {
    const { store, now } = this.#deps;
    const row = this.#row();
    const job = jobOf(row);
    this.#stage('opening');
    // Of several creates whose answers were lost, the first tells how old what they made may be.
    const startedAt = row.creating ? (row.startedAt ?? now()) : now();
    store.transfers.update(this.id, { creating: true, startedAt });
    const opened = await provider.open(job, context);
    if (!opened.ok) {
      // Nor was anything made where no connection came about. What an earlier one may have made stays in doubt.
      const { behaviour, problem: why } = opened.failure;
      const nothing = answersNo.has(behaviour) || why.code === 'server-unreachable';
      if (nothing && !job.createInDoubt) store.transfers.update(this.id, { creating: false });
      return opened;
    }
    const { remote, notices, settings } = opened.value;
    this.#remote = remote;
    const { chunkSize } = provider.shape(job, remote, context.server.settings);
    // Nobody else knows of the session: it is written before anything else can fail.
    await this.#durably(() => store.transfers.opened(this.id, keepRemote(provider, remote), chunkSize, notices));
    if (settings !== undefined) this.#deps.learnt(this.serverId, settings);
    this.#stage('uploading');
    return { ok: true, value: undefined };
  }

  async #resume({ provider, context }: ServerPort): Promise<Outcome<void>> {
    const { store } = this.#deps;
    const row = this.#row();
    const job = jobOf(row);
    const resumed = await provider.resume(job, readRemote(provider, row.remote), this.#progress(), context);
    if (!resumed.ok) return resumed;
    if (resumed.value.settings !== undefined) this.#deps.learnt(this.serverId, resumed.value.settings);
    store.transaction(() => {
      for (const index of resumed.value.stored)
        store.transfers.chunkAcknowledged(this.id, index, chunkOf(row, index).size, {});
      store.transfers.chunksNotStored(this.id);
      this.#remember(provider, resumed.value.remote);
      this.#tell(resumed.value.notices);
    });
    this.#deps.changed();
    return { ok: true, value: undefined };
  }

  #progress(): Progress {
    const row = this.#row();
    const chunks = new Map(this.#deps.store.transfers.chunks(this.id).map((chunk) => [chunk.index, chunk]));
    return {
      count: row.chunkSize === undefined ? 0 : countOf(row.size, row.chunkSize),
      acknowledged: (index) => chunks.get(index)?.state === 'acknowledged',
      tag: (index) => chunks.get(index)?.tag,
      inFlight: [...chunks.values()]
        .filter((chunk) => chunk.state === 'in-flight')
        .map(({ index, begun }) => ({ index, begun })),
    };
  }

  async #sendAll(server: ServerPort, job: Job, shape: Shape): Promise<Failure | undefined> {
    const progress = this.#progress();
    const row = this.#row();
    const missing: number[] = [];
    for (let index = 0; index < progress.count; index++) if (!progress.acknowledged(index)) missing.push(index);
    const last = shape.order === 'last-alone' && missing.at(-1) === progress.count - 1 ? missing.splice(-1) : [];
    const lanes = shape.order === 'ascending' ? 1 : shape.lanes;
    return (
      (await this.#sendThese(server, job, row, missing, lanes)) ?? (await this.#sendThese(server, job, row, last, 1))
    );
  }

  /** The first failure lets the other chunks on their way come to their end, and nothing new begins. */
  async #sendThese(
    server: ServerPort,
    job: Job,
    row: Transfer,
    indices: readonly number[],
    lanes: number,
  ): Promise<Failure | undefined> {
    const left = indices.values();
    let failure: Failure | undefined;
    const thrown: unknown[] = [];
    const carry = async (): Promise<void> => {
      for (const index of left) {
        try {
          const outcome = await this.#sendChunk(server, job, chunkOf(row, index));
          if (!outcome.ok) failure ??= outcome.failure;
        } catch (error) {
          thrown.push(error);
        }
        if (failure !== undefined || thrown.length > 0 || this.#halted()) return;
      }
    };
    if (!this.#halted()) await Promise.all(Array.from({ length: Math.min(lanes, indices.length) }, carry));
    if (thrown.length > 0) throw thrown[0];
    return failure;
  }

  async #sendChunk({ provider, context }: ServerPort, job: Job, chunk: Chunk): Promise<Outcome<void>> {
    const { store } = this.#deps;
    let over = false;
    try {
      const sent = await provider.send(
        job,
        this.#remote,
        chunk,
        { stream: () => this.#bytes(chunk, () => over), signal: this.#cut.signal, ending: this.#ending.signal },
        context,
      );
      if (!sent.ok) return sent;
      const { told, short, remote, tag } = sent.value;
      // A key that is told once is safe on the disk before anything else is done with the answer.
      if (told !== undefined) await this.#durably(() => store.keepTold(told, this.serverId, this.id));
      if (short !== undefined) {
        if (remote !== undefined) await this.#durably(() => this.#remember(provider, remote));
        return failed(short);
      }
      if (remote !== undefined) this.#remote = remote;
      await this.#durably(() =>
        store.transfers.chunkAcknowledged(this.id, chunk.index, chunk.size, {
          ...(tag === undefined ? {} : { tag }),
          ...(remote === undefined ? {} : { remote: keepRemote(provider, remote) }),
        }),
      );
      this.#deps.advanced(this.serverId);
      this.#watchDeadline({ provider, context });
      return { ok: true, value: undefined };
    } catch (error) {
      if (error instanceof FailureError) return failed(error.failure);
      if (this.#cut.signal.aborted && !(error instanceof DiskFullError)) return { ok: true, value: undefined };
      throw error;
    } finally {
      over = true;
      this.#moved(chunk.index, 0);
      this.#inFlight.delete(chunk.index);
      this.#deps.changed();
    }
  }

  /** Says it once when, at this speed, the server will have swept the upload before it is whole. */
  #watchDeadline({ provider, context }: Pick<ServerPort, 'provider' | 'context'>): void {
    const { unfinishedSeconds } = provider.limits(context.server.settings);
    const rate = this.#deps.rate(this.id);
    const row = this.#row();
    if (this.#warned || unfinishedSeconds === undefined || rate === undefined || rate <= 0) return;
    const leftSeconds = (row.size - row.acknowledgedBytes) / rate;
    const ageSeconds = (this.#deps.now() - (row.startedAt ?? row.createdAt)) / 1000;
    if (ageSeconds + leftSeconds <= unfinishedSeconds) return;
    this.#warned = true;
    const warning = problem('deadline-near', { hours: unfinishedSeconds / 3600, server: context.server.name });
    this.#deps.store.transaction(() => {
      this.#tell([warning]);
      this.#deps.store.transfers.update(this.id, { problem: warning });
    });
  }

  /** `over`: the attempt has ended, though its stream may still be waiting for its turn. */
  async *#bytes(chunk: Chunk, over: () => boolean): AsyncGenerator<Uint8Array> {
    const { store, bandwidth, now, ended } = this.#deps;
    const source = this.#source;
    if (source === undefined) throw new Error('no source');
    const ending = this.#ending.signal;
    let written = 0;
    let noted = now();
    try {
      for await (const piece of paced(readChunk({ source, ...chunk }), bandwidth, ending)) {
        if (ending.aborted || over()) return;
        // As one write. Where a chunk that was cut leaves nothing, the wait for the disk between two chunks is saved.
        const begin = (): void =>
          store.transaction(
            () => {
              store.transfers.chunkInFlight(this.id, chunk.index, chunk.size);
              store.transfers.chunkBegun(this.id, chunk.index);
            },
            this.#harmless ? 'kill' : 'power-loss',
          );
        if (written === 0) await this.#durably(begin, () => ended() || over() || ending.aborted);
        written += piece.length;
        this.#moved(chunk.index, written);
        yield piece;
        if (now() - noted < noteEvery) continue;
        noted = now();
        this.#note(chunk.index, written);
      }
    } catch (error) {
      if (!ending.aborted) throw error;
    }
  }

  /** For display alone: a full disk, which stops the queue by itself, must not cut a chunk that is on its way. */
  #note(index: number, written: number): void {
    try {
      const { store } = this.#deps;
      store.transaction(() => store.transfers.chunkWritten(this.id, index, written), 'kill');
    } catch (error) {
      if (!(error instanceof DiskFullError)) throw error;
    }
  }

  #moved(index: number, written: number): void {
    this.#deps.moved(this.id, written - (this.#inFlight.get(index) ?? 0));
    this.#inFlight.set(index, written);
  }

  /** Writes a failure down; a session that is lost is freed first, so that its key and its room are free again. */
  async #settle(failure: Failure): Promise<void> {
    const row = this.#row();
    if (failure.behaviour === 'server-busy') this.#deps.rests(this.serverId, failure);
    if (failure.behaviour === 'attention' && ofTheAccount.has(failure.problem.code))
      this.#deps.stops(this.serverId, failure.problem);
    if (failure.behaviour !== 'restart' || row.remote === undefined) {
      this.#write(this.#failure(failure));
      return;
    }
    const freed = await this.#free();
    // An own key is held by the lost session: the new one can have it only when that is freed.
    if (!freed.ok && row.options.key !== undefined && freed.failure.behaviour !== 'fatal') {
      this.#write(this.#failure(freed.failure));
      return;
    }
    this.#deps.store.transaction(() => {
      this.#write(this.#failure(failure));
      this.#deps.store.transfers.sessionLost(this.id, failure.problem, freed.ok, this.#deps.now());
    });
    this.#deps.changed();
  }

  #failure(failure: Failure): Happening {
    return { type: 'failure', failure, now: this.#deps.now(), random: this.#deps.random };
  }

  async #free(): Promise<Outcome<void>> {
    const row = this.#row();
    const server = this.#server();
    if (!server.ok) return server;
    const { provider, context } = server.value;
    try {
      const remote = readRemote(provider, row.remote);
      const cancelled = await provider.cancel(jobOf(row), remote, this.#progress(), context, (next) => {
        try {
          this.#remember(provider, next);
        } catch (error) {
          // What was told stands in memory alone now: the better reason to go on and use it.
          if (!(error instanceof DiskFullError)) throw error;
        }
      });
      if (!cancelled.ok) return cancelled;
      if (cancelled.value.left !== undefined) this.#tell([cancelled.value.left]);
      return { ok: true, value: undefined };
    } catch (error) {
      if (error instanceof DiskFullError) throw error;
      return fail('retry', unexpected(error));
    }
  }

  /** What a create made whose answer was lost: without its session nobody else could free it. */
  async #freeDoubt(row: Transfer): Promise<Outcome<void>> {
    const server = this.#server();
    if (!row.creating || !server.ok) return ok(undefined);
    const { provider, context } = server.value;
    try {
      return (await provider.freeDoubt?.(jobOf(row), context)) ?? ok(undefined);
    } catch (error) {
      return fail('retry', unexpected(error));
    }
  }

  /** Cancelling ends here in any case: what cannot be freed now is left to the janitor. */
  async #cancel(): Promise<void> {
    const { store, now } = this.#deps;
    const row = this.#row();
    const name = this.#serverName();
    const freed = await (row.remote === undefined ? this.#freeDoubt(row) : this.#free());
    store.transaction(() => {
      if (row.remote !== undefined) {
        const reason = freed.ok ? undefined : problem('freed-later', { server: name });
        store.transfers.sessionLost(this.id, reason ?? problem('freed', { server: name }), freed.ok, now());
      }
      this.#write({ type: 'freed' });
      // Of what was wished on the way a reason is kept where it is the person's own.
      const { problem: reason } = row;
      const why = reason !== undefined && isLeftOut('cancelled', reason) ? { problem: reason } : {};
      store.transfers.end(this.id, 'cancelled', now(), name, why);
      if (this.#row().wish === 'remove') store.transfers.remove([this.id]);
    });
    this.#deps.changed();
  }
}
