import type { IncomingMessage } from 'node:http';
import { parseFields } from './query.ts';
import { Refusal } from '../../../../main/practice/refusal.ts';
import { frameworkError } from './framework-error.ts';

/** A request's body as the handlers meet it: parsed where its type is read at once, `multipart` where they read it. */
export type RequestBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'multipart' };

/** protocol: a body that is not multipart may have this many bytes. */
const MAX_BYTES = 1024 * 1024;
const MEDIA_TYPE = /^[!#$%&'*+.^\w|~-]+\/[!#$%&'*+.^\w|~-]+$/;
const PARAMETERS = /^(?:; *[!#$%&'*+.^\w`|~-]+=(?:"(?:[^"\\]|\\.)*"|[!#$%&'*+.^\w`|~-]+) *)*$/;
const WITH_BODY = new Set([
  ...['POST', 'PUT', 'PATCH', 'TRACE', 'SEARCH', 'PROPFIND', 'PROPPATCH', 'LOCK', 'COPY', 'MOVE', 'MKCOL', 'REPORT'],
  'MKCALENDAR',
]);

/**
 * Reads a request's body before its handler runs, and throws the framework's refusals.
 * protocol: on a route that does not exist an unknown media type is not refused.
 */
export async function readBody(request: IncomingMessage, routeExists: boolean): Promise<RequestBody> {
  const { 'content-type': type, 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  const announced = encoding !== undefined || length !== undefined;
  if (WITH_BODY.has(request.method ?? '')) {
    if (type === undefined && encoding === undefined && (length === undefined || length === '0'))
      return { kind: 'none' };
  } else if (request.method !== 'DELETE' || type === undefined || !announced) return { kind: 'none' };

  switch (parserOf(type ?? '')) {
    case 'multipart':
      return { kind: 'multipart' };
    case 'form':
      return { kind: 'value', value: parseFields((await readWhole(request)).toString()) };
    case 'json':
      return { kind: 'value', value: parseJson(await readText(request)) };
    case 'text':
      return { kind: 'value', value: await readText(request) };
    case undefined:
      if (!routeExists) return { kind: 'none' };
      throw frameworkError(415, 'FST_ERR_CTP_INVALID_MEDIA_TYPE', `Unsupported Media Type: ${type || 'undefined'}`);
  }
}

/** protocol: a media type is known when one of these is found in it. */
function parserOf(header: string): 'multipart' | 'form' | 'json' | 'text' | undefined {
  const semicolon = header.indexOf(';');
  const type = (semicolon < 0 ? header : header.slice(0, semicolon)).trim().toLowerCase();
  if (!MEDIA_TYPE.test(type) || (semicolon >= 0 && !PARAMETERS.test(header.slice(semicolon)))) return undefined;
  if (type.includes('multipart/form-data')) return 'multipart';
  if (type.includes('application/x-www-form-urlencoded')) return 'form';
  if (type.includes('application/json')) return 'json';
  return type.includes('text/plain') ? 'text' : undefined;
}

function readWhole(request: IncomingMessage): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? NaN);
  if (announced > MAX_BYTES) throw tooLarge(true);
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    request.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (bytes > MAX_BYTES) reject(tooLarge(false));
      else pieces.push(piece);
    });
    request.on('end', () => resolve(Buffer.concat(pieces)));
    request.on('error', reject);
  });
}

const tooLarge = (closes: boolean): Refusal =>
  frameworkError(413, 'FST_ERR_CTP_BODY_TOO_LARGE', 'Request body is too large', closes);

/** protocol: a text's length is counted after decoding, so text that is not UTF-8 does not match its announced length. */
async function readText(request: IncomingMessage): Promise<string> {
  const text = (await readWhole(request)).toString();
  const announced = request.headers['content-length'];
  if (announced !== undefined && Buffer.byteLength(text) !== Number(announced)) {
    const message = 'Request body size did not match Content-Length';
    throw frameworkError(400, 'FST_ERR_CTP_INVALID_CONTENT_LENGTH', message, true);
  }
  return text;
}

function parseJson(text: string): unknown {
  if (text === '') {
    const message = "Body cannot be empty when content-type is set to 'application/json'";
    throw frameworkError(400, 'FST_ERR_CTP_EMPTY_JSON_BODY', message);
  }
  const badRequest = (message: string): Refusal => new Refusal(400, { statusCode: 400, error: 'Bad Request', message });
  let value: unknown;
  try {
    value = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch (error) {
    // the place in lines and columns is said by newer engines only
    throw badRequest((error as SyntaxError).message.replace(/ \(line \d+ column \d+\)$/, ''));
  }
  if (isPoisoned(value)) throw badRequest('Object contains forbidden prototype property');
  return value;
}

/** protocol: JSON that names an object's prototype anywhere is refused. */
function isPoisoned(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Object.hasOwn(value, '__proto__')) return true;
  const maker: unknown = Object.hasOwn(value, 'constructor') ? (value as Record<string, unknown>)['constructor'] : null;
  if (typeof maker === 'object' && maker !== null && Object.hasOwn(maker, 'prototype')) return true;
  return Object.values(value).some(isPoisoned);
}
