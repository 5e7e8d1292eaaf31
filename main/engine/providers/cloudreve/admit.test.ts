import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../json.ts';
import { admit, limitsOf } from './admit.ts';
import { policy, settings } from './fixtures/scripted.ts';
import { nameFor, numbered, whyNot } from './name.ts';
import { pathFor, placeFor } from './options.ts';
import type { Policy } from './state.ts';
import { namesIn, pathIn, pathOfShared, uriOf } from './uri.ts';

const judge = (name: string, more: Partial<Policy> = {}, size = 10, extra: JsonObject = {}) =>
  admit(
    { name, folder: [], size, path: `/${name}` },
    { extra },
    { name: 'peer', settings: { ...settings, policy: { ...policy, ...more } } },
  );
const code = (judged: ReturnType<typeof judge>) => ('refused' in judged ? judged.refused.code : 'taken');

describe('a name', () => {
  it.each([
    ['a/b\\c:d*e?f"g<h>i|j', 'a／b＼c：d＊e？f＂g＜h＞i｜j'],
    [`${'n'.repeat(300)}.tar.gz`, `${'n'.repeat(237)}.tar.gz`],
    ['été #1 100%?.txt', 'été #1 100%？.txt'],
    ['CON', 'CON'],
  ])('%s is stored as %s, and it is told', (name, used) => {
    const judged = judge(name);
    expect(judged).toMatchObject({ name: used });
    const told = 'notices' in judged ? judged.notices.map((notice) => notice.code) : [];
    expect(told.includes('name-adapted')).toBe(name !== used);
    expect(told.includes('name-awkward')).toBe(name === 'CON');
  });

  it.each(['', '.', '..', 'a\u0000b', 'a\nb', 'tab\there', '\u0085'])('%j is refused', (name) => {
    expect(code(judge(name))).toBe('name-refused');
  });

  it('never comes out longer than the server takes, nor with what it refuses, nor as another folder', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (name) => {
        const used = nameFor(name, 'file');
        expect(Buffer.byteLength(used)).toBeLessThanOrEqual(244);
        expect(used).not.toMatch(/[\\/:*?"<>|]/);
        expect(nameFor(used, 'file')).toBe(used);
        if (whyNot(used) !== undefined) return;
        const uri = uriOf(`/folder/${used}`);
        expect(pathIn(uri)).toBe(`/folder/${used}`);
        expect(uri.split('/')).toHaveLength(5);
      }),
    );
  });

  it('that is taken is numbered before its ending', () => {
    expect(numbered('report.tar.gz', 2)).toBe('report (2).tar.gz');
    expect(numbered('README', 1)).toBe('README (1)');
    expect(numbered('.env', 2)).toBe('.env (2)');
    expect(numbered('v1.2', 2, 'folder')).toBe('v1.2 (2)');
    expect(Buffer.byteLength(numbered('ü'.repeat(130), 12))).toBeLessThanOrEqual(244);
  });

  it('of a folder is adapted as one of a file is; what an earlier version queued goes where it went', () => {
    const judged = admit({ name: 'a', folder: ['x:1', 'y'], size: 1, path: '/a' }, {}, { name: 'peer', settings });
    expect(judged).toMatchObject({ folder: ['x：1', 'y'], notices: [{ code: 'name-adapted' }] });
    expect(pathFor([], ['x:1', 'y'], 'a')).toBe('/x_1/y/a');
    expect(pathFor([], ['x：1', 'y'], 'a')).toBe('/x：1/y/a');
  });

  it('has the same place as another one that the server, or a person, takes for the same', () => {
    const place = (name: string) => placeFor(['f', name], { extra: { to: '/to' } });
    expect(place('a')).toBe('/to/f/a');
    expect(place('a  ')).toBe(place('a'));
    expect(place('e\u0301')).toBe(place('\u00e9'));
    expect(place('A')).not.toBe(place('a'));
  });

  it('of a folder may not lead elsewhere', () => {
    expect(namesIn('/a/../b')).toBeUndefined();
    expect(() => uriOf('/a/./b')).toThrow(RangeError);
    expect(uriOf('/')).toBe('cloudreve://my');
    expect(uriOf('/a b/ü#?%')).toBe('cloudreve://my/a%20b/%C3%BC%23%3F%25');
    expect(pathIn('cloudreve://abc@share/x')).toBeUndefined();
    expect(pathIn('cloudreve://abc@my/x')).toBeUndefined();
    expect(pathOfShared('cloudreve://abc@my/x')).toBe('/x');
    expect(pathOfShared('cloudreve://abc@my')).toBe('/');
    expect(pathOfShared('cloudreve://abc@share/x')).toBeUndefined();
  });
});

describe('a storage policy', () => {
  it('limits the size', () => {
    expect(code(judge('a', { max_size: 9 }))).toBe('too-large');
    expect(code(judge('a', { max_size: 10 }))).toBe('taken');
    expect(limitsOf({ ...settings, policy: { ...policy, max_size: 10 } })).toEqual({ fileSize: 10 });
    expect(limitsOf(settings)).toEqual({});
  });

  it('allows or denies suffixes, whatever the name’s case; a rule with a dot or capitals matches nothing', () => {
    expect(code(judge('a.TXT', { allowed_suffix: ['txt'] }))).toBe('taken');
    expect(code(judge('a.exe', { allowed_suffix: ['txt'] }))).toBe('suffix-refused');
    expect(code(judge('noending', { allowed_suffix: ['txt'] }))).toBe('suffix-refused');
    expect(code(judge('a.EXE', { denied_suffix: ['exe'] }))).toBe('suffix-refused');
    expect(code(judge('a.exe', { denied_suffix: ['EXE'] }))).toBe('taken');
    expect(code(judge('a.exe', { allowed_suffix: ['EXE'] }))).toBe('suffix-refused');
    expect(code(judge('noending', { denied_suffix: [''] }))).toBe('taken');
    expect(code(judge('noending', { allowed_suffix: [''] }))).toBe('suffix-refused');
    expect(code(judge('a.exe', { denied_suffix: ['.exe'] }))).toBe('taken');
  });

  it('allows or denies patterns, and one that cannot be read here is left to the server', () => {
    expect(code(judge('abc', { allowed_name_regexp: '^[a-z]+$' }))).toBe('taken');
    expect(code(judge('ABC', { allowed_name_regexp: '^[a-z]+$' }))).toBe('name-refused');
    expect(code(judge('ABC', { allowed_name_regexp: '(?i)^[a-z]+$' }))).toBe('taken');
    expect(code(judge('tmp1', { denied_name_regexp: '^tmp' }))).toBe('name-refused');
    expect(code(judge('tmp1', { denied_name_regexp: '(?P<n>tmp)\\z' }))).toBe('taken');
  });

  it('that was chosen in place of the account’s own is judged by the server alone', () => {
    expect(code(judge('a', { max_size: 9 }, 10, { policy: 'another' }))).toBe('taken');
    expect(code(judge('a', { max_size: 9 }, 10, { policy: policy.id }))).toBe('too-large');
  });

  it('of OneDrive takes no empty file; others do', () => {
    expect(code(judge('a', { type: 'onedrive' }, 0))).toBe('file-empty');
    expect(code(judge('a', {}, 0))).toBe('taken');
  });
});

describe('what is chosen for an upload', () => {
  it.each([
    [{ to: '/a/../b' }],
    [{ to: '/a?b' }],
    [{ to: '/a\u0007' }],
    [{ conflict: 'maybe' }],
    [{ 'share-downloads': 0 }],
    [{ 'share-password': 'with-hyphen' }],
    [{ 'share-password': 'x'.repeat(33) }],
    [{ 'share-expire': 11 * 365 * 86_400 }],
  ])('%j is refused in words', (extra) => {
    expect(code(judge('a', {}, 10, extra as JsonObject))).toBe('option-invalid');
  });

  it('is taken as it is', () => {
    expect(code(judge('a', {}, 10, { to: '/Folder/Sub', conflict: 'version', share: true, 'share-expire': 60 }))).toBe(
      'taken',
    );
  });
});
