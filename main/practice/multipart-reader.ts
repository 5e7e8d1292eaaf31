/** What a part says of itself. `name` and `filename` are absent where its header has none. */
export interface Part {
  readonly isFile: boolean;
  readonly name?: string;
  readonly type: string;
}

/** Hears of the parts as they pass. A part that is no form data is passed over in silence. */
export interface PartSink {
  begin(part: Part): void;
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
  #reported = false;
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
    if (this.#reported) this.#sink.end();
    this.#reported = false;
    this.#state = 'delimiter';
    return bytes.subarray(at + this.#delimiter.length);
  }

  #give(bytes: Buffer): void {
    if (this.#reported && bytes.length) this.#sink.data(bytes);
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
    const part = readPart(bytes.toString('latin1', 0, end));
    this.#state = 'part';
    if (part) {
      this.#reported = true;
      this.#sink.begin(part);
    }
    return bytes.subarray(end + HEADER_END.length);
  }
}

/** protocol: a part is a file when it has a file name, an empty one too, or is of the type application/octet-stream. */
function readPart(header: string): Part | undefined {
  const lines = header.replace(/\r\n(?=[\t ])/g, '').split('\r\n');
  const valueOf = (name: string): string | undefined =>
    lines.find((line) => line.toLowerCase().startsWith(`${name}:`))?.slice(name.length + 1);
  const [kind, ...parameters] = readParameters(valueOf('content-disposition') ?? '');
  if (kind?.[0].toLowerCase() !== 'form-data') return undefined;
  const parameter = (name: string): string | undefined => parameters.findLast(([key]) => key === name)?.[1];
  const type = readParameters(valueOf('content-type') ?? '')[0]?.[0].toLowerCase() || 'text/plain';
  const name = parameter('name');
  const isFile = type === 'application/octet-stream' || parameter('filename') !== undefined;
  return { isFile, ...(name !== undefined && { name }), type };
}

/** The boundary that a content type names. */
export const boundaryOf = (contentType: string): string | undefined =>
  readParameters(contentType).find(([key, value]) => key === 'boundary' && value !== undefined)?.[1];

/** Splits `value; key=text; key="quoted"`: keys in lower case, a key without "=" has no value. */
function readParameters(text: string): readonly (readonly [key: string, value?: string])[] {
  const found: [string, string?][] = [];
  for (const [item] of text.matchAll(/(?:[^;"]|"(?:[^"\\]|\\.)*"?)+/g)) {
    const equals = found.length ? item.indexOf('=') : -1;
    const key = (equals < 0 ? item : item.slice(0, equals)).replace(/[\t ]|\*$/g, '');
    if (equals < 0) found.push([found.length ? key.toLowerCase() : key]);
    else found.push([key.toLowerCase(), unquote(item.slice(equals + 1))]);
  }
  return found;
}

const unquote = (text: string): string =>
  text.replace(/"((?:[^"\\]|\\.)*)"?|[\t ]/g, (_, quoted: string | undefined) => quoted?.replace(/\\(.)/g, '$1') ?? '');
