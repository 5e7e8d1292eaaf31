import { describe, expect, it } from 'vitest';
import { admit, limitsOf } from './admit.ts';
import { settings } from './fixtures/scripted.ts';
import { compared, numbered } from './name.ts';
import { planOf } from './plan.ts';
import { datetimeOf } from './remote-file.ts';
import { chunksMost, type FilesNestSettings, usualChunk } from './state.ts';

const mib = 1024 * 1024;
const usual: FilesNestSettings = { ...settings, chunkSize: usualChunk };

const judge = (file: { name?: string; folder?: string[]; size?: number } = {}, more: Partial<FilesNestSettings> = {}) =>
  admit(
    { name: 'a.bin', folder: [], size: 5, path: '/a.bin', ...file },
    {},
    { name: 'peer', settings: { ...usual, ...more } },
  );
const nameOf = (name: string, folder: string[] = []): string => {
  const admitted = judge({ name, folder });
  return 'refused' in admitted ? '' : admitted.name;
};

describe('the chunks of a file', () => {
  const plan = (size: number, more: Partial<FilesNestSettings> = {}) =>
    planOf({ name: 'a.bin', size }, { ...usual, ...more }, 'peer');

  it.each([
    [0, {}, { chunkSize: 8 * mib, count: 1 }],
    [1, {}, { chunkSize: 8 * mib, count: 1 }],
    [8 * mib, {}, { chunkSize: 8 * mib, count: 1 }],
    [8 * mib + 1, {}, { chunkSize: 8 * mib, count: 2 }],
    [8 * mib * 2_000, {}, { chunkSize: 8 * mib, count: 2_000 }],
    [8 * mib * 2_000 + 1, {}, { chunkSize: 8 * mib + 1, count: 2_000 }],
    [10 * mib, { uploadMaxSize: mib }, { chunkSize: mib, count: 10 }],
    [10 * mib, { uploadMaxSize: 16 * mib }, { chunkSize: 8 * mib, count: 2 }],
    [10 * mib, { chunkSize: 4 * mib }, { chunkSize: 4 * mib, count: 3 }],
  ] as const)('of %d bytes with %j are %j', (size, more, planned) => {
    expect(plan(size, more)).toEqual(planned);
  });

  it('are never more than 2,000, nor larger than the server takes: a larger file is refused before the queue', () => {
    const limit = { uploadMaxSize: mib };
    expect(plan(2_000 * mib, limit)).toEqual({ chunkSize: mib, count: chunksMost });
    expect(plan(2_000 * mib + 1, limit)).toMatchObject({
      refused: { code: 'too-large', params: { size: 2_000 * mib + 1, limit: 2_000 * mib, server: 'peer' } },
    });
    expect(judge({ size: 2_000 * mib + 1 }, limit)).toHaveProperty('refused.code', 'too-large');
    expect(limitsOf({ ...usual, ...limit })).toMatchObject({ fileSize: 2_000 * mib, unfinishedSeconds: 86_400 });
  });
});

describe('a name', () => {
  it.each([
    ['report.pdf', 'report.pdf'],
    ['Ünïcödé 日本 👨‍👩‍👧.txt', 'Ünïcödé 日本 👨‍👩‍👧.txt'],
    ['.hidden', '.hidden'],
    ['a/b\\c.txt', 'a／b＼c.txt'],
    ['../../etc/passwd', '..／..／etc／passwd'],
    ['..', 'file'],
    ['.', 'file'],
    [' ', 'file'],
    ['\n', '_'],
    [' padded.txt ', 'padded.txt'],
    ['line\nbreak\0.txt', 'line_break_.txt'],
    ['half \ud800.txt', 'half �.txt'],
  ])('%j is %j on the server', (name, used) => {
    expect(nameOf(name)).toBe(used);
  });

  it('of more than 255 bytes is cut before its extension, between characters', () => {
    for (const letter of ['x', 'é', '日', '👨‍👩‍👧']) {
      const name = nameOf(`${letter.repeat(300)}.tar.gz`);
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
      expect(name).toMatch(new RegExp(`^(?:${letter})+\\.tar\\.gz$`, 'u'));
      expect(Buffer.byteLength(name)).toBeGreaterThan(255 - Buffer.byteLength(letter));
    }
    expect(nameOf('x'.repeat(251) + '.txt')).toBe('x'.repeat(251) + '.txt');
  });

  it('has the folders above it before it, and says so', () => {
    expect(judge({ folder: ['Trip', 'Day 1'] })).toMatchObject({
      name: 'Trip - Day 1 - a.bin',
      folder: [],
      notices: [{ code: 'names-flattened' }],
    });
    const long = nameOf('photo.jpg', ['日'.repeat(80), 'x'.repeat(80)]);
    expect(long).toMatch(/^日+.* - photo\.jpg$/);
    expect(Buffer.byteLength(long)).toBeLessThanOrEqual(255);
    expect(nameOf(`${'x'.repeat(248)}.jpg`, ['above'])).toBe(`${'x'.repeat(248)}.jpg`);
  });

  it('that is changed is told with the one that is used', () => {
    expect(judge({ name: 'a/b' })).toMatchObject({ notices: [{ code: 'name-adapted', params: { used: 'a／b' } }] });
    expect(judge()).toMatchObject({ notices: [] });
  });

  it('that is taken gets a number before its extension, within the limit', () => {
    expect(numbered('report.tar.gz', 2)).toBe('report (2).tar.gz');
    const long = `${'é'.repeat(125)}.txt`;
    expect(numbered(long, 12)).toMatch(/^é+ \(12\)\.txt$/);
    expect(Buffer.byteLength(numbered(long, 12))).toBeLessThanOrEqual(255);
    expect(numbered(long, 12)).not.toBe(numbered(long, 13));
  });

  it('is one place for two forms of an accent, and two for capitals', () => {
    expect(compared('e\u0301.txt')).toBe(compared('é.txt'));
    expect(compared('A.txt')).not.toBe(compared('a.txt'));
  });
});

describe('the time of a file', () => {
  it.each([
    [1_700_000_000_999, '2023-11-14 22:13:20'],
    [0, '1970-01-01 00:00:01'],
    [-1e15, '1970-01-01 00:00:01'],
    [NaN, '1970-01-01 00:00:01'],
    [Infinity, '1970-01-01 00:00:01'],
    [1e17, '9999-12-31 23:59:59'],
  ])('%d is written as %s', (at, told) => {
    expect(datetimeOf(at)).toBe(told);
  });
});
