import { ACCOUNT } from './bench.ts';
import { type Ask, encode, header } from './http.ts';
import { byText, hmac, same, secondsLeft, type SignFault, type ToSign } from './signing.ts';

/**
 * The family of signatures that OSS (version 1) and OBS put in a query: HMAC-SHA1 over the method, the content type,
 * the end of its life, the provider's own headers and the resource with those of its query that mean something.
 */
export interface HeaderScheme {
  /** The query's name for the key. */
  readonly keyName: string;
  /** What the provider's own headers begin with. */
  readonly prefix: string;
  /** Words of the query that belong to the resource; those with the provider's prefix do so anyhow. */
  readonly resourceWords: readonly string[];
}

export const OSS_V1: HeaderScheme = {
  keyName: 'OSSAccessKeyId',
  prefix: 'x-oss-',
  resourceWords: ['partNumber', 'uploadId', 'callback', 'callback-var'],
};

export const OBS: HeaderScheme = {
  keyName: 'AccessKeyId',
  prefix: 'x-obs-',
  resourceWords: ['partNumber', 'uploadId'],
};

export function presignHeader(scheme: HeaderScheme, what: ToSign, expires: number, now: number): string {
  const end = String(Math.floor(now / 1000) + secondsLeft(expires, now));
  const query = new URLSearchParams({ ...what.query, Expires: end, [scheme.keyName]: ACCOUNT.accessKey });
  const signature = sign(scheme, what.method, what.path, query, what.headers);
  const words = [...query, ['Signature', signature] as const];
  return `${what.path}?${words.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')}`;
}

export function checkHeader(scheme: HeaderScheme, ask: Ask, now: number): SignFault | undefined {
  const { query, method, path } = ask;
  const signature = query.get('Signature');
  const end = query.get('Expires');
  if (signature === null || end === null) return 'unsigned';
  if (query.get(scheme.keyName) !== ACCOUNT.accessKey) return 'unknown key';
  if (now > Number(end) * 1000) return 'expired';
  const sent = Object.fromEntries(Object.keys(ask.headers).map((name) => [name, header(ask, name) ?? '']));
  return same(sign(scheme, method, path, query, sent), signature) ? undefined : 'mismatch';
}

function sign(
  scheme: HeaderScheme,
  method: string,
  path: string,
  query: URLSearchParams,
  headers: Readonly<Record<string, string>>,
): string {
  const own = Object.entries(headers).filter(([name]) => name.startsWith(scheme.prefix));
  const words = [...query].filter(([name]) => scheme.resourceWords.includes(name) || name.startsWith(scheme.prefix));
  const resource = words.sort(byText).map(([name, value]) => (value === '' ? name : `${name}=${value}`));
  const text = [
    method,
    headers['content-md5'] ?? '',
    headers['content-type'] ?? '',
    query.get('Expires') ?? '',
    ...own.sort(byText).map(([name, value]) => `${name}:${value.trim()}`),
    decodeURIComponent(path) + (resource.length > 0 ? `?${resource.join('&')}` : ''),
  ].join('\n');
  return hmac('sha1', ACCOUNT.secretKey, text).toString('base64');
}
