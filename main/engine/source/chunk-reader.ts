/**
 * Reads chunks of a local file: positional reads into pooled buffers, one block ahead of whoever takes them, so that
 * disk and network work at once and memory stays the same whatever the file's size.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { problem, type Problem } from '../../../preload/problems.ts';
import { fail, ok, type Outcome } from '../outcome.ts';
import { FailureError } from '../providers/provider.ts';
import { compare, difference, fileProblem, type Identity } from './identity.ts';

const blockSize = 1024 * 1024;
const mostFree = 8;
const free: Buffer[] = [];

const takeBuffer = (): Buffer => free.pop() ?? Buffer.allocUnsafeSlow(blockSize);
const giveBack = (buffer: Buffer): void => {
  if (free.length < mostFree) free.push(buffer);
};

const attention = (p: Problem): FailureError => new FailureError({ behaviour: 'attention', problem: p });

/** A file that is open for one lane, known to be the one that was added. */
export type Source = {
  readonly identity: Identity;
  readonly handle: FileHandle;
  /** Waits for reads under way. */
  close(): Promise<void>;
};

/** How the open file, or the one now at its path, differs from what is known of it. */
const changed = async ({ identity, handle }: Pick<Source, 'identity' | 'handle'>): Promise<Problem | undefined> => {
  try {
    return difference(identity, await handle.stat({ bigint: true })) ?? (await compare(identity));
  } catch (error) {
    return fileProblem(identity.path, error);
  }
};

/** Opens a known file. Fails with `attention`: file-changed, file-missing, file-unreadable. */
export const openSource = async (identity: Identity): Promise<Outcome<Source>> => {
  // First, because opening a pipe that took the file's place would wait for ever.
  const before = await compare(identity);
  if (before !== undefined) return fail('attention', before);
  try {
    const handle = await open(identity.path, 'r');
    const source = { identity, handle, close: () => handle.close() };
    const now = await changed(source);
    if (now === undefined) return ok(source);
    await handle.close();
    return fail('attention', now);
  } catch (error) {
    return fail('attention', fileProblem(identity.path, error));
  }
};

export type ChunkRange = {
  readonly source: Source;
  /** Bytes from the file's beginning. */
  readonly offset: number;
  /** Bytes; 0 gives nothing. */
  readonly size: number;
  /** Looked at before each block; throws its reason. */
  readonly signal?: AbortSignal;
};

/**
 * The bytes of a chunk, in blocks of at most 1 MiB. **A block is valid until the next one is asked for**: its buffer
 * is used again then. Looks at the file before its first read.
 * @throws FailureError `attention`: file-changed, file-missing, file-unreadable, file-read-short
 */
export async function* readChunk({ source, offset, size, signal }: ChunkRange): AsyncGenerator<Uint8Array, void> {
  const { handle, identity } = source;

  /** Fills a buffer from a place in the chunk, to the block's or the chunk's end. */
  const fill = async (at: number): Promise<{ buffer: Buffer; length: number }> => {
    const buffer = takeBuffer();
    const length = Math.min(blockSize, size - at);
    for (let filled = 0; filled < length;) {
      let bytesRead: number;
      try {
        ({ bytesRead } = await handle.read(buffer, filled, length - filled, offset + at + filled));
      } catch (error) {
        throw attention(fileProblem(identity.path, error));
      }
      if (bytesRead === 0) {
        const short = problem('file-read-short', { path: identity.path, wanted: size, got: at + filled });
        throw attention((await changed(source)) ?? short);
      }
      filled += bytesRead;
    }
    return { buffer, length };
  };
  const ahead = (at: number): ReturnType<typeof fill> | undefined => {
    if (at >= size) return undefined;
    const filling = fill(at);
    // Its failure is met when its turn comes, which may be never.
    filling.catch(() => undefined);
    return filling;
  };

  signal?.throwIfAborted();
  const different = await changed(source);
  if (different !== undefined) throw attention(different);

  let next = ahead(0);
  try {
    for (let at = 0; next !== undefined;) {
      const { buffer, length } = await next;
      at += length;
      next = ahead(at);
      signal?.throwIfAborted();
      yield buffer.subarray(0, length);
      // Asked again, so it has left. Where nobody asks again it may still be on its way, and is left to the collector.
      giveBack(buffer);
    }
  } finally {
    const unused = await next?.catch(() => undefined);
    if (unused !== undefined) giveBack(unused.buffer);
  }
}
