/** Is given the parts as they pass. `header`: all between the boundary before a part and the empty line, as it is. */
export interface PartSink {
  begin(header: string): void;
  data(bytes: Buffer): void;
  end(): void;
}

const MAX_HEADER = 80 * 1024;
const HEADER_END = Buffer.from('\r\n\r\n');
const NO_BYTES = Buffer.alloc(0);

/** Reads multipart/form-data from the pieces of a body, without copying what is in the parts. */
export class MultipartReader {
  readonly #delimiter: Buffer;
  readonly #sink: PartSink;
  /** The body begins as if a line had ended before it, so that the first delimiter is like the others. */
  #held: Buffer = Buffer.from('\r\n');
  #state: 'preamble' | 'delimiter' | 'header' | 'part' | 'closed' = 'preamble';
  #seenPart = false;

  constructor(boundary: string, sink: PartSink) {
    this.#delimiter = Buffer.from(`\r\n--${boundary}`);
    this.#sink = sink;
  }

  /** True when the body may end here: its closing boundary has been read, or it has no part at all. */
  get complete(): boolean {
    return this.#state === 'closed' || !this.#seenPart;
  }

  push(piece: Buffer): void {
    let rest = this.#held.length ? Buffer.concat([this.#held, piece]) : piece;
    this.#held = NO_BYTES;
    while (rest.length && this.#state !== 'closed') {
      const before = rest;
      rest = this.#state === 'delimiter' ? this.#afterDelimiter(rest) : this.#take(rest);
      if (rest === before) {
        this.#held = rest;
        return;
      }
    }
  }

  /** Two dashes behind a delimiter close the body; anything else begins a part. */
  #afterDelimiter(bytes: Buffer): Buffer {
    if (bytes.length < 2 && bytes[0] === 0x2d) return bytes;
    const closed = bytes[0] === 0x2d && bytes[1] === 0x2d;
    this.#state = closed ? 'closed' : 'header';
    if (!closed) this.#seenPart = true;
    return closed ? NO_BYTES : bytes.subarray(0);
  }

  #take(bytes: Buffer): Buffer {
    if (this.#state === 'header') return this.#takeHeader(bytes);
    const at = bytes.indexOf(this.#delimiter);
    if (at >= 0) {
      this.#give(bytes.subarray(0, at));
      return this.#endPart(bytes, at);
    }
    const tail = this.#possibleDelimiter(bytes);
    this.#give(bytes.subarray(0, tail));
    this.#held = bytes.subarray(tail);
    return NO_BYTES;
  }

  #endPart(bytes: Buffer, at: number): Buffer {
    if (this.#state === 'part') this.#sink.end();
    this.#state = 'delimiter';
    return bytes.subarray(at + this.#delimiter.length);
  }

  #give(bytes: Buffer): void {
    if (this.#state === 'part' && bytes.length) this.#sink.data(bytes);
  }

  /** Where a delimiter may have begun that the next piece completes. */
  #possibleDelimiter(bytes: Buffer): number {
    let at = bytes.indexOf(0x0d, Math.max(0, bytes.length - this.#delimiter.length + 1));
    while (at >= 0 && this.#delimiter.compare(bytes, at, bytes.length, 0, bytes.length - at) !== 0) {
      at = bytes.indexOf(0x0d, at + 1);
    }
    return at < 0 ? bytes.length : at;
  }

  #takeHeader(bytes: Buffer): Buffer {
    const end = bytes.indexOf(HEADER_END);
    const next = bytes.indexOf(this.#delimiter);
    if (next >= 0 && (end < 0 || next < end + HEADER_END.length)) return this.#endPart(bytes, next);
    if (end < 0) return bytes.length > MAX_HEADER ? bytes.subarray(bytes.length - MAX_HEADER) : bytes;
    this.#state = 'part';
    this.#sink.begin(bytes.toString('latin1', 0, end));
    return bytes.subarray(end + HEADER_END.length);
  }
}
