/** Small work on requests and answers that every route shares. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ProblemView } from '../../preload/contract.ts';
import { problem, type Problem } from '../../preload/problems.ts';
import type { ReasonCode } from '../../preload/problems/reasons.ts';
import { problemView } from '../../preload/problem-view.ts';

/** Ends a request with a status and the words of a problem. */
export class Refused extends Error {
  readonly status: number;
  readonly problem: ProblemView;
  readonly retryAfterSeconds: number | undefined;
  constructor(status: number, reason: Problem | ProblemView, retryAfterSeconds?: number) {
    super(reason.code);
    this.name = 'Refused';
    this.status = status;
    this.problem = 'message' in reason ? reason : problemView(reason);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** What every answer carries: the window's own files and nothing else, in no other page's frame. */
export const safeHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** ms in which the rest of a body that nobody wants is let pass: a browser hears of no answer while it still sends. */
const drainWithin = 5_000;

const drain = (request: IncomingMessage): void => {
  const { socket } = request;
  const late = setTimeout(() => {
    if (!request.complete) socket.destroy();
  }, drainWithin);
  late.unref();
  request.once('close', () => clearTimeout(late));
  request.resume();
};

/** Answers with JSON. What comes of the request's body after that is thrown away, for a while. */
export const answerJson = (
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void => {
  if (response.headersSent || response.destroyed) return;
  const body = JSON.stringify(value);
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    ...headers,
  });
  response.end(body);
  if (!request.complete) drain(request);
};

/** Answers `{error}` with the status of what was thrown. */
export const answerRefused = (request: IncomingMessage, response: ServerResponse, refused: Refused): void => {
  const { retryAfterSeconds } = refused;
  answerJson(
    request,
    response,
    refused.status,
    { error: refused.problem },
    retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) },
  );
};

const invalid = (why: ReasonCode): Refused => new Refused(400, problem('input-invalid', { where: '', why }));

/** ms that a JSON body may take to come. */
const bodyWithin = 30_000;

/** Reads a JSON body of at most so many bytes. Rejects with `Refused`. */
export const readJson = async (request: IncomingMessage, most: number): Promise<unknown> => {
  // A form of another page can send no such type without being asked about it first.
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) throw invalid('not-json');
  const late = setTimeout(() => request.destroy(), bodyWithin);
  const parts: Buffer[] = [];
  let size = 0;
  try {
    // Stopping early must leave the connection open: the refusal goes over it.
    for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > most) throw new Refused(413, problem('input-invalid', { where: '', why: 'too-long' }));
      parts.push(part);
    }
  } catch (error) {
    throw error instanceof Refused ? error : invalid('ended-early');
  } finally {
    clearTimeout(late);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8')) as unknown;
  } catch {
    throw invalid('not-json');
  }
};

/** The value of a cookie; `undefined` where it was not sent. */
export const cookieOf = (request: IncomingMessage, name: string): string | undefined => {
  for (const pair of request.headers.cookie?.split(';') ?? []) {
    const at = pair.indexOf('=');
    if (at !== -1 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
};
