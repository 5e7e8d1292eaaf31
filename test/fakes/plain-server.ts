/**
 * A small upload server in this process, for what the shipped providers' servers do not have: no way to delete, none to ask
 * what has arrived, a finish that may not be repeated, files that are assembled after the answer, and messages about files.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer, json } from 'node:stream/consumers';
import { holdPort } from '../peers/held-port.ts';

export type PlainTraits = {
  readonly deletes: boolean;
  /** A finish that comes again empties the finished file. */
  readonly finishOnce: boolean;
  /** How often it is asked before a file is assembled; 0: it is with the answer. */
  readonly assembles: number;
  /** It compares the file with a SHA-256 that comes with the create, an MD5 that comes with the finish. */
  readonly hash?: { readonly algorithm: 'sha256' | 'md5'; readonly before: 'open' | 'finish' };
};

export const plainChunkSize = 100_000;

type File = {
  readonly name: string;
  readonly size: number;
  readonly hash: string | undefined;
  readonly chunks: Map<number, Buffer>;
  readonly bodies: Map<number, number>;
  finishes: number;
  /** Questions that are still answered with "at work"; `undefined`: it was not finished. */
  left?: number;
  stored?: Buffer;
  failed?: true;
};

/** A message that the server sent on. */
export type PlainMessage = { readonly to: string; readonly text?: string; readonly file: string };

export class PlainServer {
  readonly files = new Map<string, File>();
  /** Creates and deletes, in the order of their arrival. */
  readonly changes: string[] = [];
  /** Messages that went out, in their order: nobody but `nobody` is unknown. */
  readonly messages: PlainMessage[] = [];
  /** How the next messages are answered instead: nothing is sent then. */
  readonly refusals: { readonly status: number; readonly retryAfter?: number }[] = [];
  readonly #traits: PlainTraits;
  #made = 0;
  #server: Server | undefined;
  #port: Awaited<ReturnType<typeof holdPort>> | undefined;

  constructor(traits: PlainTraits) {
    this.#traits = traits;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port?.port}`;
  }

  async start(): Promise<this> {
    this.#port ??= await holdPort();
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
    this.#server.listen(this.#port.port, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  /** What has arrived whole stays; connections break. */
  async kill(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }

  async close(): Promise<void> {
    await this.kill();
    this.#port?.release();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const say = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const { method = '', url = '' } = request;
    if (method === 'DELETE' || url === '/files') this.changes.push(`${method} ${url}`);
    const [first = '', id = '', part = ''] = url.split('/').slice(1);
    if (method === 'GET' && first === 'about') {
      say(200, { plain: 1, chunkSize: plainChunkSize, traits: this.#traits });
      return;
    }
    if (method === 'POST' && first === 'files' && id === '') {
      const { name, size, hash } = (await json(request)) as Pick<File, 'name' | 'size' | 'hash'>;
      const made = `f${++this.#made}`;
      this.files.set(made, { name, size, hash, chunks: new Map(), bodies: new Map(), finishes: 0 });
      say(201, { id: made });
      return;
    }
    if (method === 'POST' && first === 'messages') {
      const message = (await json(request)) as PlainMessage;
      const { status, retryAfter } = this.refusals.shift() ?? { status: message.to === 'nobody' ? 400 : 201 };
      if (status === 201) this.messages.push(message);
      if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter);
      say(status, status === 201 ? { ok: true } : { error: 'refused' });
      return;
    }
    const file = this.files.get(id);
    if (file === undefined) {
      say(404, { error: 'unknown' });
      return;
    }
    if (method === 'PUT') {
      const index = Number(part);
      file.bodies.set(index, (file.bodies.get(index) ?? 0) + 1);
      file.chunks.set(index, await buffer(request));
      say(200, { ok: true });
      return;
    }
    if (method === 'POST') {
      this.#finish(file, (await json(request)) as { readonly hash?: string }, say);
      return;
    }
    if (method === 'DELETE' && this.#traits.deletes) {
      this.files.delete(id);
      say(200, { ok: true });
      return;
    }
    // `left` counts down with each question.
    if (method === 'GET' && this.#traits.assembles > 0) {
      if (file.left !== undefined && file.left > 0) file.left--;
      if (file.left === 0 && file.stored === undefined) this.#assemble(file);
      const state = file.failed === true ? 'failed' : file.stored !== undefined ? 'done' : 'assembling';
      say(200, { state: file.left === undefined ? 'open' : state });
      return;
    }
    if (method === 'HEAD' && file.stored !== undefined) {
      response.writeHead(200, { 'content-length': file.stored.length }).end();
      return;
    }
    say(method === 'DELETE' ? 405 : 404, { error: 'no such thing' });
  }

  #finish(file: File, { hash }: { readonly hash?: string }, say: (status: number, body: object) => void): void {
    file.finishes++;
    if (this.#traits.finishOnce && file.finishes > 1) {
      file.stored = Buffer.alloc(0);
      say(500, { error: 'finished already' });
      return;
    }
    const { algorithm } = this.#traits.hash ?? {};
    if (algorithm !== undefined && this.#hashOf(file, algorithm) !== (file.hash ?? hash)) {
      say(409, { error: 'hash' });
      return;
    }
    file.left ??= this.#traits.assembles;
    if (file.left === 0) this.#assemble(file);
    say(file.left === 0 ? 200 : 202, { state: file.left === 0 ? 'done' : 'assembling' });
  }

  #bytes = (file: File): Buffer => Buffer.concat([...file.chunks].sort(([a], [b]) => a - b).map(([, bytes]) => bytes));
  #hashOf = (file: File, algorithm: string): string => createHash(algorithm).update(this.#bytes(file)).digest('hex');

  #assemble(file: File): void {
    const bytes = this.#bytes(file);
    if (bytes.length === file.size) file.stored = bytes;
    else file.failed = true;
  }
}

/** Lines of its requests, for a meddler. */
export const plainRequests = {
  chunk: /^PUT \/files\//,
  open: /^POST \/files$/,
  finish: /^POST \/files\/\w+\/finish/,
  message: /^POST \/messages$/,
};
