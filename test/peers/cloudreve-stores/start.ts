import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Ways } from './bench.ts';
import { callServer } from './callback.ts';
import { Disk } from './disk.ts';
import { type Ask, readAsk, type Reply, sendReply } from './http.ts';
import { Journal } from './journal.ts';
import { multipartWays, relayedTag } from './multipart.ts';
import { onedriveWays } from './onedrive.ts';
import { qiniuWays } from './qiniu.ts';
import { remoteWays } from './remote.ts';
import { SIDE_DOOR, sideDoor } from './side-door.ts';
import { type HeldPort, holdPort } from '../held-port.ts';
import { listen } from '../listening.ts';
import { type Store, StoreAway, type StoreKind, type StoreOptions } from './store.ts';
import { upyunWays } from './upyun.ts';

/** Starts a store; resolves when it can be asked. */
export async function startStore(kind: StoreKind, options: StoreOptions): Promise<Store> {
  const host = new Host(kind, options);
  await host.start();
  const ways = (): Ways => host.ways();
  const askedOf = async <T>(ask: (ways: Ways) => Promise<T>): Promise<T> => ask(ways());
  const store: Store = {
    kind,
    url: host.base,
    open: (wish) => askedOf((own) => own.open(wish)),
    abort: (session) => askedOf((own) => own.abort(session)),
    uploaded: (key) => askedOf((own) => own.uploaded?.(key) ?? host.disk().stored(key)),
    put: (key, bytes, mimeType) => askedOf(() => host.put(key, bytes, mimeType)),
    contentUrl: (key, expires) => host.lastWays().contentUrl(key, expires),
    refuseCallback: (call) => host.lastWays().refuseCallback?.(call),
    restart: async () => {
      await host.end();
      await host.start();
    },
    kill: async () => {
      await host.kill();
      await host.start();
    },
    away: () => host.end(),
    comeBack: () => host.start(),
    breakCallback: () => {
      host.canCall = false;
    },
    mendCallback: () => {
      host.canCall = true;
    },
    report: () => host.journal.report(),
    stop: async () => {
      await host.kill(false);
      host.release();
    },
  };
  host.door = (ask) => sideDoor(store, ask);
  return store;
}

function waysOf(bench: Bench): Ways {
  switch (bench.kind) {
    case 'qiniu':
      return qiniuWays(bench);
    case 'upyun':
      return upyunWays(bench);
    case 'onedrive':
      return onedriveWays(bench);
    case 'remote':
      return remoteWays(bench);
    case 's3':
    case 'ks3':
    case 'cos':
    case 'oss':
    case 'obs':
      return multipartWays(bench.kind, bench);
  }
}

/** A callback's address ends with its session and the session's secret. */
const sessionIn = (callback: string): string => new URL(callback).pathname.split('/').at(-2) ?? '';

/** One life of a store. */
interface Life {
  readonly server: Server;
  readonly disk: Disk;
  readonly ways: Ways;
}

/** The lives of one store, at one address. */
class Host {
  readonly #kind: StoreKind;
  readonly #options: StoreOptions;
  readonly journal: Journal;
  #life: Life | undefined;
  #last: Life | undefined;
  #port: number;
  #held: HeldPort | undefined;
  canCall = true;
  door: ((ask: Ask) => Promise<Reply>) | undefined;
  base = '';

  constructor(kind: StoreKind, options: StoreOptions) {
    this.#kind = kind;
    this.#options = options;
    this.#port = options.port ?? 0;
    this.journal = new Journal(join(options.folder, 'journal'));
  }

  ways(): Ways {
    if (!this.#life) throw new StoreAway(this.#kind);
    return this.#life.ways;
  }

  /** The ways of the present life, or of the last: an address can be signed while the store is away. */
  lastWays(): Ways {
    if (!this.#last) throw new StoreAway(this.#kind);
    return this.#last.ways;
  }

  disk(): Disk {
    if (!this.#life) throw new StoreAway(this.#kind);
    return this.#life.disk;
  }

  async start(): Promise<void> {
    if (this.#life) return;
    if (this.#port === 0) this.#port = (this.#held = await holdPort()).port;
    const server = createServer((request, response) => void this.#answer(request, response));
    server.requestTimeout = 0;
    await listen(server, this.#port);
    this.base = this.#options.publicUrl ?? `http://127.0.0.1:${this.#port}`;
    const disk = new Disk(this.#options.folder, this.#kind === 'qiniu');
    const ways = waysOf({
      kind: this.#kind,
      options: this.#options,
      disk,
      journal: this.journal,
      now: this.#options.now ?? Date.now,
      base: this.base,
      callServer: async (url, init) => {
        if (this.canCall && disk.live) return callServer(url, init);
        this.journal.noteUntold(sessionIn(url));
        return undefined;
      },
    });
    this.#life = this.#last = { server, disk, ways };
  }

  /** Takes nothing new, waits for what is under way, writes down what it has in memory. */
  async end(): Promise<void> {
    const life = this.#life;
    if (!life) return;
    const closed = new Promise<void>((resolve) => life.server.close(() => resolve()));
    const idle = setInterval(() => life.server.closeIdleConnections(), 20);
    await Promise.race([closed, sleep(this.#options.patience ?? 2000, undefined, { ref: false })]);
    clearInterval(idle);
    life.server.closeAllConnections();
    await closed;
    await life.ways.save?.();
    life.disk.end();
    this.#life = undefined;
  }

  async kill(noted = true): Promise<void> {
    const life = this.#life;
    if (!life) return;
    this.#life = undefined;
    life.disk.end();
    if (noted) this.journal.noteCrash();
    await new Promise<void>((resolve) => {
      life.server.close(() => resolve());
      life.server.closeAllConnections();
    });
  }

  /** Gives its port away, after its last life. */
  release(): void {
    this.#held?.release();
  }

  async put(key: string, bytes: Uint8Array, mimeType?: string): Promise<void> {
    // Several files may be relayed at once.
    const path = join(this.#options.folder, 'tmp', randomUUID());
    await writeFile(path, bytes);
    await this.disk().putFile(key, path, relayedTag(bytes), mimeType);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const life = this.#life;
    try {
      const ask = readAsk(request);
      const atDoor = this.door && ask.path.startsWith(SIDE_DOOR) ? this.door(ask) : undefined;
      const reply = await (atDoor ?? this.ways().answer(ask));
      sendReply(response, reply);
      // a body that nobody wanted is read to its end, so that the sender comes to hear why
      request.resume();
      await reply.after?.();
    } catch (error) {
      // where the body broke off, or this life did, nobody is there to be answered
      if (request.destroyed || response.headersSent || this.#life !== life) response.destroy();
      else sendReply(response, { status: 500, body: String(error) });
    }
  }
}
