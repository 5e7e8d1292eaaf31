import { createReadStream } from 'node:fs';
import { statfs } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ChunkStore, wholeChunks } from './chunk-store.ts';
import { create } from './create.ts';
import { type Fields, parseTarget } from './query.ts';
import { Refusal, internalError, refuse } from './refusal.ts';
import { type RequestBody, readBody } from './request-body.ts';
import { type PracticeConfig, type Settings, readSettings } from './settings.ts';
import { Tokens, download, info, merge, remove } from './shares.ts';
import { Transfers } from './transfers.ts';
import { uploadChunk } from './upload.ts';

export interface PracticeOptions {
  /** Where transfers are kept; made when it is missing. */
  readonly folder: string;
  readonly config?: PracticeConfig;
  /** The version whose answers are given. */
  readonly version?: string;
  /** The clock, in ms. */
  readonly now?: () => number;
  /** How long create, merge and the password check take before they begin, in ms. */
  readonly delay?: number;
  readonly store?: ChunkStore;
  /** Free bytes on the disk; asked before a transfer is created. */
  readonly freeSpace?: () => Promise<number>;
}

/** The server without its listener: what the handlers work with. */
export interface Practice {
  readonly settings: Settings;
  readonly transfers: Transfers;
  readonly tokens: Tokens;
  readonly store: ChunkStore;
  readonly now: () => number;
  readonly delay: number;
  readonly freeSpace: () => Promise<number>;
}

/** Reads what is in the folder and makes a server of it, which answers by `answer`. */
export function openPractice(options: PracticeOptions): Practice {
  const { folder, config = {}, version = '2.2.3', now = Date.now, delay = 0, store = wholeChunks } = options;
  const onDisk = async (): Promise<number> => {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  };
  const freeSpace = options.freeSpace ?? onDisk;
  const transfers = new Transfers(folder);
  return { settings: readSettings(version, config), transfers, tokens: new Tokens(), store, now, delay, freeSpace };
}

interface Call {
  readonly practice: Practice;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: Fields;
  readonly body: RequestBody;
}
type Answer = Readonly<Record<string, unknown>> | null;
/** Undefined: the response is written already. */
type Handler = (call: Call) => Answer | Promise<Answer | undefined> | undefined;

const valueOf = (body: RequestBody): unknown => (body.kind === 'value' ? body.value : undefined);

const ROUTES: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['GET /', ({ practice, response }) => redirect(response, practice.settings.documentation)],
  ['GET /instance', ({ practice }) => describeInstance(practice.settings)],
  ['POST /checkPassword', ({ practice, request }) => checkPassword(practice, request.headers.authorization)],
  [
    'POST /files/create',
    async ({ practice, request, body }) => {
      await admit(practice, request);
      return create(practice, valueOf(body));
    },
  ],
  [
    'PUT /files/uploadChunk',
    ({ practice, request, query, body }) => uploadChunk(practice, request, query, body.kind === 'multipart'),
  ],
  [
    'POST /files/merge',
    async ({ practice, request, body }) => {
      await admit(practice, request);
      return merge(practice, valueOf(body));
    },
  ],
  ['GET /files/info', ({ practice, query }) => info(practice, query)],
  ['GET /files/download', ({ practice, response, query }) => sendFile(response, download(practice, query))],
  [
    'DELETE /files/delete',
    ({ practice, request, query }) => {
      if (practice.settings.knows.deleteAsksPassword) checkAuthorization(practice, request);
      return remove(practice, query);
    },
  ],
]);

/** Answers one request. */
export async function answer(practice: Practice, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const result = await handle(practice, request, response);
    if (result !== undefined) send(response, 200, result);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const refusal = error instanceof Refusal ? error : internalError(message, code);
    if (refusal.closesConnection) response.setHeader('connection', 'close');
    send(response, refusal.status, refusal.body);
  }
  // what is left of a body that was answered early must not stay in the way of the next request
  request.resume();
}

async function handle(
  practice: Practice,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Answer | undefined> {
  const { method = '', url = '' } = request;
  const target = parseTarget(url);
  if (!target) {
    refuseUrl(response, url);
    return undefined;
  }
  response.setHeader('vary', 'Origin');
  response.setHeader('access-control-allow-origin', '*');
  if (method === 'OPTIONS') {
    preflight(request, response);
    return undefined;
  }
  const handler = ROUTES.get(`${method === 'HEAD' ? 'GET' : method} ${target.path}`);
  const body = await readBody(request, handler !== undefined);
  if (!handler) {
    throw new Refusal(404, { message: `Route ${method}:${url} not found`, error: 'Not Found', statusCode: 404 });
  }
  return handler({ practice, request, response, query: target.query, body });
}

/** protocol: an address that cannot be decoded is refused before anything else is done. */
function refuseUrl(response: ServerResponse, url: string): void {
  const message = `'${url}' is not a valid url component`;
  const text = JSON.stringify({ error: 'Bad Request', code: 'FST_ERR_BAD_URL', message, statusCode: 400 });
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  response.writeHead(400, headers).end(text);
}

/** protocol: pages of every origin may ask; a preflight that does not say what for is refused. */
function preflight({ headers }: IncomingMessage, response: ServerResponse): void {
  if (!headers.origin || !headers['access-control-request-method']) {
    const text = 'Invalid Preflight Request';
    response.writeHead(400, { 'content-type': 'text/plain', 'content-length': text.length }).end(text);
    return;
  }
  const wanted = headers['access-control-request-headers'];
  response.setHeader('access-control-allow-methods', 'GET,HEAD,PUT,PATCH,POST,DELETE');
  response.setHeader('vary', 'Origin, Access-Control-Request-Headers');
  if (wanted !== undefined) response.setHeader('access-control-allow-headers', wanted);
  response.writeHead(204, { 'content-length': 0 }).end();
}

function describeInstance(settings: Settings): Answer {
  const { fileMaxSize, chunkSize, version, fileMaxAge, maxTransfersInMerge, knows } = settings;
  const times = settings.expireTimes
    .filter(([, seconds]) => seconds <= Number(fileMaxAge))
    .map(([label, seconds]) => ({ label, inSeconds: seconds, value: Math.floor(seconds / 60) }));
  return {
    fileMaxSize,
    chunkSize,
    requirePassword: settings.password !== null,
    apiVersion: version,
    ...(knows.maxAgeInInstance && { fileMaxAge }),
    ...(knows.mergeLimitInInstance && { maxTransfersInMerge }),
    ...(knows.maxAgeInInstance && { recommendedExpireTimes: times }),
  };
}

async function checkPassword({ settings, delay }: Practice, given: string | undefined): Promise<Answer> {
  await sleep(delay);
  if (settings.password === null) {
    throw refuse(400, 'Mot de passe non requis', "Cette instance n'a pas besoin de mot de passe");
  }
  if (!given) {
    const message = "Vous devez entrer le mot de passe dans le header 'Authorization'";
    throw refuse(400, 'Mot de passe manquant', message);
  }
  if (given !== settings.password) throw wrongPassword();
  return { success: true };
}

async function admit(practice: Practice, request: IncomingMessage): Promise<void> {
  await sleep(practice.delay);
  checkAuthorization(practice, request);
}

/** protocol: the password stands in the header as it is, without a scheme; an open server does not look at it. */
function checkAuthorization({ settings }: Practice, { headers }: IncomingMessage): void {
  if (settings.password !== null && headers.authorization !== settings.password) throw wrongPassword();
}

const wrongPassword = (): Refusal => refuse(401, 'Mot de passe invalide', 'Le mot de passe est invalide');

function redirect(response: ServerResponse, location: string): undefined {
  response.writeHead(302, { location, 'content-length': 0 }).end();
}

function sendFile(response: ServerResponse, file: ReturnType<typeof download>): undefined {
  const isHead = response.req.method === 'HEAD';
  try {
    response.setHeader('content-disposition', file.disposition);
  } catch (error) {
    failToName(response, isHead, error as NodeJS.ErrnoException);
    return undefined;
  }
  response.writeHead(200, { 'content-length': file.size });
  if (isHead) response.end();
  else
    createReadStream(file.path)
      .on('error', () => response.destroy())
      .pipe(response);
}

/** protocol: a name that cannot stand in a header makes its file unreadable: a 500 without type or length. */
function failToName(response: ServerResponse, isHead: boolean, { message, code }: NodeJS.ErrnoException): void {
  if (isHead) {
    response.removeHeader('vary');
    response.removeHeader('access-control-allow-origin');
    response.writeHead(500, 'OK').end();
  } else response.writeHead(500).end(JSON.stringify(internalError(message, code).body));
}

function send(response: ServerResponse, status: number, body: Answer): void {
  if (response.destroyed || response.headersSent) return;
  if (body === null) {
    response.writeHead(status, { 'content-length': 0 }).end();
    return;
  }
  const text = JSON.stringify(body);
  const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(text) };
  response.writeHead(status, headers).end(text);
}
