import { describe, expect, it } from 'vitest';
import type { TransferOptions } from '../provider.ts';
import { admit, defaultExpiry, limitsOf, normaliseKey } from './admit.ts';
import { settings } from './fixtures/scripted.ts';
import { refusePassword } from './password.ts';

const judge = (options: TransferOptions = {}, file: { name?: string; folder?: string[]; size?: number } = {}) =>
  admit({ name: 'a.txt', folder: [], size: 5, path: '/a.txt', ...file }, options, { name: 'peer', settings });

describe('a file', () => {
  it('keeps the expiry that was chosen, in whole seconds, and a week where none was', () => {
    expect(judge({ expirySeconds: 600.9 })).toMatchObject({ options: { expirySeconds: 600 } });
    expect(judge()).toMatchObject({ options: { expirySeconds: 604_800 }, notices: [] });
    expect(defaultExpiry({ ...settings, fileMaxAge: 3600 })).toBe(3600);
  });

  it.each([0, -5, 0.5, NaN, Infinity])('is refused with the expiry %d', (expirySeconds) => {
    expect(judge({ expirySeconds })).toHaveProperty('refused.code', 'expiry-invalid');
  });

  it('is refused where the server would not keep it as long', () => {
    expect(judge({ expirySeconds: 2_592_001 })).toHaveProperty('refused.code', 'expiry-too-long');
    expect(judge({ expirySeconds: 2_592_000 })).not.toHaveProperty('refused');
  });

  it('is refused where the server’s chunk size would cut it into too many chunks', () => {
    const tiny = { name: 'peer', settings: { ...settings, chunkSize: 1 } };
    const file = (size: number) => admit({ name: 'a.txt', folder: [], size, path: '/a.txt' }, {}, tiny);
    expect(file(125_001)).toMatchObject({ refused: { code: 'chunks-too-many', params: { chunks: 125_001 } } });
    expect(file(125_000)).not.toHaveProperty('refused');
  });

  it('is refused when it is empty, or too large', () => {
    expect(judge({}, { size: 0 })).toHaveProperty('refused.code', 'file-empty');
    expect(judge({}, { size: 1_000_001 })).toHaveProperty('refused.code', 'too-large');
    expect(judge({}, { size: 1_000_000 })).not.toHaveProperty('refused');
  });

  it.each([
    ['Mon-Fichier_2024 été!', 'monfichier2024t'],
    ['ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', 'abcdefghijklmnopqrstuvwxyz0123'],
    ['abc1', 'abc1'],
  ])('with the key %s gets the key %s', (wanted, used) => {
    expect(normaliseKey(wanted)).toBe(used);
    const notices = wanted === used ? [] : [{ code: 'key-normalised', params: { wanted, used } }];
    expect(judge({ key: wanted })).toMatchObject({ options: { key: used }, notices });
  });

  it.each(['', '---', 'ключ', '😀'])('is refused with the key %j, of which nothing would be left', (key) => {
    expect(judge({ key })).toHaveProperty('refused.code', 'key-invalid');
  });

  it('whose name the server cannot serve is told the name that is used', () => {
    expect(judge({}, { name: '日.txt' })).toMatchObject({
      name: 'Ri.txt',
      notices: [{ code: 'name-adapted', params: { name: '日.txt', used: 'Ri.txt' } }],
    });
    expect(judge({}, { folder: ['x'] })).toMatchObject({ name: 'x - a.txt', notices: [{ code: 'names-flattened' }] });
    expect(judge({}, { name: 'e\u0301.txt' })).toMatchObject({ name: 'é.txt', notices: [] });
  });

  it('passes on what else was chosen', () => {
    expect(judge({ extra: { a: 1 } })).toMatchObject({ options: { extra: { a: 1 } } });
  });
});

describe('limits', () => {
  it('hold no expiry where the server has none', () => {
    expect(limitsOf({ ...settings, fileMaxAge: 15_770_000_000 })).not.toHaveProperty('expirySeconds');
    expect(limitsOf(settings)).toMatchObject({ expirySeconds: 2_592_000, groupSize: 50, unfinishedSeconds: 18_000 });
  });
});

describe('a password', () => {
  it.each(['secret', 'pâsse é ÿ', 'two words', '\u00a0kept', '`~!@#$%^&*()'])('%j can be sent', (password) => {
    expect(refusePassword(password)).toBeUndefined();
  });

  it.each(['', ' lead', 'trail ', 'tab\t', 'a\nb', 'a\u0000', 'a\u007f', 'пароль', 'key🔑', 'Ā'])(
    '%j cannot',
    (password) => {
      const refused = refusePassword(password);
      expect(refused).toHaveProperty('code', 'password-unsendable');
      if (password !== '') expect(JSON.stringify(refused)).not.toContain(JSON.stringify(password).slice(1, -1));
    },
  );
});
