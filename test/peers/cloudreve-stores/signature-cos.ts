import { ACCOUNT } from './bench.ts';
import { type Ask, encode, header } from './http.ts';
import { byText, hexHash, hmac, same, secondsLeft, type SignFault, type ToSign } from './signing.ts';

/** Presigns for a host as COS does: `q-sign-…` words in the query, over the query and the headers that they list. */
export function presignCos(host: string, what: ToSign, expires: number, now: number): string {
  const start = Math.floor(now / 1000);
  const time = `${start};${start + secondsLeft(expires, now)}`;
  const words = canonical(Object.entries(what.query));
  const headers = canonical([...Object.entries(what.headers), ['host', host]]);
  const signature = sign(what.method, what.path, words.text, headers.text, time);
  const signed = {
    ...what.query,
    'q-sign-algorithm': 'sha1',
    'q-ak': ACCOUNT.accessKey,
    'q-sign-time': time,
    'q-key-time': time,
    'q-header-list': headers.names,
    'q-url-param-list': words.names,
    'q-signature': signature,
  };
  const query = Object.entries(signed).map(([name, value]) => `${encode(name)}=${encode(value)}`);
  return `${what.path}?${query.join('&')}`;
}

export function checkCos(ask: Ask, now: number): SignFault | undefined {
  const { query, method, path } = ask;
  const signature = query.get('q-signature');
  const time = query.get('q-sign-time') ?? '';
  const [start = NaN, end = NaN] = time.split(';').map(Number);
  if (signature === null || query.get('q-sign-algorithm') !== 'sha1' || Number.isNaN(start + end)) return 'unsigned';
  if (query.get('q-ak') !== ACCOUNT.accessKey) return 'unknown key';
  if (now > end * 1000) return 'expired';
  const listed = (name: string): readonly string[] => (query.get(name) ?? '').split(';').filter(Boolean);
  const params = new Map([...query].map(([name, value]) => [name.toLowerCase(), value]));
  const words = canonical(listed('q-url-param-list').map((name) => [name, params.get(name) ?? '']));
  const headers = canonical(listed('q-header-list').map((name) => [name, header(ask, name) ?? '']));
  // what an upload is about must be signed, or a signature would be good for any
  const bare = ['partnumber', 'uploadid'].some(
    (name) => params.has(name) && !listed('q-url-param-list').includes(name),
  );
  const fits = same(sign(method, path, words.text, headers.text, time), signature);
  return fits && !bare && headers.names.split(';').includes('host') ? undefined : 'mismatch';
}

function sign(method: string, path: string, words: string, headers: string, time: string): string {
  const request = `${method.toLowerCase()}\n${decodeURIComponent(path)}\n${words}\n${headers}\n`;
  const key = hmac('sha1', ACCOUNT.secretKey, time).toString('hex');
  return hmac('sha1', key, `sha1\n${time}\n${hexHash('sha1', request)}\n`).toString('hex');
}

/** Names in lower case, sorted, and `name=value` of them. */
function canonical(entries: readonly (readonly [string, string])[]): { readonly names: string; readonly text: string } {
  const sorted = entries
    .map(([name, value]): [string, string] => [encode(name).toLowerCase(), encode(value)])
    .sort(byText);
  return {
    names: sorted.map(([name]) => name).join(';'),
    text: sorted.map(([name, value]) => `${name}=${value}`).join('&'),
  };
}
