import { describe, expect, it } from 'vitest';
import type { CallInput, CallOutput, RemoteShareView, ShareView } from '../../preload/contract.ts';
import { problem } from '../../preload/problems.ts';
import {
  added,
  client,
  engine,
  file,
  known,
  prepareAccounts,
  problemOf,
  signIn,
  site,
  stateOf,
  until,
} from '../../test/fakes/account-bench.ts';
import { fail, ok } from '../engine/outcome.ts';
import { Revocations } from '../engine/actions/revoke-shares.ts';

prepareAccounts();

describe('folders of an account', () => {
  it('are listed a page at a time, made, and told with the room that is left', async () => {
    const { id: serverId } = await added();
    const one = await client.call('folders.list', { serverId });
    expect(one).toMatchObject({ folders: [{ name: 'Films', path: '/Films' }], canWrite: true });
    const two = await client.call('folders.list', { serverId, after: one.next });
    expect([two.folders[0]?.name, two.next]).toEqual(['Music', undefined]);
    await client.call('folders.make', { serverId, path: '/Films/New' });
    expect(site.folders).toContain('/Films/New');
    expect(await client.call('folders.capacity', { serverId })).toEqual({ capacity: { total: 1000, used: 10 } });
    expect(await problemOf(client.call('folders.list', { serverId, path: 'Films' }))).toBe('input-invalid');
  });

  it('and policies and conflicts reach the transfer, and the folder is remembered', async () => {
    await added();
    const extra = { to: '/Films', policy: 'p1', conflict: 'rename', 'share-downloads': 3 };
    const { added: ids } = await client.call('transfers.add', { paths: [await file('a')], extra });
    expect(engine.store.transfers.get(ids[0] ?? 0)?.options.extra).toEqual(extra);
    expect((await client.call('servers.list', {}))[0]?.folder).toBe('/Films');
    for (const [wrong, code] of [
      [{ where: '/Films' }, 'option-unsupported'],
      [{ to: 'Films' }, 'option-invalid'],
      [{ conflict: 'burn' }, 'option-invalid'],
      [{ 'share-downloads': '3' }, 'option-invalid'],
      [{ policy: 'p 1' }, 'option-invalid'],
    ] as const)
      expect(await problemOf(client.call('transfers.add', { paths: [await file('a')], extra: wrong }))).toBe(code);
  });

  it('that was chosen last takes what is dropped, but nothing that a command line adds', async () => {
    await added();
    const add = async (name: string, more: Partial<CallInput<'transfers.add'>>) => {
      const { added: ids } = await client.call('transfers.add', { paths: [await file(name)], ...more });
      return (await client.call('transfers.get', { id: ids[0] ?? 0 })).transfer.to;
    };
    expect(await add('a', { drop: 'new' })).toBeUndefined();
    expect(await add('b', { drop: 'new', extra: { to: '/Films' } })).toBe('/Films');
    expect(await add('c', { drop: 'new', extra: { policy: 'p1' } })).toBe('/Films');
    expect(await add('d', {})).toBeUndefined();
    expect(await add('e', { drop: 'new', extra: { to: '/' } })).toBe('/');
    expect((await client.call('servers.list', {}))[0]?.folder).toBe('/');
  });

  it('where a name is taken wait for the person, whose answer is used', async () => {
    await added();
    site.files.before = (phase, name) =>
      phase === 'open' && engine.store.transfers.get(1)?.options.extra?.['conflict'] !== 'version'
        ? { behaviour: 'attention', problem: problem('name-exists', { server: 'account', name }) }
        : undefined;
    const { added: ids } = await client.call('transfers.add', { paths: [await file('a')], extra: { conflict: 'ask' } });
    expect((await client.call('transfers.decide', { ids: [...ids], decision: 'new-version' })).refused).toHaveLength(1);
    await client.call('queue.start', {});
    await until(async () => (await stateOf(ids[0] ?? 0)) === 'attention');
    expect((await client.call('transfers.decide', { ids: [...ids], decision: 'new-version' })).changed).toEqual(ids);
    await until(async () => (await stateOf(ids[0] ?? 0)) === 'done');
    site.files.before = (phase, name) =>
      phase === 'open'
        ? { behaviour: 'attention', problem: problem('name-exists', { server: 'account', name }) }
        : undefined;
    const { added: other } = await client.call('transfers.add', { paths: [await file('b')] });
    await until(async () => (await stateOf(other[0] ?? 0)) === 'attention');
    expect((await client.call('transfers.decide', { ids: [...other], decision: 'skip' })).changed).toEqual(other);
    await until(async () => (await stateOf(other[0] ?? 0)) === 'cancelled');
  });

  it('are left out by an answer as by a wish before, and can be stored otherwise after both', async () => {
    await added();
    const wished = (name: string): unknown =>
      engine.store.transfers.page({ search: name }, 'newest', { limit: 1 }).rows[0]?.options.extra?.['conflict'];
    site.files.before = (phase, name) => {
      if (phase !== 'open' || wished(name) === 'version') return undefined;
      const about = { server: 'account', name };
      return wished(name) === 'skip'
        ? { behaviour: 'left-out', problem: problem('name-skipped', about) }
        : { behaviour: 'attention', problem: problem('name-exists', about) };
    };
    const add = async (name: string, conflict: string): Promise<number> =>
      (await client.call('transfers.add', { paths: [await file(name)], extra: { conflict }, drop: 'new' })).added[0] ??
      0;
    const ids = [await add('before', 'skip'), await add('later', 'ask')];
    await client.call('queue.start', {});
    await until(async () => (await stateOf(ids[0] ?? 0)) === 'cancelled');
    await until(async () => (await stateOf(ids[1] ?? 0)) === 'attention');
    await client.call('transfers.decide', { ids: ids.slice(1), decision: 'skip' });
    await until(async () => (await stateOf(ids[1] ?? 0)) === 'cancelled');
    const { rows } = await client.call('transfers.list', { filter: { ids } });
    expect(rows.map(({ state, problem: why }) => [state, why?.code])).toEqual([
      ['cancelled', 'name-skipped'],
      ['cancelled', 'name-skipped'],
    ]);
    const { rows: history } = await client.call('history.list', { ending: 'cancelled', limit: 10 });
    expect(history.map((row) => row.problem?.message)).toEqual(rows.map((row) => row.problem?.message).reverse());
    const { rows: drops } = await client.call('drops.ready', {});
    expect(drops.map(({ done, leftOut }) => [done, leftOut])).toEqual([
      [0, ['before']],
      [0, ['later']],
    ]);
    expect((await client.call('transfers.decide', { ids, decision: 'skip' })).refused).toHaveLength(2);
    expect((await client.call('transfers.decide', { ids, decision: 'new-version' })).changed).toEqual(ids);
    for (const id of ids) await until(async () => (await stateOf(id)) === 'done');
  });
});

describe('shares of an account', () => {
  it('are made, listed a page at a time, changed where it was said, and revoked', async () => {
    const { id: serverId } = await added();
    const make = async (path: string): Promise<string> =>
      (await client.call('shares.create', { serverId, path, terms: { expirySeconds: 60, downloads: 2 } })).share.id;
    await make('/a');
    await make('/b');
    await make('/c');
    const page = await client.call('shares.remote', { serverId });
    expect(page.rows.map(({ name }) => name)).toEqual(['c', 'b']);
    const rest = await client.call('shares.remote', { serverId, after: page.next });
    const [last] = rest.rows;
    if (last === undefined) throw new Error('no share');
    expect(last).toMatchObject({ name: 'a', downloads: { left: 2 }, expiresAt: 61_000 });
    const { share } = await client.call('shares.edit', { serverId, share: last, terms: { expirySeconds: null } });
    expect(share.expiresAt).toBeUndefined();
    expect(share.downloads).toEqual({ left: 2, counted: 0 });
    expect(await client.call('shares.revokeRemote', { serverId, ids: [last.id] })).toEqual({
      revoked: [last.id],
      refused: [],
    });
    expect([...site.shared.keys()]).not.toContain(last.id);
    const none = { serverId, share: last, terms: { downloads: 0 } };
    expect(await problemOf(client.call('shares.edit', none))).toBe('input-invalid');
  });

  it('that an upload made are revoked without a delete key', async () => {
    const { id: serverId } = await added();
    const row = { transferId: undefined, serverId, name: 'a', size: 1, isGroup: false, createdAt: 1 };
    const id = engine.store.shares.add({ ...row, key: 's9', state: 'live' });
    expect((await client.call('shares.list', {})).rows).toMatchObject([{ key: 's9', canRevoke: true }]);
    expect(await client.call('shares.revoke', { ids: [id] })).toEqual({ revoked: [id], refused: [] });
  });
});

describe('a server that lists its shares', () => {
  it('may still need delete keys and delete files: each is said for itself', async () => {
    const { id: serverId } = await added();
    const provider = site.provider();
    const shares = { needsDeleteKey: true, revoke: 'removes-file' } as const;
    known.set('account', { ...provider, capabilities: { ...provider.capabilities, shares } });
    const [view] = await client.call('servers.list', {});
    expect(view?.capabilities).toMatchObject({
      listShares: true,
      revoke: true,
      revokeNeedsKey: true,
      revokeKeepsFile: false,
    });
    const row = { transferId: undefined, serverId, name: 'a', size: 1, isGroup: false, createdAt: 1 };
    const id = engine.store.shares.add({ ...row, key: 's9', state: 'live' });
    expect((await client.call('shares.list', {})).rows).toMatchObject([{ key: 's9', canRevoke: false }]);
    const { refused } = await client.call('shares.revoke', { ids: [id] });
    expect(refused.map((one) => one.problem.code)).toEqual(['share-no-delete-key']);
  });

  it('may do no more than that, and may tell no links', async () => {
    const provider = site.provider();
    const list = () => Promise.resolve(ok({ shares: [{ id: 's1', name: 'a', createdAt: 1, expired: false }] }));
    known.set('account', { ...provider, shares: { list } });
    const { id: serverId } = await added();
    const [view] = await client.call('servers.list', {});
    expect(view?.capabilities).toMatchObject({ listShares: true, createShares: false, editShares: false });
    const { rows } = await client.call('shares.remote', { serverId });
    expect(rows).toEqual([{ id: 's1', name: 'a', createdAt: 1, expired: false }]);
    expect(await problemOf(client.call('shares.create', { serverId, path: '/a' }))).toBe('option-unsupported');
  });
});

describe('a share of the account that was made here', () => {
  const here = async (): Promise<readonly ShareView[]> => (await client.call('shares.list', {})).rows;
  const open = async () => (await here()).filter(({ state }) => state === 'live');

  it('is one share in both lists: changed and revoked in one, it is in the other', async () => {
    const { id: serverId } = await added();
    const { share } = await client.call('shares.create', { serverId, path: '/Films/a', terms: { expirySeconds: 60 } });
    expect(await open()).toMatchObject([{ key: share.id, link: share.link, name: 'a', expiresAt: 61_000 }]);
    await client.call('shares.edit', { serverId, share, terms: { expirySeconds: null } });
    const [row] = await open();
    expect(row).toMatchObject({ key: share.id });
    expect(row).not.toHaveProperty('expiresAt');
    await client.call('shares.revokeRemote', { serverId, ids: [share.id] });
    expect(await here()).toMatchObject([{ key: share.id, state: 'revoked' }]);
    const second = await client.call('shares.create', { serverId, path: '/Films/b' });
    await client.call('shares.revoke', { ids: (await open()).map(({ id }) => id) });
    const { rows } = await client.call('shares.remote', { serverId });
    expect(rows.map(({ id }) => id)).not.toContain(second.share.id);
  });

  it('knows its path, which the list of the account does not tell, so that it can be revived', async () => {
    const { id: serverId } = await added();
    const { share } = await client.call('shares.create', { serverId, path: '/Films/a' });
    const [there] = site.shared.values();
    if (there === undefined) throw new Error('no share');
    const { path, ...told } = there;
    expect(path).toBe('/Films/a');
    site.shared.set(share.id, told);
    expect((await client.call('shares.remote', { serverId })).rows[0]?.path).toBe('/Films/a');
    const edited = await client.call('shares.edit', { serverId, share: told, terms: { expirySeconds: 60 } });
    expect(edited.share.path).toBe('/Films/a');
  });

  it('is gone here when the account has it no more, and only then', async () => {
    const { id: serverId } = await added();
    const make = async (name: string): Promise<RemoteShareView> =>
      (await client.call('shares.create', { serverId, path: `/${name}` })).share;
    const [first, second, third] = [await make('a'), await make('b'), await make('c')];
    // Two fit on a page: what is not on the first may be on the next.
    await client.call('shares.remote', { serverId });
    expect(await open()).toHaveLength(3);
    const kept = site.shared.get(first.id);
    site.shared.delete(third.id);
    site.shared.delete(first.id);
    await client.call('shares.remote', { serverId });
    expect((await open()).map(({ key }) => key)).toEqual([second.id]);
    if (kept !== undefined) site.shared.set(first.id, kept);
    await client.call('shares.remote', { serverId });
    expect((await open()).map(({ key }) => key)).toEqual([second.id, first.id]);
  });

  it('stays where its kind of link is on no list of the account', async () => {
    const { id: serverId } = await added();
    const row = { transferId: undefined, serverId, name: 'a', size: 1, isGroup: false, createdAt: 1 };
    engine.store.shares.add({ ...row, key: 'direct/9', state: 'live' });
    await client.call('shares.remote', { serverId });
    expect(await open()).toMatchObject([{ key: 'direct/9', canEdit: false, canRevoke: true }]);
  });

  it('can be of what an upload stored, and is then its link', async () => {
    const { id: serverId } = await added();
    const { added: ids } = await client.call('transfers.add', { paths: [await file('a')] });
    const [transferId = 0] = ids;
    expect(await problemOf(client.call('shares.create', { transferId }))).toBe('share-path-unknown');
    const proof = { by: 'server-status', detail: 'there', path: '/Films/a' };
    engine.store.transfers.end(transferId, 'done', 2_000, 'mine', { proof });
    const { share } = await client.call('shares.create', { transferId, terms: { downloads: 1 } });
    expect(share).toMatchObject({ path: '/Films/a', downloads: { left: 1 } });
    expect(await open()).toMatchObject([{ serverId, transferId, key: share.id }]);
    expect((await client.call('transfers.get', { id: transferId })).transfer.share).toMatchObject({ link: share.link });
    await client.call('shares.edit', { serverId, share, terms: { expirySeconds: 60 } });
    const shown = (await client.call('transfers.get', { id: transferId })).transfer.share;
    expect(shown).toMatchObject({ link: share.link, expiresAt: 61_000 });
  });

  /** What a revocation of a new share comes to where the site answers it with a failure. */
  const revokedWhile = async (
    failure: NonNullable<typeof site.refusesRevoke>,
  ): Promise<CallOutput<'shares.revokeRemote'>> => {
    const { id: serverId } = await added();
    const { share } = await client.call('shares.create', { serverId, path: '/a' });
    site.refusesRevoke = failure;
    return client.call('shares.revokeRemote', { serverId, ids: [share.id] });
  };
  const isRevoked = async (): Promise<void> => {
    site.refusesRevoke = undefined;
    await expect.poll(here).toMatchObject([{ state: 'revoked' }]);
  };

  it('whose revocation is not answered is asked for again', async () => {
    expect((await revokedWhile(fail('retry', problem('no-network')))).refused).toHaveLength(1);
    expect(await here()).toMatchObject([{ state: 'revoking' }]);
    const revocations = new Revocations(engine, { first: 1, longest: 4 });
    await revocations.settle();
    await revocations.settle();
    expect(await here()).toMatchObject([{ state: 'revoking' }]);
    await isRevoked();
    revocations.close();
  });

  it('whose revocation is open is asked for again when somebody is signed in, and not forgotten before', async () => {
    await revokedWhile(fail('retry', problem('no-network')));
    site.refusesRevoke = fail('attention', problem('signed-out', { server: 'mine' }));
    const revocations = new Revocations(engine, { first: 1, longest: 4 });
    await revocations.settle();
    expect(await here()).toMatchObject([{ state: 'revoking' }]);
    await isRevoked();
    revocations.close();
  });

  it('whose revocation the server refuses stays live, and is not asked for again', async () => {
    await revokedWhile(fail('fatal', problem('no-permission', { server: 'mine', name: '' })));
    expect(await here()).toMatchObject([{ state: 'live' }]);
  });
});

describe('what broken uploads left', () => {
  it('is shown without what is under way here, and cleaned after another look', async () => {
    const { id: serverId } = await added();
    site.files.before = (phase) =>
      phase === 'send' ? { behaviour: 'attention', problem: problem('file-missing', { path: 'x' }) } : undefined;
    const { added: ids } = await client.call('transfers.add', { paths: [await file('mine')] });
    await client.call('queue.start', {});
    await until(async () => (await stateOf(ids[0] ?? 0)) === 'attention');
    const left = { path: '/x', size: 5, kind: 'unfinished' } as const;
    site.leftovers = [
      { ...left, id: 'mine-0', name: 'mine' },
      { ...left, id: 'old', name: 'x' },
      { ...left, id: 'old', name: 'x' },
      { ...left, id: 'kept', name: 'y', kind: 'empty' },
    ];
    const { rows } = await client.call('leftovers.list', { serverId });
    expect(rows.map(({ id }) => id)).toEqual(['old', 'kept']);
    expect(await client.call('leftovers.clean', { serverId, ids: ['old', 'mine-0', 'gone'] })).toEqual({
      cleaned: ['old'],
      refused: [],
    });
    expect(site.leftovers.map(({ id }) => id)).toEqual(['mine-0', 'kept']);
  });
});

it('what is left over is cleaned however long its path is, and no path leads elsewhere', async () => {
  const { id: serverId } = await added();
  const path = `/${'日本語'.repeat(80)}`.repeat(30);
  const id = `ghost:${path}`;
  site.leftovers = [{ id, name: 'x', path, size: 5, kind: 'empty' }];
  expect((await client.call('leftovers.clean', { serverId, ids: [id] })).cleaned).toEqual([id]);
  expect(await problemOf(client.call('shares.create', { serverId, path: '/a/../b' }))).toBe('input-invalid');
  const { share } = await client.call('shares.create', { serverId, path: '/a..b/...' });
  const elsewhere = { ...share, path: '/./b' };
  const terms = { downloads: 1 };
  expect(await problemOf(client.call('shares.edit', { serverId, share: elsewhere, terms }))).toBe('input-invalid');
});

it('a server without accounts refuses what needs one, in words', async () => {
  const { id: serverId } = await added();
  const plain = site.files.port();
  if (!plain.ok) throw new Error('no provider');
  known.set('account', { ...plain.value.provider, kind: 'account' });
  engine.servers.refresh(serverId);
  const calls = [
    () => signIn({ serverId }),
    () => client.call('servers.signOut', { id: serverId }),
    () => client.call('folders.list', { serverId }),
    () => client.call('shares.remote', { serverId }),
    () => client.call('shares.create', { serverId, path: '/a' }),
    () => client.call('leftovers.list', { serverId }),
  ];
  for (const call of calls) expect(await problemOf(call())).toBe('option-unsupported');
  const { refused } = await client.call('shares.revokeRemote', { serverId, ids: ['a'] });
  expect(refused).toMatchObject([{ id: 'a', problem: { code: 'option-unsupported' } }]);
});
