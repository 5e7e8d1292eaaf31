import { describe, expect, it } from 'vitest';
import { MultipartReader } from './multipart-reader.ts';

/** Reads a body in pieces of one size, and returns the headers of its parts with their content. */
function read(body: string, size: number): { readonly parts: readonly [string, string][]; readonly complete: boolean } {
  const parts: [string, string][] = [];
  const reader = new MultipartReader('b', {
    begin: (header) => parts.push([header, '']),
    data: (bytes) => {
      const last = parts.at(-1);
      if (last) last[1] += bytes.toString('latin1');
    },
    end: () => {},
  });
  const bytes = Buffer.from(body, 'latin1');
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  return { parts, complete: reader.complete };
}

describe('reading multipart', () => {
  const tricky = '\r\n--\r\n-\r\n\r\r\n--c\r';
  const body = [
    'preamble',
    '--b\r\nContent-Disposition: form-data; name="note"\r\n\r\nbonjour',
    `--b\r\nContent-Disposition: form-data; name="a \\"b\\""; filename=""\r\nContent-Type: text/html\r\n\r\n${tricky}`,
    '--b\r\nContent-Disposition: form-data; name="none"\r\n\r\n',
    '--b--\r\nepilogue',
  ].join('\r\n');

  it.each([1, 2, 3, 7, 64, 10_000])('finds the same parts in pieces of %i bytes', (size) => {
    const { parts, complete } = read(body, size);
    expect(parts).toEqual([
      ['\r\nContent-Disposition: form-data; name="note"', 'bonjour'],
      ['\r\nContent-Disposition: form-data; name="a \\"b\\""; filename=""\r\nContent-Type: text/html', tricky],
      ['\r\nContent-Disposition: form-data; name="none"', ''],
    ]);
    expect(complete).toBe(true);
  });

  it('is not complete before the closing boundary', () => {
    expect(read(body.slice(0, body.indexOf('--b--') + 3), 5).complete).toBe(false);
    expect(read('no part at all', 5).complete).toBe(true);
  });
});
