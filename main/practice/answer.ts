import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { create } from './create.ts';
import type { Practice } from './practice.ts';
import { Refusal, refuse } from './refusal.ts';
import { download, findShare, info, merge, remove } from './shares.ts';
import { checkChunk, findTransfer, receiveChunk } from './upload.ts';

interface Call {
  readonly practice: Practice;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: (name: string) => string;
}
type Answer = Readonly<Record<string, unknown>> | null;
/** Undefined: the response is written already. */
type Handler = (call: Call) => Answer | Promise<Answer> | undefined;

const ROUTES: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['GET /instance', ({ practice }) => describeInstance(practice)],
  ['POST /checkPassword', () => noPassword()],
  ['POST /files/create', async ({ practice, request }) => create(practice, wantedOf(await readJson(request, wanted)))],
  ['PUT /files/uploadChunk', (call) => uploadChunk(call)],
  ['POST /files/merge', async ({ practice, request }) => mergeShares(practice, await readJson(request, toMerge))],
  ['GET /files/info', ({ practice, query }) => info(practice, findShare(practice, query('sharekey')))],
  ['GET /files/download', (call) => sendDownload(call)],
  [
    'DELETE /files/delete',
    ({ practice, query }) => remove(practice, findShare(practice, query('sharekey')), query('deletekey')),
  ],
]);

/** Answers one request as a client that keeps to the protocol needs it. */
export async function answer(practice: Practice, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const { method = '', url = '' } = request;
    const target = URL.parse(url, 'http://localhost');
    const handler = ROUTES.get(`${method === 'HEAD' ? 'GET' : method} ${target?.pathname}`);
    if (!target || !handler) throw refuse(404, 'Not Found', `Route ${method}:${url} not found`);
    const query = (name: string): string => target.searchParams.get(name) ?? '';
    const result = await handler({ practice, request, response, query });
    if (result !== undefined) send(response, 200, result);
  } catch (error) {
    const refusal = error instanceof Refusal ? error : refuse(500, 'Internal Server Error', (error as Error).message);
    send(response, refusal.status, refusal.body);
  }
  // what is left of a body that was answered early must not stay in the way of the next request
  request.resume();
}

/** protocol: expiries that are offered, in seconds. */
const EXPIRE_TIMES = [1800, 21600, 43200, 86400, 345600, 604800, 1209600, 2592000];

function describeInstance({ settings }: Practice): Answer {
  const { fileMaxSize, chunkSize, fileMaxAge, maxTransfersInMerge } = settings;
  const recommendedExpireTimes = EXPIRE_TIMES.map((inSeconds) => ({ inSeconds }));
  const limits = { fileMaxSize, chunkSize, fileMaxAge, maxTransfersInMerge, recommendedExpireTimes };
  return { ...limits, requirePassword: false, apiVersion: '2.2.3' };
}

function noPassword(): never {
  throw refuse(400, 'Mot de passe non requis', "Cette instance n'a pas besoin de mot de passe");
}

/** protocol: a longer name is cut to 200 UTF-16 units. */
const wanted = z.object({
  filename: z.string().transform((name) => name.slice(0, 200)),
  filesize: z.int(),
  expiretime: z.int().positive(),
  sharekey: z.string().default(''),
});
const wantedOf = ({ filename, filesize, expiretime, sharekey }: z.infer<typeof wanted>) => ({
  fileName: filename,
  fileSize: filesize,
  expireTime: expiretime,
  shareKey: sharekey,
});

const toMerge = z.object({ sharekeys: z.string(), sharekey: z.string().default('') });
const mergeShares = (practice: Practice, { sharekeys, sharekey }: z.infer<typeof toMerge>): Answer =>
  merge(practice, sharekeys.toLowerCase().split(','), sharekey);

/** protocol: everything is checked before the body is read, so a request without a body asks what is stored. */
async function uploadChunk({ practice, request, query }: Call): Promise<Answer> {
  const transfer = findTransfer(practice, query('transferkey'));
  checkChunk(transfer, /^\d+$/.test(query('chunk')) ? Number(query('chunk')) : NaN);
  const [, quoted, bare] =
    /^multipart\/form-data *;.*\bboundary=(?:"([^"]+)"|([^";]+))/i.exec(request.headers['content-type'] ?? '') ?? [];
  const boundary = quoted ?? bare;
  if (boundary === undefined) throw refuse(406, 'Not Acceptable', 'the request is not multipart');
  return receiveChunk(practice, request, boundary, transfer);
}

function sendDownload({ practice, request, response, query }: Call): undefined {
  const file = download(practice, findShare(practice, query('sharekey')), query('token'));
  const name = encodeURIComponent(file.fileName.toWellFormed());
  response.setHeader('content-disposition', `attachment; filename*=UTF-8''${name}`);
  sendFile(request, response, file);
}

/** protocol: a body that is not a chunk may have this many bytes. */
const MAX_BYTES = 1024 * 1024;

async function readJson<T>(request: IncomingMessage, schema: z.ZodType<T>): Promise<T> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > MAX_BYTES) throw refuse(413, 'Payload Too Large', 'Request body is too large');
    pieces.push(piece);
  }
  try {
    return schema.parse(JSON.parse(Buffer.concat(pieces).toString()));
  } catch (error) {
    throw refuse(400, 'Bad Request', (error as Error).message);
  }
}

/** Sends a file, or the headers alone where they are asked for. */
export function sendFile(
  { method }: IncomingMessage,
  response: ServerResponse,
  { path, size }: { readonly path: string; readonly size: number },
): void {
  response.writeHead(200, { 'content-length': size });
  if (method === 'HEAD') response.end();
  else
    createReadStream(path)
      .on('error', () => response.destroy())
      .pipe(response);
}

export function send(response: ServerResponse, status: number, body: Answer): void {
  if (response.destroyed || response.headersSent) return;
  if (body === null) {
    response.writeHead(status, { 'content-length': 0 }).end();
    return;
  }
  const text = JSON.stringify(body);
  const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(text) };
  response.writeHead(status, headers).end(text);
}
