import { describe, expect, it } from 'vitest';
import type { ShareView } from '../../preload/contract.ts';
import { whyNotRevoked } from './links.svelte.ts';
import { wordsOf } from './words.ts';
import { expiresSoon, groupShares, isExpired, lifeLeft, whyEnded } from './terms.ts';

const hour = 3_600_000;
const day = 24 * hour;
const now = Date.UTC(2026, 10, 21, 12);

let nextId = 1;
const share = (more: Partial<ShareView>): ShareView => ({
  id: nextId++,
  serverId: 's',
  serverName: 'Hafen',
  name: 'a.txt',
  size: 1,
  isGroup: false,
  key: 'k',
  canRevoke: true,
  canEdit: false,
  createdAt: now - day,
  state: 'live',
  ...more,
});
const life = (sinceMs: number, leftMs: number): { createdAt: number; expiresAt: number } => ({
  createdAt: now - sinceMs,
  expiresAt: now + leftMs,
});

describe('links that expire soon', () => {
  it('are those in their last 24 hours, however short their life', () => {
    expect(expiresSoon(life(6 * day, day), now)).toBe(true);
    expect(expiresSoon(life(6 * day, day + 1), now)).toBe(false);
    expect(expiresSoon(life(0, hour), now)).toBe(true);
  });
  it('are those in the last tenth of a long life', () => {
    expect(expiresSoon(life(90 * day, 10 * day), now)).toBe(true);
    expect(expiresSoon(life(90 * day, 10 * day + hour), now)).toBe(false);
  });
  it('are not those that expired, nor those that never do', () => {
    expect(expiresSoon(life(day, 0), now)).toBe(false);
    expect(isExpired(life(day, 0), now)).toBe(true);
    expect(expiresSoon({ createdAt: now }, now)).toBe(false);
    expect(isExpired({ createdAt: now }, now)).toBe(false);
  });
});

describe('what is left of a life', () => {
  it('falls from 1 to 0', () => {
    expect(lifeLeft(life(0, day), now)).toBe(1);
    expect(lifeLeft(life(3 * day, day), now)).toBe(0.25);
    expect(lifeLeft(life(3 * day, -day), now)).toBe(0);
  });
  it('stays within its bounds where a clock was wrong', () => {
    expect(lifeLeft({ createdAt: now + day, expiresAt: now + 2 * day }, now)).toBe(1);
    expect(lifeLeft({ createdAt: now, expiresAt: now }, now)).toBe(0);
  });
  it('is nothing for a link that never expires', () => {
    expect(lifeLeft({ createdAt: now }, now)).toBeUndefined();
  });
});

describe('groups of shares', () => {
  const never = share({});
  const later = share(life(day, 6 * day));
  const soon = share(life(6 * day, 20 * hour));
  const sooner = share(life(6 * day, 3 * hour));
  const gone = share(life(8 * day, -2 * day));
  const justGone = share(life(8 * day, -hour));
  const revoked = share({ state: 'revoked' });
  const forgotten = share({ state: 'forgotten' });
  const rows = [never, gone, later, revoked, soon, forgotten, sooner, justGone];

  it('show the first to expire first, then the rest as it came', () => {
    expect(groupShares(rows, 'all', now)).toEqual([
      { key: 'soon', rows: [sooner, soon] },
      { key: 'live', rows: [never, later] },
    ]);
  });
  it('show one of them where a tab asks for it', () => {
    expect(groupShares(rows, 'soon', now)).toEqual([{ key: 'soon', rows: [sooner, soon] }]);
    expect(groupShares(rows, 'expired', now)).toEqual([{ key: 'expired', rows: [justGone, gone] }]);
  });
  it('leave out a group without rows', () => {
    expect(groupShares([revoked], 'all', now)).toEqual([]);
    expect(groupShares([never], 'soon', now)).toEqual([]);
  });
});

describe('a link of an account', () => {
  const told = (expired: boolean, left?: number, expiresAt?: number) => ({
    ...share(expiresAt === undefined ? {} : { expiresAt }),
    remote: {
      id: 'k',
      link: '',
      name: '',
      createdAt: 1,
      expired,
      downloads: { counted: 1, ...(left === undefined ? {} : { left }) },
    },
  });

  it('has ended when its server says so, whatever its time', () => {
    expect([isExpired(told(true), now), isExpired(told(false), now)]).toEqual([true, false]);
  });

  it('says why: its time, its downloads, or what it opened is over', () => {
    expect(whyEnded(told(true, 3, now - hour), now)).toBe('time');
    expect(whyEnded(told(false, undefined, now - hour), now)).toBe('time');
    expect(whyEnded(told(true, 0), now)).toBe('used-up');
    expect(whyEnded(told(true, 3, now + hour), now)).toBe('gone');
    expect(whyEnded(told(false, 3, now + hour), now)).toBeUndefined();
  });
});

describe('files without a public link', () => {
  it('are a group of their own, last, and none that expires', () => {
    const [link, file] = [share({}), share({ isFile: true })];
    expect(groupShares([file, link], 'all', now).map(({ key, rows }) => [key, rows[0]?.id])).toEqual([
      ['live', link.id],
      ['files', file.id],
    ]);
    expect(groupShares([file], 'soon', now)).toEqual([]);
    expect(groupShares([file], 'expired', now)).toEqual([]);
  });

  it('are deleted, and not revoked, unless links are among them', () => {
    const [link, file] = [share({}), share({ isFile: true })];
    expect(wordsOf([file, file]).title({ count: 2 })).toBe('Delete 2 files on the server?');
    expect(wordsOf([file, link]).title({ count: 2 })).toBe('Revoke 2 links?');
    expect(wordsOf([]).title({ count: 1 })).toBe('Revoke this link?');
  });
});

describe('a link on a server that deletes nothing', () => {
  it('is not revoked, and its words say what stays', () => {
    const link = share({ canRevoke: false });
    expect(whyNotRevoked(link, now, false)).toBe('Nothing can be deleted on Hafen. The file and its link stay there.');
    expect(whyNotRevoked(link, now)).toContain('The delete key of this link is not known here');
  });
});
