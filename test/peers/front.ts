import { type IncomingMessage, type ServerResponse, createServer, request as openRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface FrontOptions {
  readonly target: { readonly host: string; readonly port: number };
  /** 0 takes a free one. */
  readonly port?: number;
  /** Bytes of a body from which on it is refused with 413. */
  readonly clientMaxBodySize?: number;
  /**
   * Writes a body of more than one write so slowly that the server can answer and close before it is out. nginx asks
   * each time for a connection of its own and reads no answer after a write that failed: it says 502 then.
   */
  readonly slow?: boolean;
  /** ms between two pieces of a body that is passed on; 0: all of it at once. */
  readonly paceMs?: number;
  /**
   * `proxy_ignore_client_abort on`: a whole body is passed on, and its answer read, though the client has left. Without
   * it, as nginx comes, the request to the server is dropped when the client leaves.
   */
  readonly ignoreAbort?: boolean;
  /** Answers wait for what this gives, by the request's first line; they are passed on as they are where it gives nothing. */
  readonly beforeAnswer?: (line: string) => Promise<unknown> | undefined;
}

/** What is in front of a stand-in: nothing, nginx with its defaults, or nginx with `proxy_ignore_client_abort on`. */
export const FRONTS = ['none', 'nginx', 'nginx-ignore-abort'] as const;
export type FrontName = (typeof FRONTS)[number];
export const isFront = (name: string): name is FrontName => FRONTS.includes(name as FrontName);

export interface Front {
  readonly url: string;
  readonly port: number;
  readonly close: () => Promise<void>;
}

const SERVER = 'nginx/1.22.1';
/** Bytes of a body that nginx keeps in memory, and writes with its head at once. More is written piece by piece. */
const IN_ONE_WRITE = 16 * 1024;
const PIECE = 64 * 1024;
/** What a real nginx in front of a real server does takes about so long for each piece, ms. */
export const REAL_PACE = 4;
/** ms that a slow front waits between two pieces. */
const PAUSE = 25;
/** Headers that are said to the next hop only. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'te', 'trailer', 'upgrade', 'expect']);

/**
 * Starts a proxy that buffers requests as nginx does by default: it opens the request to the server behind it when it
 * has the whole body, so a body that the client breaks off never gets there.
 */
export async function startFront(options: FrontOptions): Promise<Front> {
  const { port = 0, clientMaxBodySize = Infinity } = options;
  const server = createServer((request, response) => {
    const announced = Number(request.headers['content-length'] ?? 0);
    const pieces: Buffer[] = [];
    let bytes = 0;
    const refuse = (): void => {
      request.removeAllListeners('data').removeAllListeners('end').resume();
      const { head, page } = errorPage(413, 'Request Entity Too Large', { Connection: 'close' });
      // It reads on until the client has closed: at once with bytes unread, its answer would be lost on the way.
      request.socket.end(`HTTP/1.1 413 Request Entity Too Large\r\n${head.join('\r\n')}\r\n\r\n${page}`);
    };
    if (announced > clientMaxBodySize) {
      refuse();
      return;
    }
    request.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (bytes > clientMaxBodySize) refuse();
      else pieces.push(piece);
    });
    request.on('end', () => void passOn(options, request, response, Buffer.concat(pieces)));
    request.on('error', () => {});
  });
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Opens the request again on a connection of its own, with a body that is whole, and gives the answer back. */
async function passOn(
  { target, slow = false, paceMs = 0, ignoreAbort = false, beforeAnswer }: FrontOptions,
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
): Promise<void> {
  const hadLength = request.headers['content-length'] !== undefined || body.length > 0;
  const headers = [...endToEnd(request.rawHeaders, 'content-length'), 'Connection', 'close'];
  if (hadLength) headers.push('Content-Length', String(body.length));
  const { method = 'GET', url = '/' } = request;
  const pause = slow ? PAUSE : paceMs;
  const course: { answered: boolean; out: boolean; gone: boolean; held?: IncomingMessage } = {
    answered: false,
    out: pause === 0 || body.length <= IN_ONE_WRITE,
    gone: false,
  };
  const pass = async (answer: IncomingMessage): Promise<void> => {
    course.answered = true;
    await beforeAnswer?.(`${method} ${url}`);
    if (course.gone) {
      answer.resume();
      return;
    }
    const passed = [...endToEnd(answer.rawHeaders), 'Server', SERVER];
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage ?? '', passed);
    answer.pipe(response);
    answer.on('error', () => response.destroy());
  };
  const fail = (): void => {
    if (!course.answered) sendError(response, 502, 'Bad Gateway');
    course.answered = true;
  };
  const upstream = openRequest({ ...target, method, path: url, headers, agent: false }, (answer) => {
    if (course.out) void pass(answer);
    else course.held = answer;
  });
  // A client that leaves takes its request with it, also one that is on its way to the server.
  response.once('close', () => {
    course.gone = !response.writableFinished;
    if (!course.gone || ignoreAbort) return;
    upstream.on('error', () => undefined);
    if (upstream.socket === null) upstream.destroy();
    else upstream.socket.resetAndDestroy();
  });
  const closed = new Promise<void>((resolve) => void upstream.once('close', resolve));
  upstream.on('error', fail);
  if (course.out && body.length > 0) upstream.write(body);
  for (let at = 0; at < body.length && !course.out && !course.answered; at += PIECE) {
    await new Promise<void>((resolve) => {
      upstream.write(body.subarray(at, at + PIECE), (error) => {
        if (error) fail();
        resolve();
      });
    });
    await Promise.race([closed, sleep(pause)]);
  }
  course.out = true;
  upstream.end();
  if (course.held && !course.answered) await pass(course.held);
}

/** The headers that go on, as a flat list of names and values. */
function endToEnd(raw: readonly string[], ...without: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const [name = '', value = ''] = raw.slice(i, i + 2);
    const lower = name.toLowerCase();
    if (!HOP_BY_HOP.has(lower) && lower !== 'server' && !without.includes(lower)) kept.push(name, value);
  }
  return kept;
}

function sendError(response: ServerResponse, status: number, reason: string): void {
  const { head, page } = errorPage(status, reason);
  response
    .writeHead(
      status,
      head.flatMap((line) => line.split(': ')),
    )
    .end(page);
}

/** An error as nginx says it: the lines of its headers, and the page. */
function errorPage(
  status: number,
  reason: string,
  more: Readonly<Record<string, string>> = {},
): { readonly head: readonly string[]; readonly page: string } {
  const title = `${status} ${reason}`;
  const lines = [
    '<html>',
    `<head><title>${title}</title></head>`,
    '<body>',
    `<center><h1>${title}</h1></center>`,
    `<hr><center>${SERVER}</center>`,
    '</body>',
    '</html>',
    '',
  ];
  const page = lines.join('\r\n');
  const headers = { Server: SERVER, 'Content-Type': 'text/html', 'Content-Length': page.length, ...more };
  return { head: Object.entries(headers).map(([name, value]) => `${name}: ${value}`), page };
}
