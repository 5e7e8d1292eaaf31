import { expect, it } from 'vitest';
import { mediaType } from './media-type.ts';

it('names a type for every file, by its extension', () => {
  expect(mediaType('a.PDF')).toBe('application/pdf');
  expect(mediaType('clip.tar.gz')).toBe('application/gzip');
  expect(mediaType('a.docx')).toBe('application/vnd.openxmlformats-officedocument.wordprocessingml.document');
  for (const name of ['', 'Makefile', 'a.', '.profile', 'a.unheardof', 'a.pdf/', 'ключ.\u0000'])
    expect(mediaType(name)).toBe('application/octet-stream');
});
