import type { IncomingMessage, ServerResponse } from 'node:http';
import { send, sendFile as sendWhole } from '../../../../main/practice/answer.ts';
import { Refusal, refuse } from '../../../../main/practice/refusal.ts';
import { create } from './create.ts';
import { FrameworkRefusal, internalError } from './framework-error.ts';
import { type Fields, parseTarget } from './query.ts';
import { type RequestBody, readBody } from './request-body.ts';
import type { StendSettings } from './settings.ts';
import { download, info, merge, remove } from './shares.ts';
import type { Stend } from './stend.ts';
import { uploadChunk } from './upload.ts';

interface Call {
  readonly stend: Stend;
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
  ['GET /', ({ stend, response }) => redirect(response, stend.settings.documentation)],
  ['GET /instance', ({ stend }) => describeInstance(stend.settings)],
  ['POST /checkPassword', ({ stend, request }) => checkPassword(stend, request.headers.authorization)],
  [
    'POST /files/create',
    ({ stend, request, body }) => {
      checkAuthorization(stend, request);
      return create(stend, valueOf(body));
    },
  ],
  [
    'PUT /files/uploadChunk',
    ({ stend, request, query, body }) => uploadChunk(stend, request, query, body.kind === 'multipart'),
  ],
  [
    'POST /files/merge',
    ({ stend, request, body }) => {
      checkAuthorization(stend, request);
      return merge(stend, valueOf(body));
    },
  ],
  ['GET /files/info', ({ stend, query }) => info(stend, query)],
  ['GET /files/download', ({ stend, response, query }) => sendFile(response, download(stend, query))],
  [
    'DELETE /files/delete',
    ({ stend, request, query }) => {
      if (stend.settings.knows.deleteAsksPassword) checkAuthorization(stend, request);
      return remove(stend, query);
    },
  ],
]);

/** Answers one request. */
export async function answer(stend: Stend, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const result = await handle(stend, request, response);
    if (result !== undefined) send(response, 200, result);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const refusal = error instanceof Refusal ? error : internalError(message, code);
    if (refusal instanceof FrameworkRefusal && refusal.closesConnection) response.setHeader('connection', 'close');
    send(response, refusal.status, refusal.body);
  }
  // what is left of a body that was answered early must not stay in the way of the next request
  request.resume();
}

async function handle(stend: Stend, request: IncomingMessage, response: ServerResponse): Promise<Answer | undefined> {
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
  return handler({ stend, request, response, query: target.query, body });
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

function describeInstance(settings: StendSettings): Answer {
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

function checkPassword({ settings }: Stend, given: string | undefined): Answer {
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

/** protocol: the password stands in the header as it is, without a scheme; an open server does not look at it. */
function checkAuthorization({ settings }: Stend, { headers }: IncomingMessage): void {
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
  sendWhole(response.req, response, file);
  return undefined;
}

/** protocol: a name that cannot stand in a header makes its file unreadable: a 500 without type or length. */
function failToName(response: ServerResponse, isHead: boolean, { message, code }: NodeJS.ErrnoException): void {
  if (isHead) {
    response.removeHeader('vary');
    response.removeHeader('access-control-allow-origin');
    response.writeHead(500, 'OK').end();
  } else response.writeHead(500).end(JSON.stringify(internalError(message, code).body));
}
