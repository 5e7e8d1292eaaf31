import { expect, it } from 'vitest';
import { boundaryOf, readPart } from './parts.ts';

it.each([
  ['Content-Disposition: form-data; name="note"', { isFile: false, name: 'note', type: 'text/plain' }],
  [
    'Content-Disposition: form-data; name="a \\"b\\""; filename=""\r\nContent-Type: text/html',
    { isFile: true, name: 'a "b"', type: 'text/html' },
  ],
  ['Content-Disposition: attachment', undefined],
])('reads the header of a part: %s', (header, part) => {
  expect(readPart(header)).toEqual(part);
});

it('finds the boundary, quoted or not', () => {
  expect(boundaryOf('multipart/form-data; charset=x; Boundary="a b;c"')).toBe('a b;c');
  expect(boundaryOf('multipart/form-data; boundary=abc')).toBe('abc');
  expect(boundaryOf('multipart/form-data')).toBeUndefined();
});
