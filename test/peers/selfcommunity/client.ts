import type { Peer } from '../peer.ts';
import { UPLOAD_PATH } from './django.ts';

/** Undefined: the connection ended without an answer. */
export type Said = { readonly status: number; readonly body: unknown } | undefined;

/** Posts a form. */
export async function post(
  { url, vars }: Peer,
  path: string,
  fields: Readonly<Record<string, string | Buffer<ArrayBuffer>>>,
  token = vars['token'],
): Promise<Said> {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string') body.append(name, value);
    else body.append(name, new Blob([value]), 'blob');
  }
  const headers = { authorization: `Bearer ${token}`, connection: 'close' };
  const response = await fetch(url + path, { method: 'POST', headers, body }).catch(() => undefined);
  if (!response) return undefined;
  const text = await response.text();
  return { status: response.status, body: text.startsWith('{') ? (JSON.parse(text) as unknown) : text };
}

/** Sends one of two chunks; the server has to have said the UUID before the second. */
export const sendChunk = (
  peer: Peer,
  index: 0 | 1,
  bytes: Buffer<ArrayBuffer>,
  uuid?: string,
  prefix = '',
): Promise<Said> =>
  post(peer, UPLOAD_PATH, {
    ...(uuid !== undefined && { [`${prefix}uuid`]: uuid }),
    [`${prefix}partindex`]: String(index),
    [`${prefix}totalparts`]: '2',
    [`${prefix}file`]: bytes,
  });

export const sendDone = (peer: Peer, uuid: string, more: Readonly<Record<string, string>> = {}): Promise<Said> =>
  post(peer, `${UPLOAD_PATH}?done`, { uuid, filename: 'a.bin', totalparts: '2', ...more });

/** A string that an answer has under a name. */
export function read(said: Said, name: string): string {
  const body = said?.body as Readonly<Record<string, unknown>> | undefined;
  return String(body?.[name]);
}
