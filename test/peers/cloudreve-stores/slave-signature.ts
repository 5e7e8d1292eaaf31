import { hmac, same } from './signing.ts';
import { urlSafe } from './block-tag.ts';
import type { CallbackCall } from './store.ts';

export interface SlaveFault {
  readonly code: number;
  readonly msg: string;
}

const PREFIX = 'Bearer Cr ';

/** A credential for a request between master and node, good until `end`, in seconds. The query is not signed. */
export const slaveCredential = (key: string, call: CallbackCall, end: number): string =>
  PREFIX + signatureOf(key, call, end);

/** Whether a credential fits. The body of a chunk is not signed: then it is given as ''. */
export function checkSlave(key: string, call: CallbackCall, now: number): SlaveFault | undefined {
  const sent = call.headers['authorization'];
  if (typeof sent !== 'string') return { code: 403, msg: 'authorization header is missing' };
  const bare = sent.startsWith(PREFIX) ? sent.slice(PREFIX.length) : sent;
  const end = bare.split(':').at(-1) ?? '';
  if (end === '') return { code: 403, msg: 'expire timestamp is missing' };
  if (!/^\d+$/.test(end)) return { code: 40071, msg: 'sign expired' };
  if (Number(end) < Math.floor(now / 1000)) return { code: 40005, msg: 'signature expired' };
  return same(signatureOf(key, call, Number(end)), bare) ? undefined : { code: 40071, msg: 'invalid sign' };
}

function signatureOf(key: string, { path, headers, body }: CallbackCall, end: number): string {
  const own = Object.entries(headers).filter(([name]) => name.startsWith('x-cr-') && name !== 'x-cr-filename');
  const signed = own.map(([name, value]) => `${name}=${String(value)}`).sort();
  const text = JSON.stringify({ path, header: signed.join('&'), body });
  return `${urlSafe(hmac('sha256', key, `${text}:${end}`))}:${end}`;
}
