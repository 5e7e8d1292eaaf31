/** Reads what every answer has: its status, its headers, its body as JSON. */
import type { IncomingMessage } from 'node:http';
import { isMoment } from '../../../preload/bounds.ts';
import { parseJson } from './bounded-json.ts';
import type { Answer } from './http.ts';

/** ms: the longest wait that is believed. A value beyond it is a mistake, or means harm. */
const longestWait = 24 * 3_600_000;

/**
 * The moment of an answer on the clock of the server that sent it, ms since the epoch; `undefined` without a usable
 * `Date`. protocol: RFC 9110, 6.6.1: whole seconds. Compare times that a server names with this, not with our clock.
 */
export const dateOf = ({ headers }: Pick<Answer, 'headers'>): number | undefined => {
  const at = Date.parse(headers['date'] ?? '');
  return isMoment(at) ? at : undefined;
};

/** `Retry-After` in ms from now, a day at most. protocol: RFC 9110, 10.2.3: seconds or an HTTP date. */
export const retryAfter = (value: string | undefined, now: number): number | undefined => {
  if (value === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(value)) return Math.min(longestWait, Number(value) * 1000);
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.min(longestWait, Math.max(0, at - now));
};

export const makeAnswer = (
  response: IncomingMessage,
  body: Buffer,
  course: Pick<Answer, 'bodySent' | 'early'>,
  now: number,
): Answer => {
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(response.headersDistinct)) headers[name] = (values ?? []).join(', ');
  const text = body.toString('utf8');
  return {
    status: response.statusCode ?? 0,
    headers,
    text,
    json: parseJson(text),
    html: /^\s*text\/html/i.test(headers['content-type'] ?? '') || /^\uFEFF?\s*<(!doctype html|html)/i.test(text),
    retryAfterMs: retryAfter(headers['retry-after'], dateOf({ headers }) ?? now),
    ...course,
  };
};
