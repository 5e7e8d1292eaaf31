import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildOptions } from './child.ts';
import { type Front, type FrontName, type FrontOptions, startFront } from './front.ts';
import { type HeldPort, holdPort } from './held-port.ts';
import type { Companion } from './companion.ts';
import { COMPANIONS, KINDS } from './kinds.ts';
import { type Life, liveApart, liveHere } from './life.ts';
import { startNginx } from './nginx.ts';
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
  /**
   * A process of its own: where a test kills the server while it receives a body, or where the server needs so much of
   * a processor that the client would be slowed down. False by default: it runs in this process.
   */
  readonly apart?: boolean;
}

export interface StoredFile {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

/** A stand-in server, which can be killed. Port and address stay the same over its lives. */
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
  if (!KINDS[kind]) throw new Error(`There is no stand-in for "${kind}". There is: ${Object.keys(KINDS).join(', ')}.`);
  const folder = await mkdtemp(join(tmpdir(), `peer-${kind}-`));
  const supervisor = new Supervisor(kind, folder, options);
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

/** Keeps one server: starts it, ends it, and starts it again when it went by itself. */
class Supervisor {
  readonly #kind: string;
  readonly #folder: string;
  readonly #options: PeerOptions;
  #life: Life | undefined;
  #ready: Promise<void> = Promise.resolve();
  #wanted = false;
  #ahead: number;
  companion: Companion | undefined;
  port: number;
  vars: Readonly<Record<string, string>> = {};

  constructor(kind: string, folder: string, options: PeerOptions) {
    this.#kind = kind;
    this.#folder = folder;
    this.#options = options;
    this.#ahead = options.ahead ?? 0;
    this.port = hasFront(options) ? 0 : (options.port ?? 0);
  }

  start(): Promise<void> {
    this.#wanted = true;
    this.#ready = this.#begin();
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
    await this.#life?.end(how);
  }

  /** Ends for good; another peer may go on with its process. */
  async leave(): Promise<void> {
    this.#wanted = false;
    await this.#life?.leave();
  }

  async clock(ms: number): Promise<void> {
    await this.#ready;
    this.#ahead += ms;
    await this.#life?.clock(this.#ahead);
  }

  async #begin(): Promise<void> {
    const { as, config = {}, vices, diskFullAfter, mode, apart = false } = this.#options;
    const options: ChildOptions = {
      ...(as !== undefined && { as }),
      config,
      folder: this.#folder,
      port: this.port,
      ahead: this.#ahead,
      extra: { vices, diskFullAfter, mode },
    };
    const ask = async (name: string, args: readonly unknown[]): Promise<unknown> => {
      if (!this.companion) throw new Error('Nothing is kept beside this server.');
      return this.companion.answer(name, args);
    };
    const life = await (apart ? liveApart : liveHere)(this.#kind, options, ask);
    this.#life = life;
    this.port = life.port;
    this.vars = life.vars;
    void life.gone.then(() => this.#gone(life));
  }

  #gone(life: Life): void {
    if (!this.#wanted || this.#life !== life) return;
    this.#ready = (async () => {
      await sleep(this.#options.restartDelay ?? 200);
      // It may have been started again, or ended for good, by then.
      if (this.#wanted && this.#life === life) await this.#begin();
    })();
    this.#ready.catch(() => {});
  }
}
