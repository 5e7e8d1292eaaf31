import { describe, expect, it } from 'vitest';
import { problem } from '../../../../preload/problems.ts';
import type { Reason } from '../../../../preload/problems/reasons.ts';
import { linkOf, readAddress, readLink } from './address.ts';
import { admit, defaultExpiry, limitsOf } from './admit.ts';
import { settings } from './fixtures/scripted.ts';
import { nameFor } from './name.ts';
import { refusePassword } from './password.ts';

const server = 'peer';
const judge = (options: object = {}, file: object = {}) =>
  admit({ name: 'a.txt', folder: [], size: 5, path: '/a.txt', ...file }, options, { name: server, settings });

describe('a file that is refused', () => {
  it.each([
    [{}, { size: 0 }, problem('file-empty', { path: '/a.txt', server })],
    [{}, { size: 1_000_001 }, problem('too-large', { name: 'a.txt', size: 1_000_001, limit: 1_000_000, server })],
    [{ expirySeconds: NaN }, {}, problem('expiry-invalid', { wanted: 'NaN' })],
    [{ expirySeconds: 0.9 }, {}, problem('expiry-invalid', { wanted: '0.9' })],
    [{ expirySeconds: 2_592_001 }, {}, problem('expiry-too-long', { wanted: 2_592_001, limit: 2_592_000, server })],
    [{ key: '' }, {}, problem('key-invalid', { wanted: '' })],
    [{ key: '--' }, {}, problem('key-invalid', { wanted: '--' })],
  ])('says why (%#)', (options, file, refused) => {
    expect(judge(options, file)).toEqual({ refused });
  });
});

describe('a file that is taken', () => {
  it('has exactly what was chosen', () => {
    expect(judge({ expirySeconds: 1 })).toStrictEqual({ name: 'a.txt', options: { expirySeconds: 1 }, notices: [] });
    expect(judge({ key: 'abc' })).toStrictEqual({
      name: 'a.txt',
      options: { expirySeconds: 604_800, key: 'abc' },
      notices: [],
    });
  });

  it('says what became of its name and its folders', () => {
    expect(judge({}, { folder: ['x', 'y'] })).toMatchObject({ notices: [problem('names-flattened', { server })] });
    expect(judge({}, { folder: ['x'], name: '日.txt' })).toMatchObject({
      notices: [problem('name-adapted', { name: 'x - 日.txt', used: 'x - Ri.txt', server })],
    });
  });

  it('lasts a second at least', () => {
    expect(defaultExpiry({ ...settings, fileMaxAge: 0 })).toBe(1);
  });
});

it('the limits of a server are all that forms need', () => {
  expect(limitsOf(settings)).toEqual({
    fileSize: 1_000_000,
    expirySeconds: 2_592_000,
    groupSize: 50,
    chunkSize: 1000,
    expiryChoicesSeconds: [1800],
    unfinishedSeconds: 18_000,
  });
});

describe('a password that cannot arrive', () => {
  it.each<readonly [string, Reason]>([
    [' x', 'edge-space'],
    ['x\t', 'edge-space'],
    ['x\u0000', 'control-character'],
    ['Ā', 'beyond-latin1'],
    ['', 'is-empty'],
  ])('%j is refused with its reason', (password, why) => {
    expect(refusePassword(password)).toEqual(problem('password-unsendable', { why: why }));
  });
});

describe('an address', () => {
  it('may be a deep link in any case, with slashes at its end', () => {
    const link = 'stend://Settings/CONFIGINSTANCE//?apiUrl=https://a.example&password=p';
    expect(readAddress(`  ${link} `)).toEqual({ base: 'https://a.example' });
    expect(readLink(` ${link} `)).toEqual({ address: 'https://a.example', secret: 'p' });
    expect(readAddress('stend://settings/other?apiUrl=https://a.example')).toBeUndefined();
    expect(readAddress('https://settings/configInstance?apiUrl=https://a.example')).toEqual({
      base: 'https://settings/configInstance',
    });
    expect(readAddress('stend://settings/configInstance?apiUrl=x&webUrl=y')).toBeUndefined();
    expect(readLink('stend://settings/configInstance')).toBeUndefined();
  });

  it('of a share escapes its key', () => {
    expect(linkOf('a&b#c\ud800', settings)).toBe('https://web.example/d?a%26b%23c%EF%BF%BD');
    expect(linkOf('k', { webUrl: 'javascript:x', showHtmlExtension: false })).toBeUndefined();
  });
});

describe('a name', () => {
  it.each([
    ['.gitignore', [], '.gitignore'],
    ['.a.b', [], '.a.b'],
    ['a b.c d', [], 'a b.c d'],
    ['a.tar.gz', [], 'a.tar.gz'],
    ['\u200b.tar.gz', [], 'file.tar.gz'],
    ['...', [], 'file'],
    ['a.txt', [' x ', '\u200b', 'y'], 'x - y - a.txt'],
    ['a.txt', ['\u200b'], 'a.txt'],
    ['a:b 😀.txt', [], 'a:b grinning.txt'],
    [`${'a'.repeat(190)}   ${'b'.repeat(20)}.txt`, [], `${'a'.repeat(190)}   bbb.txt`],
    [`${'a'.repeat(190)}${' '.repeat(20)}.txt`, [], `${'a'.repeat(190)}.txt`],
    ['a'.repeat(200), [], 'a'.repeat(200)],
    ['a.txt', [`${'x'.repeat(190)}  y`], `${'x'.repeat(190)} - a.txt`],
  ])('%j in %j is stored as %j', (name, folder, used) => {
    expect(nameFor(name, folder)).toBe(used);
  });
});
