/** A server as the queue gets it, with everything that has to be seen of an upload, and struck once. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Http, Request } from '../../main/engine/http/http.ts';
import { fail, type Outcome } from '../../main/engine/outcome.ts';
import type { AnyProvider, Opening } from '../../main/engine/providers/provider.ts';
import type { ServerPort } from '../../main/engine/queue/server-port.ts';
import { problem } from '../../preload/problems.ts';
import { type Cell, faults, recoveries, type Step } from './cells.ts';
import type { FaultBench } from './fault-bench.ts';
import { faultOf } from './fault-of.ts';

/** Of the program: `dead` since it was killed. */
export type Life = { dead: boolean };

export type StrikeOptions = {
  /** Bytes of a struck chunk that still arrive. */
  readonly within: number;
  /** ms without a byte after which the struck request is given up: the usual time is not waited for. */
  readonly stallMs: number;
};

export class WatchedServer<L extends Life> {
  isStruck = false;
  /** A slow machine had the request given up before the fault struck it. */
  tooEarly = false;
  /** Chunks of the present session that the database has as acknowledged. */
  acknowledged = new Set<number>();
  /** Chunks that were on their way when the fault struck: their answers may be lost. */
  inDoubt = new Set<number>();
  /** Every session that was opened, by its file on the server. */
  readonly sessions = new Map<string, unknown>();
  /** The server confirmed the file when it was asked. */
  verified = false;
  /** The last state of the upload. */
  last: unknown;
  /** What should not have happened, in words. */
  readonly wrong: string[] = [];
  /** Requests, and what became of each. */
  readonly course: string[] = [];
  readonly #bench: FaultBench;
  readonly #cell: Cell;
  readonly #how: StrikeOptions;
  readonly #struck: (life: L) => void;
  readonly #change: (provider: AnyProvider) => AnyProvider;
  #arming = false;
  readonly #sending = new Set<number>();

  /**
   * @param struck called in the moment in which the fault strikes
   * @param change another provider than the real one
   */
  constructor(
    bench: FaultBench,
    cell: Cell,
    how: StrikeOptions,
    struck: (life: L) => void,
    change: (provider: AnyProvider) => AnyProvider,
  ) {
    this.#bench = bench;
    this.#cell = cell;
    this.#how = how;
    this.#struck = struck;
    this.#change = change;
  }

  /** The server for one life of the program. */
  serve({ provider: real, context, ...port }: ServerPort, life: L): ServerPort {
    const provider = this.#change(real);
    const at = <C extends Opening<unknown>>(call: C, step: Step | 'resume' | 'cancel'): C => {
      const send: Http['send'] = (request) => this.#send(life, step, request, call.context.http);
      return { ...call, context: { ...call.context, http: { send } } };
    };
    const seen = (remote: unknown): void => {
      this.last = remote;
      const file = this.#bench.world.fileOf(remote);
      if (file !== undefined) this.sessions.set(file, remote);
    };
    const watched: AnyProvider = {
      ...provider,
      open: async (call) => {
        const opened = await provider.open(at(call, 'open'));
        if (opened.ok && !life.dead) {
          seen(opened.value.remote);
          this.acknowledged.clear();
        }
        return opened;
      },
      resume: async (call) => {
        const resumed = await provider.resume(at(call, 'resume'));
        if (resumed.ok && !life.dead) {
          seen(resumed.value.remote);
          for (const index of resumed.value.stored) this.acknowledged.add(index);
        }
        return resumed;
      },
      send: async (call, chunk, body) => {
        const step = (['first', 'middle', 'last'] as const)[chunk.index] ?? 'last';
        const stream = (): AsyncIterable<Uint8Array> => {
          if (this.acknowledged.has(chunk.index)) this.wrong.push(`acknowledged chunk ${chunk.index} was sent again`);
          return body.stream();
        };
        this.#sending.add(chunk.index);
        const sent = await provider.send(at(call, step), chunk, { ...body, stream }).finally(() => {
          this.#sending.delete(chunk.index);
        });
        if (sent.ok && sent.value.short === undefined && !life.dead) {
          this.acknowledged.add(chunk.index);
          if (sent.value.remote !== undefined) seen(sent.value.remote);
        }
        return sent;
      },
      finish: async (call) => {
        const finished = await provider.finish(at(call, 'finish'));
        if (finished.ok && finished.value.remote !== undefined && !life.dead) seen(finished.value.remote);
        return finished;
      },
      verify: async (call) => {
        const verified = await provider.verify(at(call, 'verify'));
        if (!life.dead) {
          this.verified ||= verified.ok;
          this.last = call.remote;
        }
        return verified;
      },
      cancel: (call) => provider.cancel(at(call, 'cancel')),
    };
    return { provider: watched, context, ...port };
  }

  /** Whether this is the request that the cell is about. */
  #isMeant(step: Step | 'resume' | 'cancel', line: string): boolean {
    if (this.isStruck || this.#arming || step !== this.#cell.step) return false;
    const { fixture, world } = this.#bench;
    const { requests } = fixture;
    if (step === 'open') return requests.open.test(line);
    if (step !== 'finish' && step !== 'verify') return requests.chunk.test(line);
    const lines = world.lines?.[step] ?? (step === 'finish' && requests.finish !== undefined ? [requests.finish] : []);
    // In one recovery after the other, and for each fault another one first.
    const { fault, recovery } = this.#cell;
    const which = lines[(faults.indexOf(fault) + recoveries.indexOf(recovery)) % lines.length];
    return which?.test(line) ?? true;
  }

  async #send(life: L, step: Step | 'resume' | 'cancel', request: Request, http: Http): Promise<Outcome<Answer>> {
    if (life.dead) return fail('offline', problem('no-network'));
    const { pathname, search } = new URL(request.url);
    const line = `${request.method} ${pathname}${search}`;
    const meant = this.#isMeant(step, line);
    const outcome = await (meant ? this.#strike(life, line, request, http) : http.send(request)).catch(
      (error: unknown) => {
        this.course.push(`${step} ${line.slice(0, 90)}: ${String(error)}`);
        throw error;
      },
    );
    const became = outcome.ok
      ? `${outcome.value.status} ${outcome.value.text.slice(0, 60)}`
      : `${outcome.failure.behaviour} ${outcome.failure.problem.code}`;
    this.course.push(`${meant ? 'STRUCK ' : ''}${step} ${line.slice(0, 90)}: ${became}`);
    return outcome;
  }

  async #strike(life: L, line: string, request: Request, http: Http): Promise<Outcome<Answer>> {
    const { fixture } = this.#bench;
    const struck = (): void => {
      this.isStruck = true;
      this.inDoubt = new Set([...this.inDoubt, ...this.#sending]);
      this.#struck(life);
    };
    this.#arming = true;
    const fault = faultOf(this.#cell, request.method, this.#how.within);
    if (fault !== undefined) {
      void fixture.meddler.strike(line, fault, struck);
      const { stallMs } = this.#how;
      const outcome = await http.send(
        this.#cell.fault === 'stall' ? { ...request, stallMs, answerMs: stallMs } : request,
      );
      this.tooEarly = !this.isStruck && !outcome.ok && outcome.failure.problem.code === 'server-stalled';
      return outcome;
    }
    // Others that are on their way lose their connections, too.
    this.inDoubt = new Set(this.#sending);
    const isRefused = this.#cell.fault === 'refused';
    if (isRefused) await fixture.meddler.sever();
    else {
      this.#bench.knowsNames(false);
      fixture.meddler.reset();
    }
    // Until this process has heard that its connections are gone.
    await sleep(1);
    const outcome = await http.send(request);
    struck();
    if (isRefused) await fixture.meddler.heal();
    else this.#bench.knowsNames(true);
    return outcome;
  }
}
