import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameFor } from './name.ts';

describe('a name', () => {
  it.each([
    ['report.pdf', 'report.pdf'],
    ['été à Noël.txt', 'été à Noël.txt'],
    ['e\u0301te\u0301.txt', 'été.txt'],
    ['日本語.txt', 'RiBenYu.txt'],
    ['Привет мир.docx', 'Privet mir.docx'],
    ['שלום.pdf', 'slvm.pdf'],
    ['مرحبا.tar.gz', 'mrhb.tar.gz'],
    ['photo 😀.jpg', 'photo grinning.jpg'],
    ['\u202Egpj.exe', 'gpj.exe'],
    ['œuvre – 5 €.txt', 'oeuvre - 5 EUR.txt'],
    ['a/b\\c;d"e.txt', 'abcde.txt'],
    ['“quoted／sliced；”.txt', 'quotedsliced.txt'],
    ['a\r\nX-Evil: 1\u0000\u007f\u0085.txt', 'aX-Evil: 1.txt'],
    ['.bashrc', '.bashrc'],
    ['', 'file'],
    ['   ', 'file'],
    ['.', 'file'],
    ['..', 'file'],
    ['\u200b', 'file'],
    ['\ud800', 'file'],
    ['\u200b.txt', 'file.txt'],
    ['///.txt', 'file.txt'],
  ])('%j is stored as %j', (name, used) => {
    expect(nameFor(name, [])).toBe(used);
  });

  it.each([
    [`${'a'.repeat(300)}.pdf`, '.pdf'],
    [`${'a'.repeat(300)}.tar.gz`, '.tar.gz'],
    [`${'ß'.repeat(300)}.jpeg`, '.jpeg'],
    [`${'東'.repeat(150)}.txt`, '.txt'],
    ['a'.repeat(300), 'a'],
    [`a.${'e'.repeat(300)}`, 'e'],
  ])('that is too long is cut, and keeps its extension (%#)', (name, end) => {
    const used = nameFor(name, []);
    expect(used).toHaveLength(200);
    expect(used.endsWith(end)).toBe(true);
  });

  it('shows its folders, cut before the name is', () => {
    expect(nameFor('a.txt', ['Été', 'Jour 1'])).toBe('Été - Jour 1 - a.txt');
    expect(nameFor('a.txt', ['東京', '..', '/'])).toBe('DongJing - .. - a.txt');
    const long = nameFor('a.txt', ['x'.repeat(300)]);
    expect(long).toBe(`${'x'.repeat(192)} - a.txt`);
    expect(nameFor(`${'n'.repeat(300)}.txt`, ['folder'])).toBe(`${'n'.repeat(196)}.txt`);
  });

  it('is always one that the server can store and serve again', () => {
    const part = fc.string({ unit: 'binary', maxLength: 400 });
    fc.assert(
      fc.property(part, fc.array(part, { maxLength: 3 }), (name, folder) => {
        const used = nameFor(name, folder);
        expect(used).toMatch(/^[\u0020-\u007e\u00a0-\u00ff]{1,200}$/);
        expect(used).not.toMatch(/[/\\;"]/);
        expect(['.', '..']).not.toContain(used);
        expect(nameFor(used, [])).toBe(used);
      }),
    );
  });
});
