/** Surroundings for tests: a window in a browser over a real engine, and a browser that is made of requests. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { WebSocket } from 'ws';
import { connect, type Connection } from '../api/connect.ts';
import { startWeb, type Web, type WebOptions } from './host.ts';

export type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Buffer };
type Asking = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string | Buffer;
};

/** A request as a browser of the window's own page sends it, unless its headers say otherwise. */
export const ask = (port: number, path: string, { method = 'GET', headers = {}, body }: Asking = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const own = { host: `127.0.0.1:${port}`, ...(method === 'GET' ? {} : { origin: `http://127.0.0.1:${port}` }) };
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const given: Readonly<Record<string, string | undefined>> = { ...own, ...length, ...headers };
    const sent = Object.entries(given).filter(([, value]) => value !== undefined);
    const asked = request(
      { host: '127.0.0.1', port, path, method, agent: false, headers: Object.fromEntries(sent), setHost: false },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
        );
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });

export const json = (answer: Answer): Record<string, unknown> =>
  JSON.parse(answer.body.toString()) as Record<string, unknown>;

export const errorOf = (answer: Answer): string =>
  (json(answer)['error'] as { readonly code: string } | undefined)?.code ?? 'none';

export const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
};

/** A connected window, with all it was told. */
export class TestSocket {
  readonly messages: Record<string, unknown>[] = [];
  readonly #socket: WebSocket;
  closed: number | undefined;
  #next = 1;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => this.messages.push(JSON.parse(data.toString()) as Record<string, unknown>));
    socket.on('close', (code) => (this.closed = code));
    socket.on('error', () => undefined);
  }

  send(data: string | Buffer): void {
    this.#socket.send(data);
  }

  /** The answer to a call: its value, or its error. */
  async call(name: string, input: unknown = {}): Promise<Record<string, unknown>> {
    const id = this.#next++;
    this.send(JSON.stringify({ id, call: name, input }));
    let found: Record<string, unknown> | undefined;
    await until(() => (found = this.messages.find((message) => message['id'] === id)) !== undefined);
    return found ?? {};
  }

  event(name: string): Record<string, unknown> | undefined {
    return this.messages.find((message) => message['event'] === name);
  }

  close(): void {
    this.#socket.terminate();
  }
}

export class TestWindow {
  readonly folder: string;
  readonly profile: string;
  readonly root: string;
  readonly assets: string;
  readonly lines: string[] = [];
  connection: Connection | undefined;
  web: Web | undefined;
  /** The clock of the window, ms. */
  time = Date.now();
  readonly #sockets: TestSocket[] = [];

  private constructor(folder: string) {
    this.folder = folder;
    this.profile = join(folder, 'profile');
    this.root = join(folder, 'root');
    this.assets = join(folder, 'assets');
  }

  static async create(): Promise<TestWindow> {
    const window = new TestWindow(await mkdtemp(join(tmpdir(), 'stevedore-web-')));
    for (const made of [window.profile, window.root, join(window.assets, 'assets')])
      mkdirSync(made, { recursive: true, mode: 0o700 });
    const script = 'console.log("window");'.repeat(50);
    writeFileSync(join(window.assets, 'index.html'), '<!doctype html><title>Stevedore</title>');
    writeFileSync(join(window.assets, 'assets/index-Ab12_-Cd.js'), script);
    writeFileSync(join(window.assets, 'assets/index-Ab12_-Cd.js.gz'), gzipSync(script));
    writeFileSync(join(window.assets, 'assets/index-Ab12_-Cd.js.br'), 'brotli');
    return window;
  }

  async start(options: Partial<WebOptions> = {}): Promise<Web> {
    this.connection ??= await connect({ profile: this.profile, serve: false });
    this.web = await startWeb({
      connection: this.connection,
      listen: '127.0.0.1',
      port: 0,
      root: this.root,
      assets: this.assets,
      log: (line) => this.lines.push(line),
      now: () => this.time,
      ...options,
    });
    return this.web;
  }

  get port(): number {
    return this.web?.port ?? 0;
  }

  get client(): Connection['client'] {
    if (this.connection === undefined) throw new Error('not started');
    return this.connection.client;
  }

  /** The secret of a new link. */
  secret(): string {
    return this.web?.newLink().split('#sign-in=')[1] ?? '';
  }

  post(path: string, value: unknown, asking: Asking = {}): Promise<Answer> {
    const headers = { 'content-type': 'application/json', ...asking.headers };
    return ask(this.port, path, { method: 'POST', body: JSON.stringify(value), ...asking, headers });
  }

  /** Signs in by a link; gives the cookie as it is sent back. */
  async signIn(): Promise<string> {
    const answer = await this.post('/sign-in', { secret: this.secret() });
    return answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  }

  /** Opens a socket; the status of the refusal where it is refused. */
  socket(cookie: string, headers: Readonly<Record<string, string>> = {}): Promise<TestSocket | number> {
    const { port } = this;
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/socket`, {
        headers: { cookie, origin: `http://127.0.0.1:${port}`, ...headers },
      });
      const made = new TestSocket(socket);
      this.#sockets.push(made);
      socket.on('open', () => resolve(made));
      socket.on('unexpected-response', (asked, response) => {
        resolve(response.statusCode ?? 0);
        asked.destroy();
      });
      socket.on('error', reject);
    });
  }

  async opened(cookie: string): Promise<TestSocket> {
    const socket = await this.socket(cookie);
    if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
    return socket;
  }

  readProfile(name: string): Promise<string> {
    return readFile(join(this.profile, name), 'utf8');
  }

  /** Stops the window, and the engine as well where it is asked. */
  async stop(engine: boolean): Promise<void> {
    for (const socket of this.#sockets.splice(0)) socket.close();
    await this.web?.close();
    this.web = undefined;
    if (engine) await this.connection?.stop('now');
    if (engine) this.connection = undefined;
  }

  async remove(): Promise<void> {
    await this.stop(true);
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
