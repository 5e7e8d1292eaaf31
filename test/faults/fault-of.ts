/** What the proxy does for each fault of the matrix. */
import type { Request } from '../../main/engine/http/http.ts';
import type { Cell } from './cells.ts';
import { type Fault, rawAnswer } from './proxy.ts';

/** ms until a connection is closed slowly: sooner than it counts as stalled. */
const slowCloseMs = 40;

const html = (status: string): string => `<html><head><title>${status}</title></head><body>${status}</body></html>`;
const page = { 'content-type': 'text/html', server: 'nginx' };
const json = { 'content-type': 'application/json' };
const answers: Readonly<Record<string, string>> = {
  '500': rawAnswer(500, json, '{"statusCode":500,"error":"Internal Server Error","message":"it broke"}'),
  '502-html': rawAnswer(502, page, html('502 Bad Gateway')),
  '413-html': rawAnswer(413, page, html('413 Request Entity Too Large')),
  '429': rawAnswer(429, { ...json, 'retry-after': '7' }, '{"message":"Too Many Requests"}'),
  // What a machine in between sends of an answer whose server it never asked.
  truncated: 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 90\r\n\r\n{"data":{"id":',
};

/**
 * What the proxy does to the request of a cell; `undefined`: its connection never comes about.
 *
 * @param within bytes of a chunk that still arrive
 */
export const faultOf = (
  { fault, lost: on, step }: Cell,
  method: Request['method'],
  within: number,
): Fault | undefined => {
  // A chunk breaks somewhere within, what is small before anything of it has arrived.
  const after = on === 'request' && ['first', 'middle', 'last'].includes(step) ? within : 0;
  if (fault === 'refused' || fault === 'no-name') return undefined;
  if (fault === 'reset' || fault === 'stall') return { on, after, does: fault };
  if (fault === 'slow-close') return { on, after, does: { close: true, afterMs: slowCloseMs } };
  if (fault === 'truncated' && on === 'answer') return { on, after: 'half', does: { close: true } };
  // The answer to HEAD has nothing but a head.
  const answer = method === 'HEAD' && fault === 'truncated' ? 'HTTP/1.1 200 OK\r\ncontent-len' : answers[fault];
  return { on, does: { answer: answer ?? '' } };
};
