import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

export interface FormFields {
  /** Those that came before the file. */
  readonly fields: ReadonlyMap<string, string>;
  /** Names that came after it. */
  readonly late: readonly string[];
}

/**
 * Reads `multipart/form-data` as it comes. `takeFile` is given the body of the field `file`, the type that it says, and
 * the fields before it; it must read it to its end. Throws when the form breaks off or is none.
 */
export async function readForm(
  request: IncomingMessage,
  takeFile: (body: Readable, mimeType: string | undefined, before: FormFields['fields']) => Promise<void>,
): Promise<FormFields> {
  const boundary = /boundary="?([^";]+)"?/.exec(request.headers['content-type'] ?? '')?.[1];
  if (boundary === undefined) throw new Error('not a form');
  const source = new Source(request);
  const mark = Buffer.from(`\r\n--${boundary}`);
  const fields = new Map<string, string>();
  const late: string[] = [];
  let hasFile = false;
  await collect(source.until(mark));
  while (!(await source.startsWith('--'))) {
    const head = await collect(source.until(Buffer.from('\r\n\r\n')));
    const name = /name="([^"]*)"/.exec(head)?.[1] ?? '';
    if (name === 'file' && !hasFile) {
      hasFile = true;
      const mimeType = /^content-type:\s*(\S.*)$/im.exec(head)?.[1]?.trim();
      await takeFile(Readable.from(source.until(mark)), mimeType, fields);
    } else {
      const value = await collect(source.until(mark));
      if (hasFile) late.push(name);
      else fields.set(name, value);
    }
  }
  return { fields, late };
}

/** A body that is read from mark to mark. */
class Source {
  readonly #pieces: AsyncIterator<Buffer, undefined>;
  /** Begins with a line's end, so that the first mark is as any other. */
  #rest: Buffer = Buffer.from('\r\n');

  constructor(request: IncomingMessage) {
    this.#pieces = request[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
  }

  async startsWith(text: string): Promise<boolean> {
    while (this.#rest.length < text.length) await this.#more();
    return this.#rest.subarray(0, text.length).toString() === text;
  }

  /** Yields what stands before the mark, and leaves what stands behind it. */
  async *until(mark: Buffer): AsyncGenerator<Buffer> {
    for (;;) {
      const at = this.#rest.indexOf(mark);
      if (at >= 0) {
        const before = this.#rest.subarray(0, at);
        this.#rest = this.#rest.subarray(at + mark.length);
        if (before.length > 0) yield before;
        return;
      }
      const sure = Math.max(0, this.#rest.length - mark.length + 1);
      const before = this.#rest.subarray(0, sure);
      this.#rest = this.#rest.subarray(sure);
      if (before.length > 0) yield before;
      await this.#more();
    }
  }

  async #more(): Promise<void> {
    const { done, value } = await this.#pieces.next();
    if (done) throw new Error('the form breaks off');
    this.#rest = Buffer.concat([this.#rest, value]);
  }
}

async function collect(pieces: AsyncIterable<Buffer>): Promise<string> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all).toString('utf8');
}
