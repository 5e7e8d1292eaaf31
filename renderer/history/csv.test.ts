import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvCell, csvLine, csvStart } from './csv.ts';

/** Reads RFC 4180 back: the cells of one line. */
const read = (line: string): string[] =>
  [...line.replace(/\r\n$/, '').matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
    ([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? '',
  );

describe('a CSV export', () => {
  it('quotes text, doubles quotes, and leaves numbers bare', () => {
    expect(csvLine(['Übergabe, "final".pdf', 1234, undefined, 0.5])).toBe('"Übergabe, ""final"".pdf",1234,,0.5\r\n');
  });
  it('keeps line breaks within their cell', () => {
    expect(csvCell('a\r\nb')).toBe('"a\r\nb"');
  });
  it('lets no spreadsheet run what a file is called', () => {
    for (const start of ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
      expect(csvCell(`${start}cmd|'/c calc'!A1`)).toBe(`"'${start}cmd|'/c calc'!A1"`);
    expect(csvCell('a=b')).toBe('"a=b"');
  });
  it('writes no number that is none', () => {
    expect(csvCell(Number.NaN)).toBe('');
    expect(csvCell(Number.POSITIVE_INFINITY)).toBe('');
  });
  it('begins with what tells that it is UTF-8', () => {
    expect([...new TextEncoder().encode(csvStart)]).toEqual([0xef, 0xbb, 0xbf]);
  });
  it('gives back any text as it was, but for the apostrophe before a formula', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }), (cells) => {
        const back = read(csvLine(cells));
        expect(back).toHaveLength(cells.length);
        back.forEach((cell, n) => expect([cells[n], `'${cells[n]}`]).toContain(cell));
      }),
    );
  });
});
