import type { IncomingMessage, ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';

/** A request as the stores look at it. */
export interface Ask {
  readonly method: string;
  /** As it was sent, still encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  /** The announced length of the body; NaN where none is announced, as with chunked encoding. */
  readonly length: number;
  readonly request: IncomingMessage;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: string | Buffer;
  /** What happens once it is answered. */
  readonly after?: () => Promise<void>;
}

export function readAsk(request: IncomingMessage): Ask {
  const { method = 'GET', url = '/', headers } = request;
  const mark = url.indexOf('?');
  return {
    method,
    path: mark < 0 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    headers,
    length: lengthOf(request),
    request,
  };
}

function lengthOf({ headers }: IncomingMessage): number {
  if (headers['transfer-encoding'] !== undefined) return NaN;
  return headers['content-length'] === undefined ? 0 : Number(headers['content-length']);
}

/** A header's one value. */
export function header({ headers }: Pick<Ask, 'headers'>, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.join(', ');
}

export function sendReply(response: ServerResponse, { status, headers = {}, body = '' }: Reply): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
}

export const json = (status: number, value: unknown): Reply => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(value),
});

/** Reads a body to its end; throws when it breaks off. Only for bodies that are small by their nature. */
export async function readText({ request }: Ask): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}

/** Reads a body that nobody wants to its end; throws when it breaks off. */
export async function drain({ request }: Ask): Promise<void> {
  request.resume();
  await finished(request, { writable: false });
}

/** Every character but the unreserved ones, as signatures want it. */
export const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** A key as it stands in a path. */
export const encodePath = (key: string): string => key.split('/').map(encode).join('/');
