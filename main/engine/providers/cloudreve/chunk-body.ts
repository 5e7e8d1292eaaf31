/** A chunk as it travels: exact length, encrypted where the session brought a key. */
import { problem } from '../../../../preload/problems.ts';
import type { Body } from '../../http/http.ts';
import { fail, ok, type Outcome } from '../../outcome.ts';
import type { Chunk, ChunkBody, ProviderContext, Sent } from '../provider.ts';
import { encrypted, keyOf } from './crypt.ts';
import type { CloudreveRemote } from './state.ts';
import { octets } from '../media-type.ts';

/** Sends one chunk to one kind of store. See `Provider.send`. */
export type SendChunk = (
  remote: CloudreveRemote,
  chunk: Chunk,
  bytes: ChunkBody,
  ctx: ProviderContext<unknown>,
) => Promise<Outcome<Sent<CloudreveRemote>>>;

/** Where Cloudreve itself takes a chunk. */
export const chunkPath = (remote: CloudreveRemote, index: number): string =>
  `/file/upload/${encodeURIComponent(remote.session)}/${index}`;

/**
 * The body of a chunk, or of what is left of it after `skip` bytes that its store has already. Fails with `restart` where
 * its key is lost: plain text would be stored, and never be readable.
 */
export const bodyOf = async (
  remote: CloudreveRemote,
  chunk: Chunk,
  { stream }: ChunkBody,
  ctx: ProviderContext<unknown>,
  skip = 0,
): Promise<Outcome<Body>> => {
  const length = chunk.size - skip;
  const from = () => (skip === 0 ? stream() : after(stream(), skip));
  const { iv } = remote;
  if (iv === undefined) return ok({ length, contentType: octets, stream: from });
  const key = await keyOf(remote, ctx);
  if (!key.ok) return key;
  if (key.value === undefined) return fail('restart', problem('upload-key-lost', { server: ctx.server.name }));
  const secret = { key: key.value, iv, offset: chunk.offset + skip };
  return ok({ length, contentType: octets, stream: () => encrypted(from(), secret) });
};

const after = async function* (bytes: AsyncIterable<Uint8Array>, skip: number): AsyncGenerator<Uint8Array> {
  let left = skip;
  for await (const piece of bytes) {
    if (left < piece.length) yield left === 0 ? piece : piece.subarray(left);
    left = Math.max(0, left - piece.length);
  }
};
