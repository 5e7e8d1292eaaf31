/** What object stores answer: statuses, and errors in XML or JSON. */
import { problem } from '../../../../preload/problems.ts';
import { reasonWith, asSaid, type Reason } from '../../../../preload/problems/reasons.ts';
import type { Answer } from '../../http/http.ts';
import { fail, failed, type Outcome } from '../../outcome.ts';
import { plainWords } from '../plain-words.ts';
import { notThisServer } from './envelope.ts';

export const succeeded = ({ status }: Answer): boolean => status >= 200 && status < 300;

/** The longest text between two tags that is read. */
const wordsMost = 80;

/**
 * The text of the first `<name>` that holds some, from `from` on. Goes over the text once, whatever a server wrote: an
 * expression that looks for two tags in a row goes over the rest again for each first one.
 */
const textIn = (text: string, name: string, from = 0): string | undefined => {
  const open = `<${name}>`;
  for (let at = text.indexOf(open, from); at !== -1; at = text.indexOf(open, at + open.length)) {
    const begin = at + open.length;
    const inside = text.slice(begin, begin + wordsMost + 1);
    const end = inside.indexOf('<');
    if (end > 0 && text.startsWith(`</${name}>`, begin + end)) return inside.slice(0, end).trim();
  }
  return undefined;
};

/** The code of an error, `NoSuchUpload`; blank where none is told. protocol: completing can answer 200 with one inside. */
export const errorOf = (answer: Answer): string => {
  const error = answer.text.indexOf('<Error>');
  const xml = error === -1 ? undefined : textIn(answer.text, 'Code', error);
  if (xml !== undefined) return xml;
  const { json } = answer;
  if (typeof json !== 'object' || json === null || !('error' in json)) return '';
  const { error: told } = json;
  if (typeof told === 'string') return told.slice(0, wordsMost);
  return typeof told === 'object' && told !== null && 'code' in told && typeof told.code === 'string'
    ? told.code.slice(0, wordsMost)
    : '';
};

/** A field of text in an object; blank where it is none. */
const fieldIn = (value: unknown, key: string): string => {
  const text: unknown =
    typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : '';
  return typeof text === 'string' ? text : '';
};

/** protocol: XML has a Message, OneDrive's error a message, Upyun a msg. Cut off, where it is longer. */
const messageOf = ({ text, json }: Answer): string => {
  const at = text.indexOf('<Message>');
  const xml = at === -1 ? undefined : /^[^<]{1,300}/.exec(text.slice(at + 9, at + 309))?.[0];
  const { error } = (typeof json === 'object' && json !== null ? json : {}) as { readonly error?: unknown };
  return xml ?? (fieldIn(error, 'message') || fieldIn(json, 'msg'));
};

/** A store's own words for a refusal, its code first. */
export const storeWords = (answer: Answer): Reason =>
  asSaid(plainWords(`${errorOf(answer)} ${messageOf(answer)}`, 200));

/**
 * protocol: out of space. OneDrive says quotaLimitReached, MinIO XMinioStorageFull and XMinioAdminBucketQuotaExceeded, OBS
 * InsufficientStorageSpace, Ceph QuotaExceeded, Backblaze "storage cap exceeded".
 */
const full =
  /quota.{0,20}(?:reach|exceed)|exceed.{0,20}quota|storage.?full|insufficient.?storage|storage.?cap.?exceed/i;

/** What a lost session looks like at its store. */
const lost = new Set(['NoSuchUpload', 'InvalidPart', 'InvalidPartOrder', 'NoSuchKey', 'itemNotFound']);
/** protocol: Qiniu: 612 of an upload that it no longer knows, 701 of one that is over. */
const lostStatus = new Set([612, 701]);

const expired = /expired|ExpiredToken|token out of date/i;

/** The failure of a store's refusal. `chunk`: bytes that were sent. */
export const storeRefusal = (answer: Answer, server: string, chunk: number): Outcome<never> => {
  const { status } = answer;
  const code = errorOf(answer);
  const wait = answer.retryAfterMs === undefined ? {} : { afterMs: answer.retryAfterMs };
  const words = storeWords(answer);
  if (lostStatus.has(status)) return fail('restart', problem('session-gone', { server }));
  const later = failed({ behaviour: 'retry', problem: problem('server-failed', { server, status, words }), ...wait });
  // The store may be busy while the site is well: this file waits, the others continue.
  if (status === 408 || status === 429 || code === 'SlowDown' || code === 'RequestTimeout') return later;
  // Before the rule for 5xx: what is full, or cannot be done at all, does not pass by itself.
  if (status === 507 || full.test(words)) return fail('attention', problem('server-full', { server }));
  // protocol: Qiniu's 6xx are of the bucket or the key: no such bucket, say.
  if (status === 501 || (status >= 600 && !answer.html))
    return fail('attention', problem('store-refused', { server, status, words }));
  if (status >= 500) return later;
  if (status === 413) return fail('attention', problem('proxy-limit', { server, chunk }));
  if (answer.html || succeeded(answer))
    return notThisServer(server, answer.html ? reasonWith('web-page-status', status) : words);
  if (lost.has(code) || status === 404 || status === 410 || expired.test(words) || expired.test(answer.text))
    return fail('restart', problem('session-gone', { server }));
  if (code === 'EntityTooSmall') return fail('attention', problem('part-too-small', { server, chunk, limit: 5 << 20 }));
  if (code === 'AuthorizationQueryParametersError')
    return fail('attention', problem('policy-unusable', { server, policy: 'S3', why: words }));
  return fail('attention', problem('store-refused', { server, status, words }));
};
