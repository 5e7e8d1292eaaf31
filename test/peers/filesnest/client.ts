import type { Peer } from '../peer.ts';

/** Undefined: the connection ended without an answer. */
export type Said = { readonly status: number; readonly body: unknown } | undefined;

export interface FileSaid {
  readonly id: number;
  readonly name: string;
  readonly checksum: string | null;
  readonly status_name: string;
  readonly uploads: readonly { readonly id: number; readonly number: number; readonly status_name: string }[];
}

interface Asked {
  readonly token?: string | undefined;
  readonly json?: unknown;
  readonly chunk?: Buffer<ArrayBuffer>;
}

/** Asks as a client does, over a connection of its own. */
export async function ask(peer: Peer, method: string, path: string, asked: Asked = {}): Promise<Said> {
  const { token = peer.vars['token'], json, chunk } = asked;
  const headers = {
    accept: 'application/json',
    authorization: `Bearer ${token}`,
    connection: 'close',
    ...(json !== undefined && { 'content-type': 'application/json' }),
    ...(chunk && { 'content-type': 'application/octet-stream' }),
  };
  const body = chunk ?? (json === undefined ? null : JSON.stringify(json));
  const response = await fetch(`${peer.url}/api${path}`, { method, headers, body }).catch(() => undefined);
  return response && { status: response.status, body: await response.json() };
}

/** What an answer says of a file; throws where there is none. */
export function fileOf(said: Said): FileSaid {
  const { data } = (said?.body ?? {}) as { readonly data?: FileSaid };
  if (!data) throw new Error(`There is no file in ${JSON.stringify(said)}.`);
  return data;
}

export interface NewFile {
  readonly name?: string;
  readonly checksum?: string | undefined;
  readonly chunks_count?: number;
}

export const create = (peer: Peer, fields: NewFile, token?: string): Promise<Said> => {
  const json = { name: 'a.bin', create_datetime: '2026-01-15 10:30:00', chunks_count: 2, ...fields };
  return ask(peer, 'POST', '/files?include=uploads', { json, token });
};

export const look = async (peer: Peer, { id }: Pick<FileSaid, 'id'>): Promise<FileSaid> =>
  fileOf(await ask(peer, 'GET', `/files/${id}?include=uploads`));

/** Sends the chunk with a number. */
export const send = (peer: Peer, file: FileSaid, number: number, chunk: Buffer<ArrayBuffer>): Promise<Said> =>
  ask(peer, 'PATCH', `/files/${file.id}/uploads/${file.uploads[number - 1]?.id}`, { chunk });
