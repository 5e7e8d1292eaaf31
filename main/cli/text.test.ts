import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutEnd, cutMiddle, pad, safe, safeJson, shellWord, width } from './text.ts';

describe('safe', () => {
  it('shows what could steer a terminal instead of sending it there', () => {
    expect(safe('a\nb\tc\r')).toBe('a\\nb\\tc\\r');
    expect(safe('\x1b[2Jgone\x07\x7f\x9b')).toBe('\\x1b[2Jgone\\x07\\x7f\\x9b');
  });

  it('shows characters that turn the direction of writing', () => {
    expect(safe('invoice\u202efdp.exe')).toBe('invoice\\u202efdp.exe');
    expect(safe('\u2066x\u2069\u200f')).toBe('\\u2066x\\u2069\\u200f');
  });

  it('leaves names of every script as they are', () => {
    for (const name of ['ملف.txt', 'קובץ.pdf', '日本語.zip', '👩‍👩‍👧.png', 'می‌خواهم.doc', 'Füße e\u0301.txt'])
      expect(safe(name)).toBe(name);
  });

  it('never lets a control character through, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(safe(name)).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u);
        expect(JSON.parse(safeJson(JSON.stringify({ name })))).toEqual({ name });
      }),
    );
  });
});

describe('width', () => {
  it.each([
    ['plain.txt', 9],
    ['日本', 4],
    ['ｱｲ', 2],
    ['한국', 4],
    ['e\u0301', 1],
    ['👩‍👩‍👧', 2],
    ['🇩🇪', 2],
    ['ملف', 3],
    ['…', 1],
    ['', 0],
  ])('counts the columns of %s as %i', (text, columns) => expect(width(text)).toBe(columns));
});

describe('cutting', () => {
  it('keeps the beginning and the extension of a name', () => {
    const cut = cutMiddle('a-very-long-name-of-a-holiday-film-2026.mkv', 20);
    expect(width(cut)).toBe(20);
    expect(cut).toMatch(/^a-very.*….*\.mkv$/);
  });

  it('does not cut a wide character in half', () => {
    const cut = cutMiddle('とても長い名前のファイルです.txt', 15);
    expect(width(cut)).toBeLessThanOrEqual(15);
    expect(cut.endsWith('.txt')).toBe(true);
  });

  it('never takes more columns than there are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 60 }), (name, columns) => {
        expect(width(cutMiddle(safe(name), columns))).toBeLessThanOrEqual(columns);
        expect(width(cutEnd(safe(name), columns))).toBeLessThanOrEqual(columns);
      }),
    );
  });

  it('fills up by columns, not by characters', () => {
    expect(pad('日本', 6)).toBe('日本  ');
    expect(pad('7 %', 5, 'left')).toBe('  7 %');
  });
});

it('quotes a word for a shell where it must be', () => {
  expect(shellWord('nas')).toBe('nas');
  expect(shellWord("Anna's NAS")).toBe("'Anna'\\''s NAS'");
  expect(shellWord('-x')).toBe("'-x'");
});
