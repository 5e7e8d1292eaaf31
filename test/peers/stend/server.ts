import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { wholeChunks } from '../../../main/practice/chunk-store.ts';
import { normaliseKey } from '../../../main/practice/keys.ts';
import { listen } from '../../../main/practice/practice-server.ts';
import type { Practice } from '../../../main/practice/practice.ts';
import { appendChunks, observed } from './append-chunks.ts';
import { answer } from './front/answer.ts';
import { parseTarget } from './front/query.ts';
import { refuseConnection } from './front/refuse-connection.ts';
import type { StendConfig } from './front/settings.ts';
import { openStend } from './front/stend.ts';
import { Journal } from './journal.ts';
import type { StandIn, StandInOptions } from '../stand-in.ts';

/** The practice server behind a front that answers as the real one does, with its vices, and a side door for the test. */
export async function startStend({
  as = '',
  config,
  folder,
  port,
  ahead,
  extra,
  ...options
}: StandInOptions): Promise<StandIn> {
  let offset = ahead;
  const journal = new Journal(join(folder, 'journal'));
  let isOver = false;
  const crash = (): never => {
    // What has ended cannot crash again: its connections are cut by its end.
    if (!isOver) {
      isOver = true;
      journal.noteCrash();
      options.crash();
    }
    throw new Error('This server has crashed.');
  };
  const diskFullAfter = typeof extra['diskFullAfter'] === 'number' ? extra['diskFullAfter'] : Infinity;
  const store = extra['vices'] === false ? wholeChunks : appendChunks(join(folder, 'storage'), crash, diskFullAfter);
  const version = /\d+\.\d+\.\d+/.exec(as)?.[0];
  const stend = openStend({
    folder: join(folder, 'storage'),
    config: config as StendConfig,
    ...(version && { version }),
    now: () => Date.now() + offset,
    store: observed(store, journal),
  });
  const { practice } = stend;
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.url?.startsWith('/__peer/')) return sideDoor(practice, journal, request, response);
    noteRepeated(practice, journal, request);
    return answer(stend, request, response);
  };
  const underWay = new Set<Promise<void>>();
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const handled = handle(request, response);
    underWay.add(handled);
    await handled.finally(() => underWay.delete(handled));
  };
  const server = await untilFree(() =>
    listen(practice, { port, host: '127.0.0.1' }, serve, (listener) => listener.on('clientError', refuseConnection)),
  );
  const setClock = (ms: number): void => {
    offset = ms;
    practice.transfers.sweep(practice.now());
  };
  const drop = async (): Promise<void> => {
    isOver = true;
    await server.close();
  };
  return { port: server.port, setClock, close: server.close, drop, settled: () => Promise.allSettled(underWay) };
}

/** A port that was just left may not be free at once. */
async function untilFree<T>(listen: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await listen();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || attempt === 40) throw error;
      await sleep(50);
    }
  }
}

/** Notes a body that is sent for a chunk which is stored: the server refuses it, but a good client never sends it. */
function noteRepeated({ transfers }: Practice, journal: Journal, { method, url = '', headers }: IncomingMessage): void {
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  const target = parseTarget(url);
  if (method !== 'PUT' || !hasBody || target?.path !== '/files/uploadChunk') return;
  const transfer = transfers.byTransferKey(normaliseKey(String(target.query['transferkey'] ?? '')));
  const chunk = parseInt(String(target.query['chunk'] ?? ''));
  if (transfer && chunk >= 0 && chunk < transfer.stored) journal.note('again', transfer.transferKey, chunk);
}

/** What the real server has not: `/__peer/report`, and `/__peer/file?sharekey=` for what is stored. */
async function sideDoor(
  { transfers }: Practice,
  journal: Journal,
  { url = '' }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const target = parseTarget(url);
  const share = transfers.byShareKey(String(target?.query['sharekey']));
  let body: unknown;
  if (target?.path === '/__peer/report') body = journal.report();
  if (target?.path === '/__peer/file' && share && 'transferKey' in share) {
    const path = transfers.dataFile(share.transferKey);
    body = { path, size: statSync(path).size, sha256: await sha256Of(path) };
  }
  response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body ?? null));
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 1024 * 1024 })) hash.update(piece as Buffer);
  return hash.digest('hex');
}
