import type { IncomingMessage } from 'node:http';
import type { BreakCause, ChunkWriter } from './chunk-store.ts';
import { MultipartReader, type PartSink } from './multipart-reader.ts';
import { type Refusal, refuse } from './refusal.ts';

/** Finds the file among the parts of a body. */
export interface PartReader {
  /** Whether the part with this header is a file. The first one is taken. */
  readonly isFile: (header: string) => boolean;
  /** A piece, and the end, of a part that is not taken. */
  readonly data?: (bytes: Buffer) => void;
  readonly end?: () => void;
  /** What a complete body without a file is refused with. */
  readonly missing: () => Refusal;
}

/** A part with a file name is a file. */
export const firstFile: PartReader = {
  isFile: (header) => /^content-disposition:.*;\s*filename=/im.test(header),
  missing: () => refuse(400, 'Chunk manquant', 'Vous devez envoyer le chunk dans le body'),
};

/** What came of a multipart body: a file with all its bytes handed to the writer, none, or one that broke off. */
export type Reception =
  | { readonly kind: 'file'; readonly writer: ChunkWriter; readonly bytes: number }
  | { readonly kind: 'none'; readonly complete: boolean }
  | { readonly kind: 'broken'; readonly writer: ChunkWriter; readonly cause: BreakCause };

/** Bytes that may wait for the disk before the sender is held back. */
const MOST_WAITING = 4 * 1024 * 1024;

/**
 * Hands the first file of a multipart body to a writer from `open`, at most `limit` bytes of it: protocol: what is
 * beyond is dropped without a word. Resolves as soon as the file has ended; the rest of the body is read and forgotten.
 */
export function receiveFile(
  request: IncomingMessage,
  boundary: string,
  limit: number,
  open: () => Promise<ChunkWriter>,
  parts: PartReader,
): Promise<Reception> {
  return new Promise((resolve, reject) => {
    const file = new FileInlet(request, limit, open);
    const pick = new FilePick(file, parts, () => settle());
    const reader = new MultipartReader(boundary, pick);
    const settle = (): void => {
      if (pick.fileEnded) {
        file.close().then((writer) => resolve({ kind: 'file', writer, bytes: file.total }), reject);
      } else if (file.total) {
        const cause = request.complete ? 'not closed' : file.overflowed ? 'cut behind its size' : 'cut';
        file.close().then((writer) => resolve({ kind: 'broken', writer, cause }), reject);
      } else resolve({ kind: 'none', complete: reader.complete });
    };
    const fail = (error: unknown): void => {
      request.destroy();
      reject(error instanceof Error ? error : new Error('a part could not be read', { cause: error }));
    };
    request.on('data', (piece: Buffer) => {
      try {
        reader.push(piece);
      } catch (error) {
        fail(error);
      }
    });
    request.on('end', settle);
    request.on('error', () => {});
    request.on('close', settle);
  });
}

/** Hands the file to its inlet, and the other parts to whatever found it among them. */
class FilePick implements PartSink {
  readonly #file: FileInlet;
  readonly #parts: PartReader;
  readonly #onFileEnd: () => void;
  #inFile = false;
  #seenFile = false;
  fileEnded = false;

  constructor(file: FileInlet, parts: PartReader, onFileEnd: () => void) {
    this.#file = file;
    this.#parts = parts;
    this.#onFileEnd = onFileEnd;
  }

  begin(header: string): void {
    this.#inFile = this.#parts.isFile(header) && !this.#seenFile;
    this.#seenFile ||= this.#inFile;
  }

  data(bytes: Buffer): void {
    if (this.#inFile) this.#file.push(bytes);
    else this.#parts.data?.(bytes);
  }

  end(): void {
    if (this.#inFile) {
      this.fileEnded = true;
      this.#onFileEnd();
    } else this.#parts.end?.();
    this.#inFile = false;
  }
}

/** Passes a file's bytes on to its writer, as many at once as have come while it was busy. */
class FileInlet {
  readonly #request: IncomingMessage;
  readonly #limit: number;
  readonly #open: () => Promise<ChunkWriter>;
  #writer: Promise<ChunkWriter> | undefined;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #pouring: Promise<void> | undefined;
  #failed = false;
  /** The bytes that were taken. */
  total = 0;
  /** More came than belongs to the file. */
  overflowed = false;

  constructor(request: IncomingMessage, limit: number, open: () => Promise<ChunkWriter>) {
    this.#request = request;
    this.#limit = Math.floor(limit);
    this.#open = open;
  }

  push(bytes: Buffer): void {
    const taken = bytes.subarray(0, this.#limit - this.total);
    this.overflowed ||= taken.length < bytes.length;
    if (!taken.length || this.#failed) return;
    this.total += taken.length;
    this.#waiting.push(taken);
    this.#waitingBytes += taken.length;
    if (this.#waitingBytes > MOST_WAITING) this.#request.pause();
    if (this.#pouring) return;
    this.#pouring = this.#pour();
    this.#pouring.catch(() => {
      this.#fail();
    });
  }

  /** Resolves to the writer when it has all that came. */
  async close(): Promise<ChunkWriter> {
    await this.#pouring;
    return (this.#writer ??= this.#open());
  }

  /** The rest of the body is read and forgotten; the failure itself is met in `close`. */
  #fail(): void {
    this.#failed = true;
    this.#waiting = [];
    this.#request.resume();
    this.#writer?.then((writer) => writer.abandon('not written')).catch(() => {});
  }

  async #pour(): Promise<void> {
    const writer = await (this.#writer ??= this.#open());
    while (this.#waiting.length) {
      const pieces = this.#waiting;
      this.#waiting = [];
      this.#waitingBytes = 0;
      // while these are written others may come: memory holds twice what may wait
      this.#request.resume();
      await writer.write(pieces);
    }
    this.#pouring = undefined;
  }
}
