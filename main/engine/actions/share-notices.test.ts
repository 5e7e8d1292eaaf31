import { describe, expect, it } from 'vitest';
import { added, client, engine, prepareAccounts, problemOf, site } from '../../../test/fakes/account-bench.ts';
import { extendShare, firstDownloads, takeExpiring } from './share-notices.ts';

prepareAccounts();

const hour = 3_600_000;
const day = 24 * hour;
const now = 1_800_000_000_000;
/** What the site's clock always says. */
const siteNow = 1_000;

/** A share that was made here `ago` ms before now and ends `left` ms after it; returns its row's id. */
const made = (serverId: string, key: string, ago: number, left?: number): number => {
  const end = left === undefined ? {} : { expiresAt: now + left };
  const createdAt = now - ago;
  site.shared.set(key, { id: key, name: key, link: `https://a.example/s/${key}`, createdAt, expired: false, ...end });
  const row = {
    transferId: undefined,
    serverId,
    name: key,
    size: 1,
    isGroup: false,
    createdAt,
    state: 'live',
  } as const;
  return engine.store.shares.add({ ...row, key, link: `https://a.example/s/${key}`, ...end });
};
const names = (at: number): readonly string[] => takeExpiring(engine, at).map(({ row }) => row.name);

describe('shares that expire soon', () => {
  it('are given once for each end, the first to end first', async () => {
    const { id: serverId } = await added();
    made(serverId, 'later', 3 * day, 25 * hour);
    made(serverId, 'second', 3 * day, 5 * hour);
    made(serverId, 'first', 3 * day, hour);
    made(serverId, 'over', 3 * day, -hour);
    made(serverId, 'never', 3 * day);
    expect(names(now)).toEqual(['first', 'second']);
    expect(names(now)).toEqual([]);
    expect(names(now + 2 * hour)).toEqual(['later']);
  });

  it('are not those that were made for a day or less, nor those that were revoked', async () => {
    const { id: serverId } = await added();
    made(serverId, 'short', hour, 23 * hour);
    engine.store.shares.setState(made(serverId, 'revoked', 3 * day, hour), 'revoked');
    expect(names(now)).toEqual([]);
  });

  it('are given again when they were extended and their new end is near', async () => {
    const { id: serverId } = await added();
    const id = made(serverId, 'a', 2 * day, hour);
    expect(names(now)).toEqual(['a']);
    engine.store.shares.change(id, { key: 'a', expiresAt: now + 3 * day });
    expect(names(now + hour)).toEqual([]);
    expect(names(now + 2 * day + hour)).toEqual(['a']);
  });

  it('say by how much they can be extended, where their server can do that', async () => {
    const { id: serverId } = await added();
    made(serverId, 'a', 2 * day, hour);
    expect(takeExpiring(engine, now)).toMatchObject([{ extendSeconds: 49 * 3600 }]);
    made(serverId, 'b', 2 * day, hour);
    await client.call('servers.update', { id: serverId, defaultExpirySeconds: 7 * 86_400 });
    expect(takeExpiring(engine, now)).toMatchObject([{ extendSeconds: 7 * 86_400 }]);
    made(serverId, 'direct/c', 2 * day, hour);
    expect(takeExpiring(engine, now)[0]).not.toHaveProperty('extendSeconds');
  });
});

describe('extending a share', () => {
  it('moves its present end, on the server and here', async () => {
    const { id: serverId } = await added();
    const id = made(serverId, 'a', 2 * day, hour);
    const extended = await extendShare(engine, id, now, 86_400);
    expect(extended).toMatchObject({ ok: true, value: { expiresAt: siteNow + hour + day } });
    expect(engine.store.shares.get(id)?.expiresAt).toBe(site.shared.get('a')?.expiresAt);
  });

  it('is refused in words where there is no end, no such share, or a server that cannot do it', async () => {
    const { id: serverId } = await added();
    expect(await problemOf(client.call('shares.extend', { id: made(serverId, 'a', day) }))).toBe('share-no-end');
    expect(await problemOf(client.call('shares.extend', { id: 99 }))).toBe('share-unknown');
    const direct = made(serverId, 'direct/9', day, hour);
    expect(await problemOf(client.call('shares.extend', { id: direct }))).toBe('option-unsupported');
  });
});

describe('first downloads', () => {
  const count = (key: string, counted: number): void => {
    const share = site.shared.get(key);
    if (share !== undefined) site.shared.set(key, { ...share, downloads: { counted } });
  };
  const found = async (): Promise<readonly string[]> => (await firstDownloads(engine, now)).map(({ name }) => name);

  it('are found once for each share that was made here', async () => {
    const { id: serverId } = await added();
    for (const key of ['a', 'b']) {
      made(serverId, key, hour);
      count(key, 0);
    }
    expect(await found()).toEqual([]);
    count('a', 2);
    expect(await found()).toEqual(['a']);
    count('a', 3);
    count('b', 1);
    expect(await found()).toEqual(['b']);
    expect(await found()).toEqual([]);
  });

  it('of an old share that was never looked at are no news, those of a new one are', async () => {
    const { id: serverId } = await added();
    for (const [key, ago] of [
      ['old', 2 * day],
      ['new', hour],
    ] as const) {
      made(serverId, key, ago);
      count(key, 5);
    }
    expect(await found()).toEqual(['new']);
  });

  it('wait for a server that does not answer', async () => {
    const { id: serverId } = await added();
    made(serverId, 'a', hour);
    count('a', 1);
    const tokens = [...site.tokens];
    site.tokens.clear();
    expect(await found()).toEqual([]);
    for (const token of tokens) site.tokens.add(token);
    expect(await found()).toEqual(['a']);
  });
});
