import { describe, expect, it } from 'vitest';
import type { RemoteShareView, ShareView } from '../../preload/contract.ts';
import { problem } from '../../preload/problems.ts';
import { exits } from './exits.ts';
import { inputOf, problemView, refuse, testHost, type Script } from './test-host.ts';
import { serverRow } from '../../test/fakes/server-row.ts';

const { capabilities } = serverRow();
const nas = serverRow({ id: 's1', name: 'nas', isDefault: true });
const other = serverRow({ id: 's2', name: 'other', isDefault: false });
const account = { ...capabilities, listShares: true, createShares: true, editShares: true };
const cloud = serverRow({ id: 's3', name: 'cloud', isDefault: false, capabilities: account });
const second = serverRow({ id: 's4', name: 'second', isDefault: false, capabilities: account });
const names = new Map([nas, other, cloud, second].map(({ id, name }) => [id, name]));

/** Links as servers with accounts and those without have them. */
const cloudLink = (address: string, id: string, password?: string): string =>
  [address, 's', id, ...(password === undefined ? [] : [encodeURIComponent(password)])].join('/');
const stend = (key: string, page = 'd'): string => `https://web.example/up/${page}?${key}`;

let ids = 0;
const own = (serverId: string, key: string, link?: string, more: Partial<ShareView> = {}): ShareView => ({
  id: ++ids,
  serverId,
  serverName: names.get(serverId) ?? serverId,
  name: `${key}.bin`,
  size: 1,
  isGroup: false,
  key,
  ...(link === undefined ? {} : { link }),
  canRevoke: true,
  canEdit: false,
  createdAt: 0,
  state: 'live',
  ...more,
});
const remote = (id: string, password?: string, more: Partial<RemoteShareView> = {}): RemoteShareView => ({
  id,
  link: cloudLink('https://cloud.example', id, password),
  name: `${id}.bin`,
  createdAt: 1,
  expired: false,
  ...more,
});

/** Servers, what is shared from here, and what the accounts list by server. */
const world = (
  rows: readonly ShareView[],
  accounts: Readonly<Record<string, readonly RemoteShareView[]>> = {},
): Script => ({
  'servers.list': () => [nas, other, cloud, second],
  'shares.list': ({ serverId }) => ({
    rows: rows.filter((row) => serverId === undefined || row.serverId === serverId),
  }),
  'shares.remote': ({ serverId }) => ({ rows: [...(accounts[serverId] ?? [])] }),
  'shares.revoke': (input) => ({ revoked: input.ids, refused: [] }),
  'shares.revokeRemote': (input) => ({ revoked: input.ids, refused: [] }),
  'shares.edit': ({ share }) => ({ share }),
});

it('says which share was revoked where two servers have one of the same id, and one of them refuses', async () => {
  const accounts = {
    s3: [remote('r1')],
    s4: [remote('r1', undefined, { link: 'https://two.example/s/r1', name: 'b' })],
  };
  const refused = problemView(problem('no-permission', { server: 'second', name: 'b' }));
  const host = testHost({
    ...world([], accounts),
    'shares.revokeRemote': ({ serverId, ids: asked }) =>
      serverId === 's3'
        ? { revoked: asked, refused: [] }
        : { revoked: [], refused: asked.map((id) => ({ id, problem: refused })) },
  });
  expect(await host.run('share', 'revoke', 'https://cloud.example/s/r1', 'https://two.example/s/r1')).toBe(
    exits.failed,
  );
  expect(host.out()).toBe('✓ revoked r1  r1.bin\n');
  expect(host.err()).toContain(refused.message);
});

describe('a share is revoked', () => {
  const direct = own('s3', 'f/Ab1', 'https://cloud.example/f/Ab1/holiday%20%26%20sea.mkv');
  const rows: readonly ShareView[] = [
    own('s1', 'abc', stend('abc')),
    own('s1', 'abcd', stend('abcd', 'd.html')),
    own('s2', 'def', 'http://127.0.0.1:8080/d?def'),
    own('s2', 'nolink'),
    own('s3', 'k1', cloudLink('https://cloud.example', 'k1')),
    own('s3', 'k2', cloudLink('https://cloud.example/sub', 'k2', 'p ä/s?s')),
    direct,
    own('s1', 'group', stend('group'), { isGroup: true, name: 'a, b' }),
  ];
  const printed = rows.flatMap((row) =>
    [row.key, row.name, ...(row.link === undefined ? [] : [row.link])].map((word) => ({ word, id: row.id })),
  );
  const links = rows.flatMap(({ id, link }) => (link === undefined ? [] : [{ link, id }]));

  it.each(printed)('by what the command line printed of it: $word', async ({ word, id }) => {
    const host = testHost(world(rows));
    expect(await host.run('share', 'revoke', word)).toBe(exits.done);
    expect(inputOf(host, 'shares.revoke')).toEqual({ ids: [id] });
  });

  it.each(links)('by its link with something behind it, and without its scheme: $link', async ({ link, id }) => {
    for (const word of [
      `${link}${link.includes('?') ? '&' : '?'}utm_source=x`,
      `${link}#top`,
      link.replace(/^https?:\/\//, ''),
    ]) {
      const host = testHost(world(rows));
      expect(await host.run('share', 'revoke', word)).toBe(exits.done);
      expect(inputOf(host, 'shares.revoke')).toEqual({ ids: [id] });
    }
    const slash = link.includes('?') ? link.replace('?', '/?') : `${link}/`;
    const host = testHost(world(rows));
    expect(await host.run('share', 'revoke', slash)).toBe(exits.done);
    expect(inputOf(host, 'shares.revoke')).toEqual({ ids: [id] });
  });

  it('by a link that was printed when it had another password, or no page was known', async () => {
    for (const [word, n] of [
      ['https://cloud.example/sub/s/k2/before', 5],
      ['https://cloud.example/sub/s/k2', 5],
      ['https://elsewhere.example/d?nolink', 3],
    ] as const) {
      const host = testHost(world(rows));
      expect(await host.run('share', 'revoke', word)).toBe(exits.done);
      expect(inputOf(host, 'shares.revoke')).toEqual({ ids: [rows[n]?.id] });
    }
  });

  it('not by the link of another site that has the same key', async () => {
    const host = testHost(world(rows));
    expect(await host.run('share', 'revoke', 'https://elsewhere.example/d?abc')).toBe(exits.failed);
    expect(host.err()).toContain('There is no share https://elsewhere.example/d?abc.');
  });

  it('of an account that is not the default server, by link, key, name or path', async () => {
    const accounts = { s4: [remote('r1', 'pass word', { path: '/B/b.bin' })], s3: [remote('r2')] };
    for (const word of [
      'r1',
      'r1.bin',
      '/B/b.bin',
      'https://cloud.example/s/r1/pass%20word',
      'https://cloud.example/s/r1/',
    ]) {
      const host = testHost(world(rows, accounts));
      expect(await host.run('share', 'revoke', word)).toBe(exits.done);
      expect(inputOf(host, 'shares.revokeRemote')).toEqual({ serverId: 's4', ids: ['r1'] });
    }
  });

  it('on each of several servers by one command, and nothing where one of them is not found', async () => {
    const accounts = { s4: [remote('r1')], s3: [remote('r2')] };
    const host = testHost(world(rows, accounts));
    expect(await host.run('share', 'revoke', 'abc', 'r1', 'r2')).toBe(exits.done);
    expect(host.calls.filter(({ name }) => name === 'shares.revokeRemote').map(({ input }) => input)).toEqual([
      { serverId: 's4', ids: ['r1'] },
      { serverId: 's3', ids: ['r2'] },
    ]);
    const typo = testHost(world(rows, accounts));
    expect(await typo.run('share', 'revoke', 'abc', 'r7')).toBe(exits.failed);
    expect(typo.calls.some(({ name }) => name.startsWith('shares.revoke'))).toBe(false);
  });

  it('as one, where the same link was made twice', async () => {
    const twice = own('s3', 'f/Ab1', direct.link);
    const host = testHost(world([twice, ...rows]));
    expect(await host.run('share', 'revoke', direct.link ?? '')).toBe(exits.done);
    expect(inputOf(host, 'shares.revoke')).toEqual({ ids: [twice.id, direct.id] });
  });
});

describe('a word that means several shares', () => {
  const rows = [
    own('s1', 'same', 'https://a.example/d?same', { name: 'a.bin' }),
    own('s2', 'same', 'https://b.example/d?same', { name: 'b.bin' }),
    own('s1', 'x', stend('x'), { name: 'film.mkv' }),
  ];
  const accounts = { s3: [remote('r1', undefined, { name: 'film.mkv' })] };

  it.each([
    ['same', ['nas: a.bin, key same', 'other: b.bin, key same']],
    ['film.mkv', ['nas: film.mkv, key x', 'cloud: film.mkv, key r1']],
  ])('revokes none of them, and says which there are: %s', async (word, told) => {
    const host = testHost(world(rows, accounts));
    expect(await host.run('share', 'revoke', word)).toBe(exits.failed);
    for (const one of told) expect(host.err()).toContain(one);
    expect(host.calls.some(({ name }) => name.startsWith('shares.revoke'))).toBe(false);
  });

  it('means one of them with its server', async () => {
    const host = testHost(world(rows, accounts));
    expect(await host.run('share', 'revoke', 'same', '--server', 'other')).toBe(exits.done);
    expect(inputOf(host, 'shares.revoke')).toEqual({ ids: [rows[1]?.id] });
  });
});

it('a share that an account lists and this profile has is one share', async () => {
  const mine = own('s3', 'k1', 'https://cloud.example/s/k1', { name: 'film.mkv' });
  const host = testHost(world([mine], { s3: [remote('k1', undefined, { name: 'film.mkv' })] }));
  expect(await host.run('share', 'revoke', 'film.mkv')).toBe(exits.done);
  expect(inputOf(host, 'shares.revoke')).toEqual({ ids: [mine.id] });
});

it('an account that cannot be asked is told of where the share is not found, and hinders no other', async () => {
  const script: Script = {
    ...world([own('s1', 'abc', stend('abc'))], { s4: [remote('r1')] }),
    'shares.remote': ({ serverId }) =>
      serverId === 's3' ? refuse(problem('signed-out', { server: 'cloud' })) : { rows: [remote('r1')] },
  };
  for (const word of ['abc', 'r1']) expect(await testHost(script).run('share', 'revoke', word)).toBe(exits.done);
  const host = testHost(script);
  expect(await host.run('share', 'revoke', 'r9')).not.toBe(exits.done);
  expect(host.err()).toContain('cloud');
});

it('a share is changed by its link on whatever account it is', async () => {
  const host = testHost(world([], { s4: [remote('r1', 'old')] }));
  expect(await host.run('share', 'edit', 'https://cloud.example/s/r1/old', '--expire', 'never')).toBe(exits.done);
  expect(inputOf(host, 'shares.edit')).toMatchObject({ serverId: 's4', share: { id: 'r1' } });
});
