import { type FileHandle, open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { refuse } from './refusal.ts';

/** Where the bytes of chunks go. */
export interface ChunkStore {
  /** Begins to store a chunk's body. */
  readonly open: (target: ChunkTarget) => Promise<ChunkWriter>;
}

/** The chunk that a body is for. */
export interface ChunkTarget {
  readonly transferKey: string;
  readonly chunk: number;
  /** The data file, with every chunk of the transfer. */
  readonly path: string;
  /** Bytes in the chunks before this one. */
  readonly offset: number;
  /** False as soon as the chunk is stored by another body, or its transfer is gone. */
  readonly isWanted: () => boolean;
}

/** Takes one chunk's body. Each call waits for the one before it. */
export interface ChunkWriter {
  readonly write: (pieces: readonly Buffer[]) => Promise<void>;
  /** The body is complete: after this the chunk counts as stored. */
  readonly finish: () => Promise<void>;
  /** The body broke off, after at least one byte. */
  readonly abandon: (cause: BreakCause) => Promise<void>;
}

/**
 * How a body can break off: the connection went in the middle of the chunk, or behind the bytes that belong to it; or
 * the body ended without its closing boundary; or it could not be written.
 */
export type BreakCause = 'cut' | 'cut behind its size' | 'not closed' | 'not written';

/** The body that a data file is written from, by the file's path, and its last write. */
const writing = new Map<string, { last: Promise<void> }>();

/**
 * Stores a chunk whole or not at all: it is written where the last stored chunk ends, so that what a broken body left
 * there is overwritten by the next one, and cut off when the chunk is complete. Of two bodies for one chunk the later one
 * counts, since the client may have given the earlier one up: that writes nothing more, and fails at its end.
 */
export const wholeChunks: ChunkStore = {
  async open({ path, offset, isWanted }) {
    const file = await open(path, 'r+');
    const earlier = writing.get(path);
    const own = { last: Promise.resolve() };
    writing.set(path, own);
    await earlier?.last.catch(() => undefined);
    const isOwn = (): boolean => writing.get(path) === own;
    const close = async (): Promise<void> => {
      if (isOwn()) writing.delete(path);
      await file.close();
    };
    let end = offset;
    return {
      async write(pieces) {
        if (!isOwn() || !isWanted()) return;
        own.last = writeAll(file, pieces, end);
        await own.last;
        end += pieces.reduce((sum, piece) => sum + piece.length, 0);
      },
      async finish() {
        const [mine, wanted] = [isOwn(), isWanted()];
        const ended = (mine && wanted ? file.truncate(end) : Promise.resolve()).then(close);
        // A body that comes now writes only after this one is marked as stored, which is done at once.
        own.last = ended.then(
          () => setImmediate(),
          () => undefined,
        );
        await ended;
        if (!mine && wanted) throw refuse(500, 'Internal Server Error', 'another body of this chunk came later');
      },
      abandon: close,
    };
  },
};

/** Writes every byte: one call may take only a part. `position` null appends. */
export async function writeAll(file: FileHandle, pieces: readonly Buffer[], position: number | null): Promise<void> {
  let rest = pieces;
  let at = position;
  while (rest.length) {
    let { bytesWritten } = await file.writev(rest, at ?? undefined);
    if (at !== null) at += bytesWritten;
    while (rest[0] && bytesWritten >= rest[0].length) {
      bytesWritten -= rest[0].length;
      rest = rest.slice(1);
    }
    if (bytesWritten && rest[0]) rest = [rest[0].subarray(bytesWritten), ...rest.slice(1)];
  }
}
