import type { IncomingMessage } from 'node:http';
import type { BreakCause, ChunkWriter } from './chunk-store.ts';
import { MultipartReader, type Part } from './multipart-reader.ts';
import { type Refusal, frameworkError, internalError } from './refusal.ts';

/** What came of a multipart body: a file with all its bytes handed to the writer, none, or one that broke off. */
export type Reception =
  | { readonly kind: 'file'; readonly writer: ChunkWriter; readonly bytes: number }
  | { readonly kind: 'none' }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'broken'; readonly writer: ChunkWriter; readonly cause: BreakCause };

/** Bytes that may wait for the disk before the sender is held back. */
const MOST_WAITING = 4 * 1024 * 1024;
const MAX_PARTS = 1000;
const MAX_FIELD = 1024 * 1024;

/**
 * Hands the first file of a multipart body to a writer from `open`, at most `limit` bytes of it: protocol: what is
 * beyond is dropped without a word. Resolves as soon as the file has ended; the rest of the body is read and forgotten.
 */
export function receiveFile(
  request: IncomingMessage,
  boundary: string,
  limit: number,
  open: () => Promise<ChunkWriter>,
): Promise<Reception> {
  return new Promise((resolve, reject) => {
    const parts = new Parts(new FileInlet(request, limit, open), () => settle());
    const reader = new MultipartReader(boundary, parts);
    const settle = (): void => {
      const { file } = parts;
      if (parts.fileEnded) {
        file.close().then((writer) => resolve({ kind: 'file', writer, bytes: file.total }), reject);
      } else if (file.total) {
        const cause = request.complete ? 'not closed' : file.overflowed ? 'cut behind its size' : 'cut';
        file.close().then((writer) => resolve({ kind: 'broken', writer, cause }), reject);
      } else if (!reader.complete) {
        resolve({ kind: 'refused', refusal: internalError('Unexpected end of multipart data') });
      } else resolve(parts.refusal ? { kind: 'refused', refusal: parts.refusal } : { kind: 'none' });
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

/** Picks the file out of the parts of a body, and remembers what would be refused if there were none. */
class Parts {
  readonly file: FileInlet;
  readonly #onFileEnd: () => void;
  #current: Part | undefined;
  #inFile = false;
  #seenFile = false;
  #count = 0;
  #json = '';
  fileEnded = false;
  refusal: Refusal | undefined;

  constructor(file: FileInlet, onFileEnd: () => void) {
    this.file = file;
    this.#onFileEnd = onFileEnd;
  }

  begin(part: Part): void {
    const tooMany = ++this.#count > MAX_PARTS;
    if (tooMany) this.refusal = frameworkError(413, 'FST_PARTS_LIMIT', 'reach parts limit');
    else if (isReserved(part)) {
      const message = 'prototype property is not allowed as field name';
      this.refusal = frameworkError(400, 'FST_PROTO_VIOLATION', message);
    }
    this.#current = part;
    this.#json = '';
    this.#inFile = part.isFile && !tooMany && !isReserved(part) && !this.#seenFile;
    this.#seenFile ||= this.#inFile;
  }

  data(bytes: Buffer): void {
    if (this.#inFile) this.file.push(bytes);
    else if (this.#isJson() && this.#json.length < MAX_FIELD) this.#json += bytes.toString();
  }

  end(): void {
    if (this.#inFile) {
      this.fileEnded = true;
      this.#onFileEnd();
    } else if (this.#isJson() && !isJson(this.#json)) {
      const message = 'a request field is not a valid JSON as declared by its Content-Type';
      this.refusal = frameworkError(406, 'FST_INVALID_JSON_FIELD_ERROR', message);
    }
    this.#inFile = false;
  }

  #isJson(): boolean {
    return this.#current?.isFile === false && this.#current.type.startsWith('application/json');
  }
}

/** protocol: names that every object has are refused, unless a file comes all the same. */
const isReserved = ({ name = '' }: Part): boolean => Object.hasOwn(Object.prototype, name);

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
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
