import { createReadStream } from 'node:fs';
import type { ObjectFile } from './disk.ts';
import { type Ask, header, type Reply } from './http.ts';

/** An object's bytes, or the range of them that is asked for. */
export async function contentReply(ask: Ask, { path, size, etag, mimeType }: ObjectFile): Promise<Reply> {
  const headers = { 'content-type': mimeType, 'accept-ranges': 'bytes', ...(etag && { etag: `"${etag}"` }) };
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(header(ask, 'range') ?? '') ?? [];
  if (first === undefined) return { status: 200, headers, body: size === 0 ? '' : await bytes(path, 0, size - 1) };
  const from = Number(first);
  const to = Math.min(last ? Number(last) : size - 1, size - 1);
  if (from > to) return { status: 416, headers: { 'content-range': `bytes */${size}` } };
  const range = { 'content-range': `bytes ${from}-${to}/${size}` };
  return { status: 206, headers: { ...headers, ...range }, body: await bytes(path, from, to) };
}

async function bytes(path: string, start: number, end: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of createReadStream(path, { start, end })) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
