import { describe, expect, it } from 'vitest';
import type { ServerView } from '../../preload/contract.ts';
import { serverRow } from '../../test/fakes/server-row.ts';
import { askWords, expiryChoices, expiryWords, holdUp, pieces, usualExpiry, whereWords } from './drop-terms.ts';

const day = 86_400;
const server = (more: Partial<ServerView> = {}): ServerView =>
  serverRow({
    id: 's',
    kindTitle: 'Kind',
    name: 'Hafen',
    limits: { expirySeconds: 30 * day, expiryChoicesSeconds: [1800, day, 4 * day, 7 * day, 90 * day] },
    ...more,
  });
const calm = { moving: 0, waiting: false, needsSignIn: false };

describe('what there is to say of files', () => {
  it('is what their server takes', () => {
    const { capabilities } = server();
    const none = { ...capabilities, ownKey: false, groups: false };
    const field = { key: 'to', type: 'text', label: 'To', help: '', role: 'recipient' } as const;
    const words = (can: Partial<typeof capabilities>, message: readonly (typeof field)[] = []): string =>
      askWords(server({ capabilities: { ...none, ...can } }), { message });
    expect(words({ ownKey: true, groups: true })).toBe('key, group');
    expect(words({ ownKey: true })).toBe('key');
    expect(words({ groups: true })).toBe('group');
    expect(words({ folders: true }, [field])).toBe('folder, link');
    expect(words({}, [field])).toBe('recipient, message');
    expect(words({})).toBe('server, start');
  });
});

describe('expiries to drop on', () => {
  it('are the usual, the longest, and those next to the usual', () => {
    expect(expiryChoices(server(), 7 * day, 4)).toEqual([
      { seconds: day, note: undefined },
      { seconds: 4 * day, note: undefined },
      { seconds: 7 * day, note: 'usual' },
      { seconds: 30 * day, note: 'longest' },
    ]);
  });

  it('leave out what the server would refuse', () => {
    expect(expiryChoices(server(), undefined, 12).map(({ seconds }) => seconds)).not.toContain(90 * day);
  });

  it('are none where the server knows none', () => {
    const { capabilities } = server();
    expect(expiryChoices(server({ capabilities: { ...capabilities, expiry: false } }), undefined, 4)).toEqual([]);
  });

  it('hold the usual one to what the server allows', () => {
    expect(usualExpiry(server({ defaultExpirySeconds: 365 * day }), undefined)).toBe(30 * day);
  });

  it('are said in the largest unit that is exact', () => {
    expect([1800, 3600, day, 7 * day, 365 * day].map(expiryWords)).toEqual([
      '30 minutes',
      '1 hour',
      '1 day',
      '7 days',
      '1 year',
    ]);
  });
});

describe('where a drop goes', () => {
  it('is one sentence whose values stand out, wherever they stand in it', () => {
    expect(pieces(whereWords(server(), 7 * day, true, 14))).toEqual([
      'They go to ',
      'Hafen',
      ' and expire in ',
      '7 days',
      '. Each gets a random key; the links go to the clipboard.',
    ]);
    expect(pieces(whereWords(server(), undefined, false, 1)).join('')).toBe(
      'It goes to Hafen, which sets the expiry. It gets a random key.',
    );
  });

  it('names the folder that was chosen last, and no link where none is made by itself', () => {
    const { capabilities } = server();
    const can = { ...capabilities, ownKey: false, expiry: false, createShares: true };
    const cloud = server({ folder: '/Photos', capabilities: can });
    const words = ['They go to ', '/Photos', ' on ', 'Hafen', ' and do not expire.'];
    expect(pieces(whereWords(cloud, undefined, true, 2))).toEqual(words);
    expect(pieces(whereWords({ ...cloud, folder: '/' }, undefined, true, 1)).join('')).toBe(
      'It goes to Hafen and does not expire.',
    );
  });

  it('says what would hold it up, the sign-in first', () => {
    const small = server({ limits: { fileSize: 10_000_000 } });
    expect(holdUp(small, { ...calm, needsSignIn: true, waiting: true })).toEqual({
      text: 'Signed out: waits until you sign in',
      asks: true,
    });
    expect(holdUp(small, calm).text).toBe('Takes files under 10 MB');
    expect(holdUp(server(), calm).text).toBe('Kind');
  });
});
