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
import type { AnyProvider } from '../../main/engine/providers/provider.ts';
import type { Transfer } from '../../main/engine/store/rows.ts';
import { createVaults } from '../../main/engine/vault/vaults.ts';
import { must } from '../conformance/upload.ts';
import { type Cell, chanceOf, mayAsk, nameOf } from './cells.ts';
import type { FaultBench } from './fault-bench.ts';
import { type Life as AnyLife, WatchedServer } from './watched-server.ts';

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

/** ms without a byte after which a struck request is given up, at first, and where a slow machine needs more. */
const shortestStallMs = 150;
const longestStallMs = 10_000;
/** Waits of an upload that are passed over, and ms of this machine's own clock: more is a state that it is stuck in. */
const waitsMost = 60;
const patienceMs = 60_000;
/** ms of passed over waits that one fault may cost. Longer than a server with a proxy in front of it is asked for a chunk. */
const waitMost = 30 * 60_000;
/** Questions of one upload that are answered. */
const questionsMost = 3;

/** One life of the program. */
type Life = AnyLife & { readonly engine: Engine; readonly profile: string };

/** @param change another provider than the real one, to see what the judgement notices */
export const runCell = async (
  bench: FaultBench,
  cell: Cell,
  change: (provider: AnyProvider) => AnyProvider = (provider) => provider,
): Promise<CellResult> => {
  for (let stallMs = shortestStallMs; ; stallMs *= 4) {
    const run = new CellRun(bench, cell, change, stallMs);
    try {
      const result = await run.run();
      if (!run.tooEarly || stallMs > longestStallMs) return result;
    } finally {
      await run.remove();
    }
  }
};

class CellRun {
  readonly #bench: FaultBench;
  readonly #cell: Cell;
  readonly #watched: WatchedServer<Life>;
  /** Waits are ended by a person. */
  readonly #impatient: boolean;
  #folder = '';
  #life: Life | undefined;
  #lives = 0;
  /** ms by which waits have been passed over. */
  #ahead = 0;
  #id = 0;
  readonly #asked: string[] = [];

  constructor(bench: FaultBench, cell: Cell, change: (provider: AnyProvider) => AnyProvider, stallMs: number) {
    this.#bench = bench;
    this.#cell = cell;
    const chance = chanceOf(cell, bench.seed);
    // The last chunk is short.
    const within = Math.floor(chance() * 0.5 * bench.chunk);
    const struck = (life: Life): void => {
      if (cell.recovery === 'kill') this.#kill(life);
    };
    this.#watched = new WatchedServer(bench, cell, { within, stallMs }, struck, change);
    this.#impatient = chance() < 0.3;
  }

  /** It shows nothing: a slow machine gave the request up before the fault struck. */
  get tooEarly(): boolean {
    return this.#watched.tooEarly;
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
      await this.#settled(() => this.#watched.isStruck);
      if (this.#watched.isStruck) await this.#again(recovery);
    }
    await this.#settled();
    if (!this.#watched.isStruck) this.#watched.wrong.push('the fault never struck');
    await this.#answerQuestions();
    const minutes = Math.round(this.#ahead / 60_000);
    if (this.#ahead > waitMost) this.#watched.wrong.push(`waits for ${minutes} minutes`);
    await this.#judge();
    const end = this.#watched.wrong.length > 0 ? 'failed' : this.#asked.length > 0 ? 'attention' : 'passed';
    return { cell: this.#cell, end, asked: this.#asked, wrong: this.#watched.wrong, course: this.#watched.course };
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
        serve: (port) => this.#watched.serve(port, life as Life),
      },
    );
    life.engine = must(opened);
    this.#life = life as Life;
    if (this.#id === 0) return;
    const known = this.#row.remote === undefined ? [] : this.#engine.store.transfers.chunks(this.#id);
    this.#watched.acknowledged = new Set(
      known.filter(({ state }) => state === 'acknowledged').map(({ index }) => index),
    );
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
    this.#watched.course.push(`(${recovery})`);
    await this.#engine.queue.start();
  }

  get #copy(): string {
    return join(this.#folder, `profile-${this.#lives}`);
  }

  /**
   * What a SIGKILL does, at this very moment and in this process. The system keeps what was written to files, whether it was
   * synced or not, and nothing else of the process: so the profile is copied as the files are now, between two turns of the
   * event loop, in which no transaction of ours can be half done; SQLite finds its last commit in the write-ahead log. The kernel closes the connections after what it was handed already:
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
        this.#watched.wrong.push(`stuck: ${row.state} ${row.waitFor ?? ''} ${row.problem?.code ?? ''}`);
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
      if (this.#watched.wrong.some((words) => words.startsWith('stuck'))) return;
      const row = this.#row;
      const roles = decisionsFor(this.#engine, row).map(({ role }) => role);
      const code = row.problem?.code ?? 'no problem';
      this.#asked.push(code);
      this.#watched.course.push(`(asked: ${code}: ${roles.join(', ')})`);
      if (!mayAsk(this.#cell, code, this.#bench.world)) this.#watched.wrong.push(`asks without need: ${code}`);
      if (asked >= questionsMost) {
        this.#watched.wrong.push(`asked again and again: ${this.#asked.join(', ')}`);
        return;
      }
      const stored = this.#watched.last === undefined ? undefined : await fixture.stored(this.#watched.last);
      const whole = stored?.sha256 === this.#bench.sha256;
      const wanted = roles.includes('upload-again') ? (whole ? 'mark-uploaded' : 'upload-again') : 'retry';
      if (!roles.includes(wanted)) {
        this.#watched.wrong.push(`${code} (${row.state}) offers ${roles.join(', ')}, not ${wanted}`);
        return;
      }
      if (wanted === 'mark-uploaded') this.#watched.verified = true;
      const decided = await decide(this.#engine, row, { decision: wanted });
      if (!decided.ok) this.#watched.wrong.push(`${wanted} fails: ${decided.failure.problem.code}`);
      await this.#settled();
    }
  }

  async #judge(): Promise<void> {
    const { fixture, world, sha256 } = this.#bench;
    const { state, problem: why } = this.#row;
    if (state !== 'done') this.#watched.wrong.push(`ends ${state} ${why?.code ?? ''}`);
    else if (!this.#watched.verified) this.#watched.wrong.push('done, and nobody verified it');
    const log = this.#engine.store.transfers.logOf(this.#id, 50).map((entry) => entry.problem.code);
    this.#watched.course.push(`(log: ${log.join(', ')})`);
    let copies = 0;
    const told: string[] = [];
    for (const [file, remote] of this.#watched.sessions) {
      const stored = await fixture.stored(remote);
      if (stored !== undefined) copies++;
      told.push(
        `${file.slice(-20)}: ${stored === undefined ? 'nothing' : stored.sha256 === sha256 ? 'whole' : `${stored.size} bytes, not the file's`}`,
      );
      if (stored !== undefined && stored.sha256 !== sha256) this.#watched.wrong.push('the server has other bytes');
    }
    await this.#judgeChunks();
    await this.#judgeLeftovers();
    if (copies !== 1) this.#watched.wrong.push(`${copies} files on the server: ${told.join('; ')}`);
    const last = this.#watched.last === undefined ? undefined : world.fileOf(this.#watched.last);
    if (last !== undefined && !this.#watched.sessions.has(last))
      this.#watched.wrong.push('a session that was not opened');
  }

  /** What arrived, as the server counts it: a chunk whose answer was lost may come once more. */
  async #judgeChunks(): Promise<void> {
    for (const remote of this.#watched.sessions.values())
      for (const [index, bodies] of await this.#bench.fixture.bodies(remote))
        if (bodies > (this.#watched.inDoubt.has(index) ? 2 : 1))
          this.#watched.wrong.push(`chunk ${index} arrived ${bodies} times`);
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
    if (due().length > 0) this.#watched.wrong.push('a session that was given up is never cleaned up');
    const { provider } = this.#bench.fixture;
    if (provider.leftovers === undefined) return;
    const left = must(await findLeftovers(engine, this.#bench.serverId));
    for (const { path } of left) this.#watched.wrong.push(`left over on the server: ${path}`);
  }
}
