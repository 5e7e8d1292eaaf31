/**
 * A lane carries one transfer as far as it goes: opens it, sends its chunks, finishes and verifies it, or cancels it.
 * It writes down what it is about to do before it does it, and what the server acknowledged before the next step;
 * every run may be the first one after a kill.
 */
import type { Problem } from '../../../preload/problems.ts';
import { failureOf, lostBy, madeNothing, ok, unexpected, type Failure, type Outcome } from '../outcome.ts';
import { FailureError, type Job } from '../providers/provider.ts';
import { openSource, type Source } from '../source/chunk-reader.ts';
import type { FileHashes } from '../source/file-hashes.ts';
import type { Hashes } from '../source/hashes.ts';
import { DiskFullError, StoreLostError } from '../store/errors.ts';
import type { Transfer, Wish } from '../store/rows.ts';
import type { Step } from './cooldowns.ts';
import { overdue } from './deadline.ts';
import { plannedDelivery } from './deliveries.ts';
import { Interrupts } from './interrupts.ts';
import { LaneFrees } from './lane-frees.ts';
import { LaneRecord } from './lane-record.ts';
import { isAtWork, type Happening } from './machine.ts';
import { Needs } from './needs.ts';
import { openedAt, ownAt, settlePlace } from './places.ts';
import { chunkOf } from './plan.ts';
import { keepRemote, readRemote } from './remote.ts';
import { Sending, type SendingDeps } from './sending.ts';
import type { ServerPort } from './server-port.ts';
import { Slot, type SlotDeps, type Slotless } from './slot.ts';
import { Unchanged } from './unchanged.ts';
import { UploadCalls } from './upload-calls.ts';

export type LaneDeps = SendingDeps & {
  readonly random: () => number;
  readonly server: (serverId: string) => Outcome<ServerPort>;
  /** A server is not as it was when it was checked: its settings are kept. */
  readonly learnt: (serverId: string, settings: unknown) => void;
  /** The transfer was written down as waiting: the whole server may have to be left alone for a while. */
  readonly failed: (failure: Failure, step: Step) => void;
  /** Cleans up what abandoned sessions hold of an own key; fails where the key cannot be used yet. */
  readonly freeKey: (serverId: string, key: string, signal: AbortSignal) => Promise<Outcome<void>>;
  readonly hashes: Pick<FileHashes, 'hash'>;
  readonly slot: SlotDeps;
  /** Nothing can be sent to the server before a person has put its account, or its certificate, right. */
  readonly stops: (serverId: string, reason: Problem) => void;
};

/** Entries of a transfer's log that are looked through. */
const logMost = 200;

export class Lane {
  readonly id: number;
  readonly serverId: string;
  /** It was begun to free the server: it sends nothing. */
  readonly frees: boolean;
  readonly #deps: LaneDeps;
  readonly #record: LaneRecord;
  readonly #interrupts: Interrupts;
  readonly #calls: UploadCalls;
  readonly #frees: LaneFrees;
  /** A create was cut, and its server may still be at it. */
  #openCut = false;
  #source: Source | undefined;
  #sending: Sending | undefined;
  #step: Step = 'begin';
  readonly #slot: Slot;
  #needs: Needs | undefined;

  constructor(transfer: Transfer, deps: LaneDeps, slotless?: Slotless) {
    this.id = transfer.id;
    this.serverId = transfer.serverId;
    this.#interrupts = new Interrupts(transfer.wish);
    this.frees = this.#interrupts.cancelling();
    this.#deps = deps;
    this.#slot = new Slot(deps.slot, slotless);
    this.#record = new LaneRecord(transfer, deps, () => this.#calls.serverName());
    this.#calls = new UploadCalls(deps, this.#record, this.#interrupts.now);
    this.#frees = new LaneFrees(this.#calls, this.#record, this.#interrupts.leave, deps);
  }

  /** Bytes handed to the socket whose acknowledgement has not come. */
  get inFlight(): number {
    let sum = 0;
    for (const bytes of this.inFlightChunks.values()) sum += bytes;
    return sum;
  }

  /** Written bytes by chunk index, for the chunk map. */
  get inFlightChunks(): ReadonlyMap<number, number> {
    return this.#sending?.inFlight ?? new Map<number, number>();
  }

  /** Bytes of the file that were read for its hash, while it is read for it. */
  get hashed(): number | undefined {
    return this.#needs?.read;
  }

  /** What it does without a slot; `undefined`: it holds one. */
  get slotless(): Slotless | undefined {
    return this.#slot.slotless;
  }

  /** Whether the server has had a whole chunk for a while and has not answered yet. */
  get serverWorks(): boolean {
    return this.#sending?.serverWorks ?? false;
  }

  /** What ending at once would cost: the delete key that an answer brings, or the file's progress. */
  get costsOfCut(): boolean {
    const answer = this.#interrupts.mayCut === 'until-last-byte' && this.#sending?.dueSince !== undefined;
    return (
      answer || this.#interrupts.finishes || (this.#interrupts.mayCut === 'spoils' && this.inFlightChunks.size > 0)
    );
  }

  /** The person wants something else of it. */
  wishes(wish: Wish): void {
    this.#interrupts.wishes(wish);
  }

  /** The program ends: at a chunk's end, or at once. The state stays what it is, for the next start. */
  stop(at: 'chunk' | 'now'): void {
    this.#interrupts.stop(at);
  }

  /** Works until the transfer ends, waits, or is stopped. Throws only what the store throws. */
  async run(): Promise<void> {
    try {
      const failure = this.#interrupts.cancelling()
        ? undefined
        : await this.#upload().catch((error: unknown) => this.#caught(error));
      if (this.#interrupts.cancelling()) await this.#frees.cancel(this.#openCut);
      else if (failure !== undefined) await this.#settle(failure);
      else this.#record.write({ type: 'stopped' });
    } finally {
      this.#interrupts.end();
      await this.#source?.close();
    }
  }

  #caught(error: unknown): Failure | undefined {
    if (error instanceof FailureError) return error.failure;
    if (error instanceof DiskFullError || error instanceof StoreLostError) throw error;
    if (this.#interrupts.hasCut) return undefined;
    return { behaviour: 'retry', problem: unexpected(error) };
  }

  /** `undefined`: done, or halted. */
  async #upload(): Promise<Failure | undefined> {
    const { store } = this.#deps;
    const server = this.#calls.server();
    if (!server.ok) return server.failure;
    const before = this.#record.row();
    // What the server is at work on stays as it is until the server has answered.
    if (!isAtWork(before)) this.#record.stage(before.remote === undefined ? 'preparing' : 'uploading');
    const source = await openSource(before.identity);
    if (!source.ok) return source.failure;
    this.#source = source.value;
    const unchanged = new Unchanged(
      { source: source.value, halted: () => this.#interrupts.halted(), cut: () => this.#interrupts.halt() },
      this.#record,
      this.#deps,
    );
    if (this.#interrupts.halted()) return undefined;
    this.#needs = new Needs(
      {
        server: server.value,
        source: source.value,
        unchanged,
        slot: this.#slot,
        signal: this.#interrupts.reading,
        halted: () => this.#interrupts.halted() || this.#interrupts.reading.aborted,
      },
      this.#record,
      this.#deps,
    );

    const known = before.remote === undefined ? await this.#needs.open() : ok({});
    if (known === undefined) return undefined;
    if (!known.ok) return known.failure;
    const { key } = before.options;
    if (before.remote === undefined && key !== undefined) {
      const freed = await this.#interrupts.during('free-key', (signal) =>
        this.#deps.freeKey(this.serverId, key, signal),
      );
      if (this.#interrupts.halted()) return undefined;
      if (!freed.ok) return freed.failure;
    }
    // The row may have been rewritten for another server while this was awaited.
    if (this.#interrupts.halted()) return undefined;
    const begun =
      before.remote === undefined ? await this.#open(server.value, known.value) : await this.#resume(server.value);
    if (!begun.ok) return begun.failure;
    if (!this.#mayGoOn()) return undefined;
    this.#step = 'send';
    const job = this.#calls.job(this.#record.row());
    const shape = server.value.provider.shape(job, this.#record.remote, server.value.context.server.settings);
    this.#interrupts.shaped(shape);

    this.#sending = new Sending(
      {
        server: server.value,
        call: (signal) => this.#calls.call(server.value, job, this.#record.remote, signal),
        shape,
        source: source.value,
        unchanged,
        cut: this.#interrupts.cut,
        now: this.#interrupts.now,
        ending: this.#interrupts.ending,
        halted: () => this.#interrupts.halted(),
      },
      this.#record,
      this.#deps,
    );
    const sent = await this.#sending.all();
    if (sent !== undefined || this.#interrupts.halted()) return sent;

    const changed = await unchanged.look('end');
    if (changed !== undefined || this.#interrupts.halted()) return changed;
    const hashes = await this.#needs.finish(this.#record.remote);
    if (hashes === undefined) return undefined;
    if (!hashes.ok) return hashes.failure;
    // What goes out with the last step may have been changed since the upload was opened.
    const { options } = this.#record.row();
    const whole: Job = { ...job, options, hashes: { ...job.hashes, ...hashes.value } };
    if (!isAtWork(this.#record.row())) this.#record.stage('finishing');
    this.#step = 'end';
    const finished = await this.#interrupts.during('finish', (signal) =>
      server.value.provider.finish(this.#calls.call(server.value, whole, this.#record.remote, signal)),
    );
    if (!finished.ok) return finished.failure;
    const { told, remote } = finished.value;
    if (told !== undefined) await this.#record.keepTold(told);
    if (remote !== undefined) await this.#record.durably(() => this.#record.remember(server.value.provider, remote));

    if (this.#interrupts.wish !== 'run') return undefined;
    if (!isAtWork(this.#record.row())) this.#record.stage('verifying');
    const verified = await this.#interrupts.during('verify', (signal) =>
      server.value.provider.verify(this.#calls.call(server.value, whole, this.#record.remote, signal)),
    );
    if (verified.ok || verified.failure.behaviour !== 'pending') this.#record.stage('verifying');
    if (!verified.ok) return verified.failure;
    if (this.#interrupts.cancelling()) return undefined;
    const { share, proof, notices } = verified.value;
    store.transaction(() => {
      this.#record.write({ type: 'verified' });
      store.transfers.end(this.id, 'done', this.#deps.now(), server.value.context.server.name, {
        proof,
        notices,
        delivery: plannedDelivery(server.value, this.#record.row(), this.#deps.now()),
        ...(share === undefined ? {} : { share }),
      });
    });
    this.#deps.advanced(this.serverId, 'end');
    this.#deps.changed();
    return undefined;
  }

  /** Whether what is still to be sent can be sent now. A server that is at work needs no slot while nothing is missing. */
  #mayGoOn(): boolean {
    const row = this.#record.row();
    if (!isAtWork(row)) return true;
    const { count, acknowledged } = this.#record.progress();
    if (Array.from({ length: count }, (_, index) => index).every(acknowledged)) return true;
    if (this.#slot.take()) this.#record.stage('uploading');
    else this.#record.write({ type: 'no-slot' });
    return this.#slot.slotless === undefined;
  }

  /** @param hashes what the server needs to know of the file */
  async #open(port: ServerPort, hashes: Hashes): Promise<Outcome<void>> {
    const { provider, context } = port;
    const { store, now } = this.#deps;
    settlePlace(store, port, this.#record.row(), now());
    store.transfers.update(this.id, { hashes: Object.keys(hashes).length === 0 ? undefined : hashes });
    const row = this.#record.row();
    const { naming } = provider;
    const job = { ...this.#calls.job(row), ...(naming === undefined ? {} : { ownAt: ownAt(store, naming, row) }) };
    this.#record.stage('opening');
    // Of several creates whose answers were lost, the first tells how old what they made may be.
    const startedAt = row.creating ? (row.startedAt ?? now()) : now();
    store.transfers.update(this.id, { creating: true, startedAt });
    this.#openCut = true;
    const opened = await this.#interrupts.during('open', (signal) =>
      provider.open(this.#calls.opening(port, job, signal)),
    );
    this.#openCut = false;
    if (!opened.ok) {
      // What an earlier create may have made stays in doubt.
      if (madeNothing(opened.failure) && !job.createInDoubt) store.transfers.update(this.id, { creating: false });
      return opened;
    }
    const { remote, notices, settings } = opened.value;
    this.#record.remote = remote;
    const { chunkSize } = provider.shape(job, remote, context.server.settings);
    // Nobody else knows of the session: it is written before anything else can fail.
    const stored = openedAt(naming, row, opened.value.name);
    await this.#record.durably(() =>
      store.transfers.opened(this.id, keepRemote(provider, remote), chunkSize, notices, stored),
    );
    this.#deps.advanced(this.serverId, 'begin');
    if (settings !== undefined) this.#deps.learnt(this.serverId, settings);
    this.#record.stage('uploading');
    return { ok: true, value: undefined };
  }

  async #resume(port: ServerPort): Promise<Outcome<void>> {
    const { provider } = port;
    const { store } = this.#deps;
    const row = this.#record.row();
    // Of what was half freed when the program ended, nothing that the server says now is worth looking at.
    if (row.lost !== undefined) return failureOf(row.lost);
    const remote = readRemote(provider, row.remote);
    const resumed = await this.#interrupts.during('resume', (signal) =>
      provider.resume(this.#calls.call(port, this.#calls.job(row), remote, signal)),
    );
    if (!resumed.ok) return resumed;
    this.#deps.advanced(this.serverId, 'begin');
    if (resumed.value.settings !== undefined) this.#deps.learnt(this.serverId, resumed.value.settings);
    store.transaction(() => {
      for (const index of resumed.value.stored)
        store.transfers.chunkAcknowledged(this.id, index, chunkOf(row, index).size, {});
      store.transfers.chunksNotStored(this.id);
      for (const index of resumed.value.again ?? []) store.transfers.chunkAgain(this.id, index);
      this.#record.remember(provider, resumed.value.remote);
      this.#record.tell(resumed.value.notices);
    });
    return { ok: true, value: undefined };
  }

  /** Writes a failure down; a session that is lost is freed first, so that its key and its room are free again. */
  async #settle(failure: Failure): Promise<void> {
    const row = this.#record.row();
    if (failure.behaviour === 'attention' && (failure.scope === 'account' || failure.scope === 'server'))
      this.#deps.stops(this.serverId, failure.problem);
    if (failure.behaviour === 'pending') {
      if (!isAtWork(row)) this.#record.tell([failure.problem]);
      this.#record.write(this.#failure(failure));
      this.#deps.advanced(this.serverId, 'end');
      return;
    }
    if (failure.behaviour !== 'restart' || row.remote === undefined) {
      this.#fail(failure);
      return;
    }
    const late = this.#overdue(row, failure);
    const reason = late?.passed ?? failure.problem;
    this.#deps.store.transfers.update(this.id, { lost: lostBy(failure, reason) });
    const freed = await this.#frees.free();
    // Cancelled while the session was freed: the failure no longer matters.
    if (this.#interrupts.cancelling()) {
      await this.#frees.cancel(this.#openCut);
      return;
    }
    this.#deps.store.transaction(() => {
      if (freed.ok && freed.value.left !== undefined) this.#record.tell([freed.value.left]);
      const asks = late?.asks;
      this.#record.write(this.#failure(asks === undefined ? failure : { behaviour: 'attention', problem: asks }));
      this.#deps.store.transfers.sessionLost(this.id, reason, freed.ok, this.#deps.now());
    });
    this.#deps.changed();
  }

  /** See `overdue`. A state that cannot be read has no deadline. */
  #overdue(row: Transfer, failure: Failure): ReturnType<typeof overdue> {
    const { store, bandwidth, now } = this.#deps;
    const server = this.#calls.server();
    if (!server.ok) return undefined;
    const { provider, context } = server.value;
    try {
      const deadline = provider.deadline?.(readRemote(provider, row.remote), context);
      if (deadline === undefined) return undefined;
      const timed = { deadline, server: context.server.name, limit: bandwidth.limit };
      return overdue(timed, failure, row, store.transfers.logOf(this.id, logMost), now());
    } catch {
      return undefined;
    }
  }

  #fail(failure: Failure): void {
    this.#record.write(this.#failure(failure));
    this.#deps.failed(failure, this.#step);
  }

  #failure(failure: Failure): Happening {
    return { type: 'failure', failure, now: this.#deps.now(), random: this.#deps.random };
  }
}
