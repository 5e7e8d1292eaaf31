/** One cell of the matrix of faults: a fresh upload by the real engine, one fault at one step, a recovery, a judgement. */
import { cpSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { addFiles } from '../../main/engine/actions/add-files.ts';
import { findLeftovers } from '../../main/engine/actions/clean-leftovers.ts';
import { decide } from '../../main/engine/actions/decide.ts';
import { decisionsFor } from '../../main/engine/actions/decisions.ts';
import { type Engine, openEngine } from '../../main/engine/engine.ts';
import type { Answer, Http, Request } from '../../main/engine/http/http.ts';
import { fail, type Outcome } from '../../main/engine/outcome.ts';
import type { AnyProvider, Opening } from '../../main/engine/providers/provider.ts';
import type { ServerPort } from '../../main/engine/queue/server-port.ts';
import type { Transfer } from '../../main/engine/store/rows.ts';
import { createVaults } from '../../main/engine/vault/vaults.ts';
import { problem } from '../../preload/problems.ts';
import { must } from '../conformance/upload.ts';
import { type Cell, chanceOf, faults, mayAsk, nameOf, recoveries, type Step } from './cells.ts';
import type { FaultBench } from './fault-bench.ts';
import { type Fault, rawAnswer } from './proxy.ts';

/** `passed`: done without a question. `attention`: it asked, and was done after the decision. */
export type CellResult = {
  readonly cell: Cell;
  readonly end: 'passed' | 'attention' | 'failed';
  /** Codes of what was asked. */
  readonly asked: readonly string[];
  /** What should not have happened, in words. Empty where it did not fail. */
  readonly wrong: readonly string[];
  /** What the upload did: requests, and what became of each. */
  readonly course: readonly string[];
};

/** ms without a byte after which the struck request is given up: the clock is not waited for. */
const stallMs = 150;
/** ms until a connection is closed slowly: sooner than it counts as stalled. */
const slowCloseMs = 40;
/** Waits of an upload that are passed over, and ms of this machine's own clock: more is a state that it is stuck in. */
const waitsMost = 60;
const patienceMs = 60_000;
/** Questions of one upload that are answered. */
const questionsMost = 3;

const html = (status: string): string => `<html><head><title>${status}</title></head><body>${status}</body></html>`;
const page = { 'content-type': 'text/html', server: 'nginx' };
const json = { 'content-type': 'application/json' };
const answers: Readonly<Record<string, string>> = {
  '500': rawAnswer(500, json, '{"statusCode":500,"error":"Internal Server Error","message":"it broke"}'),
  '502-html': rawAnswer(502, page, html('502 Bad Gateway')),
  '413-html': rawAnswer(413, page, html('413 Request Entity Too Large')),
  '429': rawAnswer(429, { ...json, 'retry-after': '7' }, '{"message":"Too Many Requests"}'),
  // What a machine in between sends of an answer whose server it never asked.
  truncated: 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 90\r\n\r\n{"data":{"id":',
};

/** What the proxy does to the request of a cell; `undefined`: its connection never comes about. */
const faultOf = ({ fault, lost: on, step }: Cell, method: Request['method'], within: number): Fault | undefined => {
  // A chunk breaks somewhere within, what is small before anything of it has arrived.
  const after = on === 'request' && ['first', 'middle', 'last'].includes(step) ? within : 0;
  if (fault === 'refused' || fault === 'no-name') return undefined;
  if (fault === 'reset' || fault === 'stall') return { on, after, does: fault };
  if (fault === 'slow-close') return { on, after, does: { close: true, afterMs: slowCloseMs } };
  if (fault === 'truncated' && on === 'answer') return { on, after: 'half', does: { close: true } };
  // The answer to HEAD has nothing but a head.
  const answer = method === 'HEAD' && fault === 'truncated' ? 'HTTP/1.1 200 OK\r\ncontent-len' : answers[fault];
  return { on, does: { answer: answer ?? '' } };
};

/** One life of the program. */
type Life = { readonly engine: Engine; readonly profile: string; dead: boolean };

/** @param change another provider than the real one, to see what the judgement notices */
export const runCell = async (
  bench: FaultBench,
  cell: Cell,
  change: (provider: AnyProvider) => AnyProvider = (provider) => provider,
): Promise<CellResult> => {
  const run = new CellRun(bench, cell, change);
  try {
    return await run.run();
  } finally {
    await run.remove();
  }
};

class CellRun {
  readonly #bench: FaultBench;
  readonly #cell: Cell;
  readonly #change: (provider: AnyProvider) => AnyProvider;
  /** Bytes of a struck chunk that still arrive. The last one is short. */
  readonly #within: number;
  /** Waits are ended by a person. */
  readonly #impatient: boolean;
  #folder = '';
  #life: Life | undefined;
  #lives = 0;
  /** ms by which waits have been passed over. */
  #ahead = 0;
  #id = 0;
  #isStruck = false;
  #arming = false;
  /** Chunks of the present session that the database has as acknowledged. */
  #acknowledged = new Set<number>();
  /** Chunks on their way, and those that were when the fault struck: their answers may be lost. */
  readonly #sending = new Set<number>();
  #inDoubt = new Set<number>();
  /** Every session that was opened, by its file on the server. */
  readonly #sessions = new Map<string, unknown>();
  #verified = false;
  #last: unknown;
  readonly #asked: string[] = [];
  readonly #wrong: string[] = [];
  readonly #course: string[] = [];

  constructor(bench: FaultBench, cell: Cell, change: (provider: AnyProvider) => AnyProvider) {
    this.#bench = bench;
    this.#cell = cell;
    this.#change = change;
    const chance = chanceOf(cell, bench.seed);
    this.#within = Math.floor(chance() * 0.5 * bench.chunk);
    this.#impatient = chance() < 0.3;
  }

  async run(): Promise<CellResult> {
    const { recovery } = this.#cell;
    this.#folder = await mkdtemp(join(this.#bench.folder, 'cell-'));
    const profile = join(this.#folder, 'profile-0');
    await cp(this.#bench.profile, profile, { recursive: true });
    this.#begin(profile);
    await this.#add();
    await this.#engine.queue.start();
    if (recovery !== 'retry') {
      await this.#settled(() => this.#isStruck);
      if (this.#isStruck) await this.#again(recovery);
    }
    await this.#settled();
    if (!this.#isStruck) this.#wrong.push('the fault never struck');
    await this.#answerQuestions();
    await this.#judge();
    const end = this.#wrong.length > 0 ? 'failed' : this.#asked.length > 0 ? 'attention' : 'passed';
    return { cell: this.#cell, end, asked: this.#asked, wrong: this.#wrong, course: this.#course };
  }

  async remove(): Promise<void> {
    await this.#bench.fixture.meddler.heal();
    this.#bench.knowsNames(true);
    if (this.#life !== undefined) await this.#life.engine.close('now');
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  get #engine(): Engine {
    if (this.#life === undefined) throw new Error('no engine is open');
    return this.#life.engine;
  }

  get #row(): Transfer {
    const row = this.#engine.store.transfers.get(this.#id);
    if (row === undefined) throw new Error('the upload is gone');
    return row;
  }

  readonly #now = (): number => Date.now() + this.#ahead;

  #begin(profile: string): void {
    const life: { engine?: Engine; profile: string; dead: boolean } = { profile, dead: false };
    const opened = openEngine(
      ...([profile, createVaults(profile, { env: {} }), 'Stevedore/test', undefined, undefined, undefined] as const),
      // The longest half of every wait: none of them is waited for.
      {
        now: this.#now,
        random: () => 0.5,
        lookup: this.#bench.lookup,
        serve: (port) => this.#observed(port, life as Life),
      },
    );
    life.engine = must(opened);
    this.#life = life as Life;
    if (this.#id === 0) return;
    const known = this.#row.remote === undefined ? [] : this.#engine.store.transfers.chunks(this.#id);
    this.#acknowledged = new Set(known.filter(({ state }) => state === 'acknowledged').map(({ index }) => index));
  }

  async #add(): Promise<void> {
    const name = `${nameOf(this.#cell).replaceAll('/', ' ')} ${this.#bench.next()}.bin`;
    await mkdir(join(this.#folder, 'files'));
    const path = join(this.#folder, 'files', name);
    await cp(this.#bench.file, path);
    const { shared } = this.#bench.fixture;
    const added = must(
      await addFiles(this.#engine, {
        ...{ paths: [path], serverId: this.#bench.serverId, options: shared ?? {} },
        ...{ group: false, paused: false, priority: 0, followLinks: false },
      }),
    );
    const [id] = added.ids;
    if (id === undefined) throw new Error(`not added: ${JSON.stringify(added)}`);
    this.#id = id;
  }

  /** The program ends, and is started again on what it left. */
  async #again(recovery: 'restart' | 'kill'): Promise<void> {
    const { engine, profile } = this.#life as Life;
    if (recovery === 'restart') {
      await engine.close('chunk');
      this.#begin(profile);
    } else {
      await engine.close('now');
      this.#begin(this.#copy);
    }
    this.#course.push(`(${recovery})`);
    await this.#engine.queue.start();
  }

  get #copy(): string {
    return join(this.#folder, `profile-${this.#lives}`);
  }

  /**
   * What a SIGKILL does, at this very moment and in this process. The system keeps what was written to files, whether it was
   * synced or not, and nothing else of the process: so the profile is copied as the files are now, between two turns of the
   * event loop, in which no write of ours can be half done; SQLite finds its last commit in the write-ahead log. The kernel closes the connections after what it was handed already:
   * so do destroyed sockets. What the old engine still does meets dead connections, and writes to files that nobody opens
   * again.
   */
  #kill(life: Life): void {
    life.dead = true;
    this.#lives++;
    cpSync(life.profile, this.#copy, { recursive: true });
    life.engine.servers.close();
  }

  /** Waits for the upload to come to rest, or for something else; waits of the upload itself are passed over. */
  async #settled(over = (): boolean => false): Promise<void> {
    const until = Date.now() + patienceMs;
    let waits = 0;
    for (;;) {
      const { engine } = this.#life as Life;
      if (over()) return;
      const row = engine.store.transfers.get(this.#id);
      const moving = engine.queue.moving.includes(this.#id);
      if (row === undefined) throw new Error('the upload is gone');
      if (!moving && ['done', 'failed', 'attention', 'cancelled', 'paused'].includes(row.state)) return;
      if (Date.now() > until || waits > waitsMost) {
        this.#wrong.push(`stuck: ${row.state} ${row.waitFor ?? ''} ${row.problem?.code ?? ''}`);
        return;
      }
      if (!moving && (row.state === 'waiting' || row.state === 'queued')) {
        waits++;
        if (this.#impatient && row.waitFor !== 'server-work' && waits % 2 === 1)
          await engine.queue.wish({ ids: [this.#id] }, 'retry');
        else {
          this.#ahead = Math.max(this.#ahead + 500, (row.waitUntil ?? 0) - Date.now() + 1);
          engine.queue.pump();
        }
      }
      await sleep(3);
    }
  }

  /** Decides as somebody does who has looked at the server. */
  async #answerQuestions(): Promise<void> {
    const { fixture } = this.#bench;
    for (let asked = 0; ['attention', 'failed'].includes(this.#row.state); asked++) {
      if (this.#wrong.some((words) => words.startsWith('stuck'))) return;
      const row = this.#row;
      const roles = decisionsFor(this.#engine, row).map(({ role }) => role);
      const code = row.problem?.code ?? 'no problem';
      this.#asked.push(code);
      this.#course.push(`(asked: ${code}: ${roles.join(', ')})`);
      if (!mayAsk(this.#cell, code, this.#bench.world)) this.#wrong.push(`asks without need: ${code}`);
      if (asked >= questionsMost) {
        this.#wrong.push(`asked again and again: ${this.#asked.join(', ')}`);
        return;
      }
      const stored = this.#last === undefined ? undefined : await fixture.stored(this.#last);
      const whole = stored?.sha256 === this.#bench.sha256;
      const wanted = roles.includes('upload-again') ? (whole ? 'mark-uploaded' : 'upload-again') : 'retry';
      if (!roles.includes(wanted)) {
        this.#wrong.push(`${code} (${row.state}) offers ${roles.join(', ')}, not ${wanted}`);
        return;
      }
      if (wanted === 'mark-uploaded') this.#verified = true;
      const decided = await decide(this.#engine, row, { decision: wanted }, () =>
        Promise.reject(new Error('no other')),
      );
      if (!decided.ok) this.#wrong.push(`${wanted} fails: ${decided.failure.problem.code}`);
      await this.#settled();
    }
  }

  async #judge(): Promise<void> {
    const { fixture, world, sha256 } = this.#bench;
    const { state, problem: why } = this.#row;
    if (state !== 'done') this.#wrong.push(`ends ${state} ${why?.code ?? ''}`);
    else if (!this.#verified) this.#wrong.push('done, and nobody verified it');
    const log = this.#engine.store.transfers.logOf(this.#id, 50).map((entry) => entry.problem.code);
    this.#course.push(`(log: ${log.join(', ')})`);
    let copies = 0;
    const told: string[] = [];
    for (const [file, remote] of this.#sessions) {
      const stored = await fixture.stored(remote);
      if (stored !== undefined) copies++;
      told.push(
        `${file.slice(-20)}: ${stored === undefined ? 'nothing' : stored.sha256 === sha256 ? 'whole' : `${stored.size} bytes, not the file's`}`,
      );
      if (stored !== undefined && stored.sha256 !== sha256) this.#wrong.push('the server has other bytes');
    }
    await this.#judgeChunks();
    await this.#judgeLeftovers();
    if (copies !== 1) this.#wrong.push(`${copies} files on the server: ${told.join('; ')}`);
    const last = this.#last === undefined ? undefined : world.fileOf(this.#last);
    if (last !== undefined && !this.#sessions.has(last)) this.#wrong.push('a session that was not opened');
  }

  /** What arrived, as the server counts it: a chunk whose answer was lost may come once more. */
  async #judgeChunks(): Promise<void> {
    for (const remote of this.#sessions.values())
      for (const [index, bodies] of await this.#bench.fixture.bodies(remote))
        if (bodies > (this.#inDoubt.has(index) ? 2 : 1)) this.#wrong.push(`chunk ${index} arrived ${bodies} times`);
  }

  /** What was given up is cleaned up, and nothing else of the upload is left on the server. */
  async #judgeLeftovers(): Promise<void> {
    const { engine } = this.#life as Life;
    const due = (): readonly unknown[] => engine.store.abandoned.due(Number.MAX_SAFE_INTEGER, 10);
    for (let waits = 0; due().length > 0 && waits < waitsMost; waits++) {
      this.#ahead += 60_000;
      engine.queue.pump();
      await sleep(20);
    }
    if (due().length > 0) this.#wrong.push('a session that was given up is never cleaned up');
    const { provider } = this.#bench.fixture;
    if (provider.leftovers === undefined) return;
    const left = must(await findLeftovers(engine, this.#bench.serverId));
    for (const { path } of left) this.#wrong.push(`left over on the server: ${path}`);
  }

  /** The server as the queue gets it, with what has to be seen and struck. */
  #observed({ provider: real, context, ...port }: ServerPort, life: Life): ServerPort {
    const provider = this.#change(real);
    const at = <C extends Opening<unknown>>(call: C, step: Step | 'resume' | 'cancel'): C => {
      const send: Http['send'] = (request) => this.#send(life, step, request, call.context.http);
      return { ...call, context: { ...call.context, http: { send } } };
    };
    const seen = (remote: unknown): void => {
      this.#last = remote;
      const file = this.#bench.world.fileOf(remote);
      if (file !== undefined) this.#sessions.set(file, remote);
    };
    const watched: AnyProvider = {
      ...provider,
      open: async (call) => {
        const opened = await provider.open(at(call, 'open'));
        if (opened.ok && !life.dead) {
          seen(opened.value.remote);
          this.#acknowledged.clear();
        }
        return opened;
      },
      resume: async (call) => {
        const resumed = await provider.resume(at(call, 'resume'));
        if (resumed.ok && !life.dead) {
          seen(resumed.value.remote);
          for (const index of resumed.value.stored) this.#acknowledged.add(index);
        }
        return resumed;
      },
      send: async (call, chunk, body) => {
        const step = (['first', 'middle', 'last'] as const)[chunk.index] ?? 'last';
        const stream = (): AsyncIterable<Uint8Array> => {
          if (this.#acknowledged.has(chunk.index)) this.#wrong.push(`acknowledged chunk ${chunk.index} was sent again`);
          return body.stream();
        };
        this.#sending.add(chunk.index);
        const sent = await provider.send(at(call, step), chunk, { ...body, stream }).finally(() => {
          this.#sending.delete(chunk.index);
        });
        if (sent.ok && sent.value.short === undefined && !life.dead) {
          this.#acknowledged.add(chunk.index);
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
          this.#verified ||= verified.ok;
          this.#last = call.remote;
        }
        return verified;
      },
      cancel: (call) => provider.cancel(at(call, 'cancel')),
    };
    return { provider: watched, context, ...port };
  }

  /** Whether this is the request that the cell is about. */
  #isMeant(step: Step | 'resume' | 'cancel', line: string): boolean {
    if (this.#isStruck || this.#arming || step !== this.#cell.step) return false;
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

  async #send(life: Life, step: Step | 'resume' | 'cancel', request: Request, http: Http): Promise<Outcome<Answer>> {
    if (life.dead) return fail('offline', problem('no-network'));
    const { pathname, search } = new URL(request.url);
    const line = `${request.method} ${pathname}${search}`;
    const meant = this.#isMeant(step, line);
    const outcome = await (meant ? this.#strike(life, line, request, http) : http.send(request)).catch(
      (error: unknown) => {
        this.#course.push(`${step} ${line.slice(0, 90)}: ${String(error)}`);
        throw error;
      },
    );
    const became = outcome.ok
      ? `${outcome.value.status} ${outcome.value.text.slice(0, 60)}`
      : `${outcome.failure.behaviour} ${outcome.failure.problem.code}`;
    this.#course.push(`${meant ? 'STRUCK ' : ''}${step} ${line.slice(0, 90)}: ${became}`);
    return outcome;
  }

  async #strike(life: Life, line: string, request: Request, http: Http): Promise<Outcome<Answer>> {
    const { fixture } = this.#bench;
    const struck = (): void => {
      this.#isStruck = true;
      this.#inDoubt = new Set([...this.#inDoubt, ...this.#sending]);
      if (this.#cell.recovery === 'kill') this.#kill(life);
    };
    this.#arming = true;
    const fault = faultOf(this.#cell, request.method, this.#within);
    if (fault !== undefined) {
      void fixture.meddler.strike(line, fault, struck);
      return http.send(this.#cell.fault === 'stall' ? { ...request, stallMs, answerMs: stallMs } : request);
    }
    // Others that are on their way lose their connections, too.
    this.#inDoubt = new Set(this.#sending);
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
