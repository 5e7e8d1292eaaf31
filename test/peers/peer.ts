import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ChildNews, ChildOptions, ChildOrder } from './child.ts';
import { type Front, type FrontName, type FrontOptions, startFront } from './front.ts';
import { type HeldPort, holdPort } from './held-port.ts';
import type { Companion } from './companion.ts';
import { COMPANIONS, KINDS } from './kinds.ts';
import { startNginx } from './nginx.ts';
import { leaveProgram, takeProgram } from './programs.ts';
import type { StendReport } from './stend/journal.ts';

export interface PeerOptions {
  /** What it stands for, as recordings name it: "stend-api 2.2.3". */
  readonly as?: string;
  /** The server's settings, as in a recording's `config`. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** 0 takes a free one. */
  readonly port?: number;
  /** What is in front of the server: nothing, or a proxy that buffers as nginx does. */
  readonly front?: FrontName;
  /** A real nginx takes the place of the stand-in for it: the program `nginx` on the PATH. */
  readonly realFront?: boolean;
  /** See `FrontOptions`. */
  readonly frontDoes?: Pick<FrontOptions, 'paceMs' | 'beforeAnswer'>;
  /** Bytes of a body from which on the front answers 413. */
  readonly clientMaxBodySize?: number;
  /** The front is so slow with a long body that it loses an answer that comes before the body's end: 502. */
  readonly slowFront?: boolean;
  /** How long a server that crashed stays away, ms. */
  readonly restartDelay?: number;
  /** False: the server in its good behaviour, which bears a body that breaks off. */
  readonly vices?: boolean;
  /** Of a hostile server: what it does. Absent: everything, each below a path of its own. */
  readonly mode?: string;
  /** Bytes in all that the disk takes; then the server crashes. */
  readonly diskFullAfter?: number;
  /** A folder with the state that an earlier stand-in of this kind left (`Peer.folder`); it is copied. */
  readonly state?: string;
  /** How far the server's clock is ahead at its start, ms. */
  readonly ahead?: number;
}

export interface StoredFile {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

/** A stand-in server in a process of its own, which can be killed. Port and address stay the same over its lives. */
export interface Peer {
  readonly url: string;
  /** Where the server keeps its state. */
  readonly folder: string;
  /** Names that a recording expects of the player. */
  readonly vars: Readonly<Record<string, string>>;
  /** SIGKILL and start. */
  readonly kill: () => Promise<void>;
  /** An orderly end and start. */
  readonly restart: () => Promise<void>;
  /** SIGKILL, and no start until `comeBack`. */
  readonly goAway: () => Promise<void>;
  readonly comeBack: () => Promise<void>;
  /** Ends it and removes what it stored. */
  readonly stop: () => Promise<void>;
  /** What else can be done to it, by the words that recordings have for it: "stop-s3", "break-callback", … */
  readonly words: Readonly<Record<string, () => Promise<void>>>;
  /** What the program's side door says: `/__peer/…`. */
  readonly ask: <T>(path: string) => Promise<T>;
  /** What is kept beside it. */
  readonly companion: Companion | undefined;
  /** What has arrived, over all lives of the server. */
  readonly report: () => Promise<StendReport>;
  /** What is stored under a share key, complete or not. */
  readonly storedFile: (shareKey: string) => Promise<StoredFile>;
  /** Makes so many ms pass on the server's clock, with the sweeps that fall into them. */
  readonly clock: (ms: number) => Promise<void>;
}

/** Starts a stand-in; resolves when it can be asked. */
export async function startPeer(kind: string, options: PeerOptions = {}): Promise<Peer> {
  const program = KINDS[kind];
  if (!program) throw new Error(`There is no stand-in for "${kind}". There is: ${Object.keys(KINDS).join(', ')}.`);
  const folder = await mkdtemp(join(tmpdir(), `peer-${kind}-`));
  const supervisor = new Supervisor(fileURLToPath(program), folder, options);
  // the same over all its lives, and nobody else's between them
  let held: HeldPort | undefined;
  let companion: Companion | undefined;
  try {
    if (options.state !== undefined) await cp(options.state, folder, { recursive: true });
    if (supervisor.port === 0) supervisor.port = (held = await holdPort()).port;
    companion = await COMPANIONS[kind]?.({ ...options, folder, now: () => supervisor.now() });
    supervisor.companion = companion;
    await supervisor.start();
  } catch (error) {
    await companion?.stop();
    held?.release();
    await rm(folder, { recursive: true, force: true });
    throw error;
  }

  const direct = `http://127.0.0.1:${supervisor.port}`;
  const front = hasFront(options) ? await startFrontOf(supervisor.port, options) : undefined;
  const ask = async <T>(path: string): Promise<T> => {
    await supervisor.up();
    const response = await fetch(direct + path, { headers: { connection: 'close' } });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return (await response.json()) as T;
  };
  const begin = (how: 'SIGKILL' | 'orderly') => async (): Promise<void> => {
    await supervisor.end(how);
    await supervisor.start();
  };
  return {
    url: front?.url ?? direct,
    folder,
    vars: supervisor.vars,
    kill: begin('SIGKILL'),
    restart: begin('orderly'),
    words: {
      'kill-server': begin('SIGKILL'),
      'restart-server': begin('orderly'),
      // a program with something beside it that calls it is stopped as its administrator stops it
      'stop-server': () => supervisor.end(companion ? 'orderly' : 'SIGKILL'),
      'start-server': () => supervisor.start(),
      ...companion?.words,
    },
    ask,
    companion,
    goAway: () => supervisor.end('SIGKILL'),
    comeBack: () => supervisor.start(),
    stop: async () => {
      await supervisor.leave();
      await front?.close();
      await companion?.stop();
      held?.release();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
    report: () => ask<StendReport>('/__peer/report'),
    storedFile: (shareKey) => ask<StoredFile>(`/__peer/file?sharekey=${encodeURIComponent(shareKey)}`),
    clock: (ms) => supervisor.clock(ms),
  };
}

const hasFront = ({ front = 'none' }: PeerOptions): boolean => front !== 'none';

function startFrontOf(port: number, options: PeerOptions): Promise<Front> {
  const { port: own = 0, clientMaxBodySize, slowFront = false, frontDoes } = options;
  const target = { host: '127.0.0.1', port };
  const ignoreAbort = options.front === 'nginx-ignore-abort';
  if (options.realFront === true) return startNginx({ target, ignoreAbort });
  return startFront({
    target,
    port: own,
    slow: slowFront,
    ignoreAbort,
    ...frontDoes,
    ...(clientMaxBodySize !== undefined && { clientMaxBodySize }),
  });
}

/** Keeps one server process: starts it, ends it, and starts it again when it went by itself. */
class Supervisor {
  readonly #program: string;
  readonly #folder: string;
  readonly #options: PeerOptions;
  #child: ChildProcess | undefined;
  #ready: Promise<void> = Promise.resolve();
  #wanted = false;
  #ahead: number;
  companion: Companion | undefined;
  port: number;
  vars: Readonly<Record<string, string>> = {};

  constructor(program: string, folder: string, options: PeerOptions) {
    this.#program = program;
    this.#folder = folder;
    this.#options = options;
    this.#ahead = options.ahead ?? 0;
    this.port = hasFront(options) ? 0 : (options.port ?? 0);
  }

  start(): Promise<void> {
    this.#wanted = true;
    this.#ready = this.#spawn();
    return this.#ready;
  }

  /** The server's clock, ms. */
  now(): number {
    return Date.now() + this.#ahead;
  }

  /** Resolves when the server can be asked, after a crash too. */
  up(): Promise<void> {
    return this.#ready;
  }

  async end(how: 'SIGKILL' | 'orderly'): Promise<void> {
    this.#wanted = false;
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    if (how === 'SIGKILL' || !child.connected) child.kill('SIGKILL');
    else child.send({ do: 'end' } satisfies ChildOrder);
    await exited;
  }

  /** Ends for good; another peer may go on with the process. */
  async leave(): Promise<void> {
    this.#wanted = false;
    if (this.#child) await leaveProgram(this.#program, this.#child);
  }

  async clock(ms: number): Promise<void> {
    await this.#ready;
    this.#ahead += ms;
    const child = this.#child;
    if (!child?.connected) return;
    const set = new Promise<void>((resolve) => {
      const hear = (news: ChildNews): void => {
        if (news.is !== 'clock set') return;
        child.off('message', hear);
        resolve();
      };
      child.on('message', hear).once('exit', () => resolve());
    });
    child.send({ do: 'clock', ahead: this.#ahead } satisfies ChildOrder);
    await set;
  }

  async #spawn(): Promise<void> {
    const { as, config = {}, vices, diskFullAfter, mode } = this.#options;
    const options: ChildOptions = {
      ...(as !== undefined && { as }),
      config,
      folder: this.#folder,
      port: this.port,
      ahead: this.#ahead,
      extra: { vices, diskFullAfter, mode },
    };
    const child = takeProgram(this.#program);
    this.#child = child;
    child.on('message', (news: ChildNews) => void this.#hear(child, news));
    const exit = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
    // it may have asked something before, or said the last word of what it was before
    const ready = new Promise<Extract<ChildNews, { is: 'ready' }>>((resolve) => {
      child.on('message', (news: ChildNews) => {
        if (news.is === 'ready') resolve(news);
      });
    });
    child.send({ do: 'start', options } satisfies ChildOrder, () => {});
    const news = await Promise.race([ready, exit]);
    if (!news) throw new Error('The stand-in ended before it was ready.');
    this.port = news.port;
    this.vars = news.vars;
    void exit.then(() => this.#gone(child));
  }

  /** Answers what the program asks of its companion. */
  async #hear(child: ChildProcess, news: ChildNews): Promise<void> {
    if (news.is !== 'asking') return;
    const { id, name, args } = news;
    let order: ChildOrder;
    try {
      if (!this.companion) throw new Error('Nothing is kept beside this server.');
      order = { do: 'hear', id, value: await this.companion.answer(name, args) };
    } catch (error) {
      order = { do: 'hear', id, error: String(error) };
    }
    // it may have been killed meanwhile
    if (child.connected) child.send(order, () => {});
  }

  #gone(child: ChildProcess): void {
    if (!this.#wanted || this.#child !== child) return;
    this.#ready = (async () => {
      await sleep(this.#options.restartDelay ?? 200);
      // it may have been started anew, or ended for good, meanwhile
      if (this.#wanted && this.#child === child) await this.#spawn();
    })();
    this.#ready.catch(() => {});
  }
}
