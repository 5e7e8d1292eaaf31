import { ACCOUNT } from './bench.ts';
import { type Ask, encode, encodePath, header } from './http.ts';
import { byText, hexHash, hmac, same, secondsLeft, type SignFault, type ToSign } from './signing.ts';

const ALGORITHM = 'AWS4-HMAC-SHA256';
const WEEK = 604_800;

/** Presigns for a host, by AWS Signature Version 4 in the query. */
export function presignV4(host: string, what: ToSign, expires: number, now: number): string {
  const date = amzDate(now);
  const headers: readonly [string, string][] = [...Object.entries(what.headers), ['host', host]];
  const query = new URLSearchParams({
    ...what.query,
    'X-Amz-Algorithm': ALGORITHM,
    'X-Amz-Credential': `${ACCOUNT.accessKey}/${scopeOf(date)}`,
    'X-Amz-Date': date,
    'X-Amz-Expires': String(secondsLeft(expires, now)),
    'X-Amz-SignedHeaders': headers
      .toSorted(byText)
      .map(([name]) => name)
      .join(';'),
  });
  const signature = sign(what.method, what.path, query, headers, date);
  return `${what.path}?${canonicalQuery(query)}&X-Amz-Signature=${signature}`;
}

/** Whether a request fits the signature in its query. The signature is made anew of what was sent. */
export function checkV4(ask: Ask, now: number): SignFault | undefined {
  const { query, method, path } = ask;
  const signature = query.get('X-Amz-Signature');
  const date = query.get('X-Amz-Date') ?? '';
  const start = dateOf(date);
  const signed = query.get('X-Amz-SignedHeaders')?.split(';') ?? [];
  if (signature === null || start === undefined || query.get('X-Amz-Algorithm') !== ALGORITHM) return 'unsigned';
  const [key, ...scope] = (query.get('X-Amz-Credential') ?? '').split('/');
  if (key !== ACCOUNT.accessKey) return 'unknown key';
  const seconds = Number(query.get('X-Amz-Expires'));
  if (!(seconds <= WEEK)) return 'too long a life';
  if (now > start + seconds * 1000) return 'expired';
  if (scope.join('/') !== scopeOf(date) || !signed.includes('host')) return 'mismatch';
  const headers = signed.map((name): [string, string] => [name, (header(ask, name) ?? '').trim()]);
  const rest = new URLSearchParams(query);
  rest.delete('X-Amz-Signature');
  return same(sign(method, path, rest, headers, date), signature) ? undefined : 'mismatch';
}

function sign(
  method: string,
  path: string,
  query: URLSearchParams,
  headers: readonly (readonly [string, string])[],
  date: string,
): string {
  const sorted = headers.toSorted(byText);
  const canonical = [
    method,
    encodePath(decodeURIComponent(path)),
    canonicalQuery(query),
    ...sorted.map(([name, value]) => `${name}:${value}`),
    '',
    sorted.map(([name]) => name).join(';'),
    'UNSIGNED-PAYLOAD',
  ].join('\n');
  const scope = scopeOf(date);
  const text = [ALGORITHM, date, scope, hexHash('sha256', canonical)].join('\n');
  return hmac('sha256', keyOf(scope), text).toString('hex');
}

const keys = new Map<string, Buffer>();

/** The key of a day, made once: ten thousand parts are signed with it. */
function keyOf(scope: string): Buffer {
  const known = keys.get(scope);
  if (known) return known;
  const [day = '', ...steps] = scope.split('/');
  const key = steps.reduce((last, step) => hmac('sha256', last, step), hmac('sha256', `AWS4${ACCOUNT.secretKey}`, day));
  keys.set(scope, key);
  return key;
}

const canonicalQuery = (query: URLSearchParams): string =>
  [...query]
    .map(([name, value]): [string, string] => [encode(name), encode(value)])
    .sort(byText)
    .map(([name, value]) => `${name}=${value}`)
    .join('&');

const scopeOf = (date: string): string => `${date.slice(0, 8)}/${ACCOUNT.region}/s3/aws4_request`;

const amzDate = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;

function dateOf(date: string): number | undefined {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  if (second === undefined) return undefined;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
