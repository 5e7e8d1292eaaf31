/** multipart/form-data with one file, framed by hand so that the file is never held in memory. */
import { randomBytes } from 'node:crypto';
import type { Body } from './http.ts';
import { textBody } from './text-body.ts';

export type MultipartFile = {
  /** Name of the file's field. */
  readonly field: string;
  readonly filename: string;
  readonly contentType: string;
  /** Bytes that `stream` gives; `undefined`: the form ends in an orderly way whenever the stream does. */
  readonly size: number | undefined;
  readonly stream: () => AsyncIterable<Uint8Array>;
  /** Sent before the file, as servers that read in order want it. */
  readonly fields?: Readonly<Record<string, string>>;
};

// protocol: https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
const escaped = (name: string): string => name.replace(/\r/g, '%0D').replace(/\n/g, '%0A').replace(/"/g, '%22');

const newBoundary = (): string => `----stevedore${randomBytes(16).toString('hex')}`;

const textParts = (boundary: string, fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .map(
      ([name, value]) =>
        `--${boundary}\r\nContent-Disposition: form-data; name="${escaped(name)}"\r\n\r\n${value.replace(/\r\n|\r|\n/g, '\r\n')}\r\n`,
    )
    .join('');

/** The body of a form with a file; its length is exact where the file's size is given. */
export const multipartFile = ({ field, filename, contentType, size, stream, fields = {} }: MultipartFile): Body => {
  const boundary = newBoundary();
  const type = contentType.replace(/[\r\n]/g, '');
  const head = Buffer.from(
    `${textParts(boundary, fields)}--${boundary}\r\nContent-Disposition: form-data; name="${escaped(field)}"; filename="${escaped(filename)}"\r\nContent-Type: ${type}\r\n\r\n`,
  );
  const foot = Buffer.from(`\r\n--${boundary}--\r\n`);
  return {
    length: size === undefined ? undefined : head.length + size + foot.length,
    contentType: `multipart/form-data; boundary=${boundary}`,
    stream: async function* () {
      // The file first: where it cannot be read, nothing is sent.
      const file = stream()[Symbol.asyncIterator]();
      try {
        let next = await file.next();
        yield head;
        for (; !next.done; next = await file.next()) yield next.value;
        yield foot;
      } finally {
        await file.return?.();
      }
    },
  };
};

/** The body of a form without a file. */
export const multipartFields = (fields: Readonly<Record<string, string>>): Body => {
  const boundary = newBoundary();
  return textBody(`${textParts(boundary, fields)}--${boundary}--\r\n`, `multipart/form-data; boundary=${boundary}`);
};
