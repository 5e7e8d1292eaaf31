import { randomUUID } from 'node:crypto';
import { finished } from 'node:stream/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { JSON_TYPE, Raw, Refusal, notFound, redirect, webPage } from './answer.ts';
import { type Call, readUser } from './call.ts';
import { Gone } from './chunks.ts';
import { BatchRefusal } from './folders.ts';
import { ExchangeRefusal } from './oauth.ts';
import { type Route, routesOf } from './routes.ts';
import { sessionPage } from './session-page.ts';
import type { Site } from './site.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Answers requests to a site. A body is read to its end before a refusal is told. */
export function makeDispatcher(site: Site): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const routes = routesOf(site.settings.version);
  return async (request, response) => {
    const answer = await answerTo(site, routes, request);
    if (answer === undefined) return;
    await drain(request);
    send(site, request, response, answer);
  };
}

/** Undefined: the connection is gone. */
async function answerTo(site: Site, routes: readonly Route[], request: IncomingMessage): Promise<Raw | undefined> {
  const { method = 'GET', url = '/', headers } = request;
  const [path, search] = splitOnce(url, '?');
  if (!/^\/(api|f|s)(\/|$)/.test(path)) return sessionPage(site, path, headers.host) ?? webPage();
  const found = routes
    .filter((route) => route.method === method)
    .map((route) => ({ route, match: route.pattern.exec(path) }))
    .find(({ match }) => match !== null);
  const { origins } = site.settings;
  if (headers.origin !== undefined && origins.length > 0 && !origins.includes(headers.origin)) return new Raw(403, {});
  if (!found) return redirectOf(routes, method, path) ?? notFound();
  const asked = headers['x-cr-correlation-id'];
  const correlationId = typeof asked === 'string' && UUID.test(asked) ? asked : randomUUID();
  try {
    const who = readUser(site, headers.authorization);
    const query = new URLSearchParams(search);
    const call: Call = { site, request, params: found.match?.slice(1) ?? [], query, ...who };
    const data = await found.route.handle(call);
    if (data instanceof Raw) return data;
    return json(200, { code: 0, ...(data !== undefined && { data }), msg: '' });
  } catch (error) {
    if (error instanceof Gone) return undefined;
    if (error instanceof Refusal) return json(error.status, error.envelope(correlationId));
    if (error instanceof BatchRefusal) return json(200, error.envelope(correlationId));
    if (error instanceof ExchangeRefusal) return json(400, error.envelope(correlationId));
    if (request.destroyed || (error as NodeJS.ErrnoException).code === 'ECONNRESET') return undefined;
    throw error;
  }
}

/** A slash too many leads to the route without it, where there is one. */
function redirectOf(routes: readonly Route[], method: string, path: string): Raw | undefined {
  const bare = path.replace(/\/$/, '');
  if (bare === path || path.startsWith('/api/v4/share/info/')) return undefined;
  const leads = routes.some(
    (route) => route.method === method && (route.pattern.test(bare) || route.pattern.test(`${bare}/0`)),
  );
  if (!leads) return undefined;
  return method === 'GET' ? redirect(bare, 301) : new Raw(307, { location: bare });
}

function splitOnce(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

const json = (status: number, value: unknown): Raw =>
  new Raw(status, { 'content-type': JSON_TYPE }, JSON.stringify(value));

async function drain(request: IncomingMessage): Promise<void> {
  if (request.readableEnded || request.destroyed) return;
  try {
    await finished(request.resume());
  } catch {
    // nobody waits for the answer then
  }
}

function send(site: Site, { method }: IncomingMessage, response: ServerResponse, { status, headers, body }: Raw): void {
  const fields = {
    'cache-control': 'private, no-cache',
    ...headers,
    date: new Date(site.now()).toUTCString(),
    'content-length': Buffer.byteLength(body ?? ''),
  };
  response.writeHead(status, fields);
  response.end(method === 'HEAD' ? undefined : body);
}
