import { type IncomingMessage, type ServerResponse, createServer, request as openRequest } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FrontOptions {
  readonly target: { readonly host: string; readonly port: number };
  /** 0 takes a free one. */
  readonly port?: number;
  /** Bytes of a body from which on it is refused with 413. */
  readonly clientMaxBodySize?: number;
}

export interface Front {
  readonly url: string;
  readonly port: number;
  readonly close: () => Promise<void>;
}

const SERVER = 'nginx/1.22.1';
/** Headers that are said to the next hop only. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'te', 'trailer', 'upgrade', 'expect']);

/**
 * Starts a proxy that buffers requests as nginx does by default: it opens the request to the server behind it when it
 * has the whole body, so a body that the client breaks off never gets there.
 */
export async function startFront({ target, port = 0, clientMaxBodySize = Infinity }: FrontOptions): Promise<Front> {
  const server = createServer((request, response) => {
    const announced = Number(request.headers['content-length'] ?? 0);
    const pieces: Buffer[] = [];
    let bytes = 0;
    const refuse = (): void => {
      request.removeAllListeners('data').removeAllListeners('end').resume();
      sendError(response, 413, 'Request Entity Too Large');
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
    request.on('end', () => passOn(target, request, pieces, response));
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

function passOn(
  target: FrontOptions['target'],
  request: IncomingMessage,
  pieces: readonly Buffer[],
  response: ServerResponse,
): void {
  const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const hadLength = request.headers['content-length'] !== undefined || bytes > 0;
  const headers = [...endToEnd(request.rawHeaders, 'content-length'), 'Connection', 'close'];
  if (hadLength) headers.push('Content-Length', String(bytes));
  const { method = 'GET', url = '/' } = request;
  let answered = false;
  const upstream = openRequest({ ...target, method, path: url, headers, agent: false }, (answer) => {
    answered = true;
    const passed = [...endToEnd(answer.rawHeaders), 'Server', SERVER];
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage ?? '', passed);
    answer.pipe(response);
    answer.on('error', () => response.destroy());
  });
  upstream.on('error', () => {
    if (!answered) sendError(response, 502, 'Bad Gateway');
  });
  for (const piece of pieces) upstream.write(piece);
  upstream.end();
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
  const headers = { Server: SERVER, 'Content-Type': 'text/html', 'Content-Length': page.length };
  response.writeHead(status, { ...headers, ...(status === 413 && { Connection: 'close' }) }).end(page);
}
