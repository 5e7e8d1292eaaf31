import { connect } from 'node:net';
import { once } from 'node:events';

/** What create and the last chunk answer. */
export interface RemoteTransfer {
  readonly transferKey: string;
  readonly shareKey: string;
  readonly uploaded: boolean;
  readonly deleteKey?: string;
}

export interface JsonAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>> | null;
}

const BOUNDARY = 'a-boundary-of-the-test';
const HEAD = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="blob"\r\n\r\n`;
const TAIL = `\r\n--${BOUNDARY}--\r\n`;

/** What ends the body of a chunk. */
export const closing = Buffer.from(TAIL);

interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer<ArrayBuffer>;
}

/** Asks a server on a connection of its own. */
export async function ask(url: string, init: Question = {}): Promise<JsonAnswer> {
  const response = await fetch(url, { ...init, headers: { ...init.headers, connection: 'close' } });
  const text = await response.text();
  return { status: response.status, body: text ? (JSON.parse(text) as Record<string, unknown>) : null };
}

export async function create(url: string, filesize: number, more: object = {}): Promise<RemoteTransfer> {
  const body = JSON.stringify({ filename: 'data.bin', filesize, expiretime: 600, ...more });
  const answer = await ask(`${url}/files/create`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  return answer.body as unknown as RemoteTransfer;
}

const chunkPath = ({ transferKey }: RemoteTransfer, chunk: number): string =>
  `/files/uploadChunk?transferkey=${transferKey}&chunk=${chunk}`;

export function sendChunk(url: string, transfer: RemoteTransfer, chunk: number, bytes: Buffer): Promise<JsonAnswer> {
  return ask(url + chunkPath(transfer, chunk), {
    method: 'PUT',
    headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
    body: Buffer.concat([Buffer.from(HEAD), bytes, Buffer.from(TAIL)]),
  });
}

/** Asks what the server has of a chunk: the title of its refusal, "Not Acceptable" when it wants the chunk. */
export async function probe(url: string, transfer: RemoteTransfer, chunk: number): Promise<unknown> {
  return (await ask(url + chunkPath(transfer, chunk), { method: 'PUT' })).body?.['error'];
}

/** The beginning of a chunk's body. */
export interface PartialChunk {
  /** What the server said first, or nothing if it only ended the connection. */
  readonly answer: Promise<string>;
  /** What the server said until the connection was gone. */
  readonly said: Promise<string>;
  /** Resets the connection. */
  readonly cut: () => void;
}

/** Announces `announced` bytes of a chunk and sends the first of them; resolves when they have been taken over. */
export async function beginChunk(
  url: string,
  transfer: RemoteTransfer,
  chunk: number,
  bytes: Buffer,
  announced: number,
): Promise<PartialChunk> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let said = '';
  socket.on('data', (piece: Buffer) => (said += piece.toString()));
  const answer = new Promise<string>((resolve) => {
    for (const event of ['data', 'close']) socket.once(event, () => resolve(said));
  });
  socket.on('error', () => {});
  const gone = once(socket, 'close').then(() => said);
  const lines = [
    `PUT ${chunkPath(transfer, chunk)} HTTP/1.1`,
    `Host: ${hostname}`,
    `Content-Type: multipart/form-data; boundary=${BOUNDARY}`,
    `Content-Length: ${HEAD.length + announced}`,
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n${HEAD}`);
  await new Promise<void>((resolve) => socket.write(bytes, () => resolve()));
  return { answer, said: gone, cut: () => socket.resetAndDestroy() };
}

/** Tries until a test's expectation holds, for half a minute at most: what was killed has to come back meanwhile. */
export async function until<T>(look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  const end = performance.now() + 30_000;
  for (;;) {
    const seen = await look().catch(() => undefined);
    if (seen !== undefined && holds(seen)) return seen;
    if (performance.now() > end) throw new Error(`It never came to hold: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
