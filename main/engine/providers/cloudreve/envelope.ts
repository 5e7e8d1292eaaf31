/** How Cloudreve answers: an envelope in which `code` decides, whatever the HTTP status says. */
import { z } from 'zod';
import { type Problem, problem } from '../../../../preload/problems.ts';
import { reasonWith, asSaid, type Reason } from '../../../../preload/problems/reasons.ts';
import { parseJson } from '../../http/bounded-json.ts';
import type { Answer } from '../../http/http.ts';
import { fail, failed, type Outcome } from '../../outcome.ts';
import { isBusy, waitOf } from '../busy.ts';
import { plainWords } from '../plain-words.ts';
import { beside } from '../bounds.ts';

const inner = z.looseObject({ code: z.number().int(), msg: z.string().catch('') });
/** The code alone is needed: an answer may hold what is revealed once, whatever the fields beside it are. */
const schema = inner.extend({
  data: z.unknown().optional(),
  correlation_id: beside(z.string().max(100)),
  aggregated_error: beside(z.record(z.string(), inner)),
});

/** What the server said. */
export type Said = {
  readonly code: number;
  readonly words: string;
  readonly data: unknown;
  /** Of a batch that failed in part, by address. */
  readonly each: Readonly<Record<string, { readonly code: number; readonly msg: string }>>;
  /** As the server wrote it to its own log. */
  readonly correlation: string | undefined;
  readonly answer: Answer;
};

/**
 * A search that was streamed, as the envelope that it would be else. protocol: some sites send `event: file` with arrays,
 * then `event: list` with the rest; errors stay JSON.
 */
const streamed = (text: string): unknown => {
  const files: unknown[] = [];
  let rest: object = {};
  for (const event of text.split(/\r?\n\r?\n/)) {
    const lines = [...event.matchAll(/^data:\s?(.*)$/gm)].map(([, line]) => line ?? '');
    if (lines.length === 0) continue;
    const data = parseJson(lines.join('\n'));
    if (data === undefined) return undefined;
    if (Array.isArray(data)) for (const file of data as unknown[]) files.push(file);
    else if (/^event:[ \t]*list/m.test(event) && typeof data === 'object' && data !== null) rest = data;
  }
  return { code: 0, msg: '', data: { ...rest, files } };
};

const bodyOf = (answer: Answer): unknown =>
  /^text\/event-stream/i.test(answer.headers['content-type'] ?? '') ? streamed(answer.text) : answer.json;

/** An answer read as an envelope; `undefined` where it is none: a proxy's page, the site's web page, half an answer. */
export const readEnvelope = (answer: Answer): Said | undefined => {
  // protocol: the site itself answers 200 next to always, and 4xx at most: what a busy gateway writes may look alike.
  if (answer.status === 429 || answer.status >= 500) return undefined;
  const body = bodyOf(answer);
  const read = schema.safeParse(body);
  // protocol: the message stands in every envelope; a code alone may be anybody's.
  if (!read.success || !Object.hasOwn(body as object, 'msg')) return undefined;
  const { code, msg, data, correlation_id: correlation, aggregated_error: each } = read.data;
  return { code, words: msg, data, each: each ?? {}, correlation, answer };
};

const looks = (answer: Answer): Reason =>
  answer.html ? reasonWith('web-page-status', answer.status) : reasonWith('status', answer.status);

export const notThisServer = (server: string, got: Reason): Outcome<never> =>
  fail('retry', problem('not-this-server', { server, got }));

/**
 * The failure of an answer that is no envelope. protocol: HTML, 413, 502, 504, 524 come from proxies.
 * `chunk`: bytes that were sent.
 */
export const noEnvelope = (answer: Answer, server: string, chunk?: number): Outcome<never> => {
  const { status } = answer;
  if (isBusy(answer))
    return failed({ behaviour: 'server-busy', problem: problem('server-busy', { server, status }), ...waitOf(answer) });
  if (status === 413) return fail('attention', problem('proxy-limit', { server, chunk: chunk ?? 0 }));
  if (status === 507) return fail('attention', problem('server-full', { server }));
  if (status >= 500 && !answer.html) {
    const told: Problem = problem('server-failed', { server, status, words: asSaid('') });
    return failed({ behaviour: 'retry', problem: told, ...waitOf(answer) });
  }
  return notThisServer(server, looks(answer));
};

/** A few words of an answer for people, with the id under which the server's log has it. */
export const wordsOf = (said: Said): Reason => {
  const words = plainWords(said.words);
  return asSaid(said.correlation === undefined ? words : `${words} [${plainWords(said.correlation, 40)}]`.trim());
};
