import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request as openRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startStore } from './start.ts';
import type { SessionGrant, SessionWish, Store, StoreKind, StoreOptions } from './store.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Send {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
  /** Without a length. */
  readonly chunked?: boolean;
  /** Waits for this after half of the body. */
  readonly hold?: Promise<unknown>;
  /** The connection goes after so many bytes. */
  readonly cutAt?: number;
}

/** Sends just these headers, on a connection of its own, with an exact length unless it is told otherwise. */
export async function send(
  url: string,
  { method = 'PUT', headers = {}, body = '', chunked, cutAt, hold }: Send = {},
): Promise<Answer> {
  const bytes = Buffer.from(body);
  const length = chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(bytes.length) };
  const request = openRequest(url, { method, headers: { ...length, ...headers }, agent: false });
  if (cutAt !== undefined) {
    const gone = new Promise<void>((resolve) => request.on('error', () => {}).once('close', resolve));
    request.write(bytes.subarray(0, cutAt), () => setTimeout(() => request.destroy(), 20));
    await gone;
    return { status: 0, headers: {}, text: '' };
  }
  const answered = once(request, 'response') as Promise<[IncomingMessage]>;
  // it can fail while the body is held
  answered.catch(() => {});
  if (hold) {
    request.write(bytes.subarray(0, bytes.length / 2));
    await hold;
    request.end(bytes.subarray(bytes.length / 2));
  } else {
    request.end(bytes);
  }
  const [response] = await answered;
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  return { status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(pieces).toString('utf8') };
}

/** The `<Code>` of an error. */
export const codeOf = ({ text }: Answer): string | undefined => /<Code>(\w+)</.exec(text)?.[1];

export const octets = { 'content-type': 'application/octet-stream' };

export const bytes = (length: number, seed = 1): Buffer => {
  const buffer = Buffer.alloc(length);
  for (let at = 0; at < length; at++) buffer[at] = (at * 31 + (at >> 8) * 17 + seed) & 255;
  return buffer;
};

export const sha256 = (data: Buffer): string => createHash('sha256').update(data).digest('hex');

export interface Opened {
  readonly store: Store;
  readonly grant: SessionGrant;
  /** The address of a part, counted from 0. */
  readonly part: (index: number) => string;
  /** The address that completes. */
  readonly complete: string;
  /** Makes so many ms pass on the store's clock. */
  readonly pass: (ms: number) => void;
}

export const KEY = 'uploads/1/1_x8 Ä+_a.bin';
export const LIFE = 60_000;

/** A store of its own with one upload opened; both go when the test ends. */
export async function opened(
  kind: StoreKind,
  wish: Partial<SessionWish> = {},
  options: Partial<StoreOptions> = {},
): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), `store-${kind}-`));
  let ahead = 0;
  const now = (): number => Date.now() + ahead;
  const store = await startStore(kind, { folder, now, patience: 300, ...options });
  onTestFinished(async () => {
    await store.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  const grant = await store.open({
    session: 's',
    key: KEY,
    size: 3000,
    chunkSize: 1000,
    expires: now() + LIFE,
    ...wish,
  });
  return {
    store,
    grant,
    part: (index) => grant.uploadUrls[index] ?? '',
    complete: grant.completeUrl ?? '',
    pass: (ms) => {
      ahead += ms;
    },
  };
}

export interface Called {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Master {
  readonly url: string;
  readonly calls: Called[];
  /** What it answers from now on. */
  answer: { status: number; body: string };
}

/** A server that is called back, and answers as it is told. */
export async function startMaster(): Promise<Master> {
  const calls: Called[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      let body = '';
      for await (const piece of request) body += (piece as Buffer).toString();
      calls.push({ path: request.url ?? '', headers: request.headers, body });
      response.writeHead(master.answer.status, { 'content-type': 'application/json' }).end(master.answer.body);
    })();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const master: Master = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v4/callback/x/s/secret`,
    calls,
    answer: { status: 200, body: '{"code":0,"msg":""}' },
  };
  return master;
}

/** The list that completes an upload of these tags, counted from 1. */
export const listOf = (...tags: readonly (readonly [number, string | undefined])[]): string => {
  const parts = tags.map(([number, tag]) => `<Part><PartNumber>${number}</PartNumber><ETag>${tag ?? ''}</ETag></Part>`);
  return `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`;
};
