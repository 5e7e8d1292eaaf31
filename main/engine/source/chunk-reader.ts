/**
 * Reads chunks of a local file: positional reads into pooled buffers, one block ahead of whoever takes them, so that
 * disk and network work at once and memory stays the same whatever the file's size.
 */
import { open, stat, type FileHandle } from 'node:fs/promises';
import { problem, type Problem } from '../../../preload/problems.ts';
import { fail, ok, type Outcome } from '../outcome.ts';
import { FailureError } from '../providers/provider.ts';
import { compare, ctimeOf, difference, fileProblem, hasByteAt, withoutWaiting, type Identity } from './identity.ts';

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
  /**
   * Looks at the open file and at the one at its path. The value is the ctime now, see `Identity.ctimeNs`; whether the
   * content is the same where it differs is for the caller to find out. Fails with `attention`: file-changed,
   * file-missing, file-unreadable.
   */
  readonly look: () => Promise<Outcome<string | undefined>>;
  /** Waits for reads under way. */
  close(): Promise<void>;
};

const lookingAt = (identity: Identity, handle: FileHandle): Source['look'] => {
  const { path } = identity;
  let first: bigint | undefined;
  return async () => {
    try {
      const opened = await handle.stat({ bigint: true });
      const there = await stat(path, { bigint: true });
      first ??= there.ctimeNs;
      // Where a file system makes numbers up, another number alone means nothing; with another ctime it is another file.
      // Renaming a file over the open one gives both the same ctime.
      const touched = there.ctimeNs !== opened.ctimeNs || there.ctimeNs !== first;
      const different =
        difference(identity, opened) ??
        difference(identity, there) ??
        (touched && there.ino !== opened.ino ? problem('file-changed', { path, what: 'replaced' }) : undefined);
      return different === undefined ? ok(ctimeOf(there)) : fail('attention', different);
    } catch (error) {
      return fail('attention', fileProblem(path, error));
    }
  };
};

const changed = async (source: Source): Promise<Problem | undefined> => {
  const looked = await source.look();
  return looked.ok ? undefined : looked.failure.problem;
};

/**
 * Reads one byte past the announced end. `undefined`: there is none. Else file-size-wrong, or how the file
 * has changed.
 */
export const beyondEnd = async (source: Source): Promise<Problem | undefined> => {
  const { path, size } = source.identity;
  try {
    if (!(await hasByteAt(source.handle, size))) return undefined;
  } catch (error) {
    return fileProblem(path, error);
  }
  return (await changed(source)) ?? problem('file-size-wrong', { path, size });
};

/** Opens a known file. Fails with `attention`: file-changed, file-missing, file-unreadable. */
export const openSource = async (identity: Identity): Promise<Outcome<Source>> => {
  // First, because opening a pipe that took the file's place would wait for ever.
  const before = await compare(identity);
  if (before !== undefined) return fail('attention', before);
  try {
    const handle = await open(identity.path, identity.size === 0 ? withoutWaiting : 'r');
    const source = { identity, handle, look: lookingAt(identity, handle), close: () => handle.close() };
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
