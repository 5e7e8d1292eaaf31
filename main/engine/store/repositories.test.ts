import * as fs from 'node:fs';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import type { Page, ShareRow } from './rows.ts';
import type { PageRequest, Store } from './store.ts';
import { addOne, many, newTransfer, testFolder, testStore } from './test-rows.ts';
import { fold, fromCursor, fromJson, maybeJson, optionalJson, toPage, where } from './values.ts';

const remote = { version: 1, value: { session: 'abc' } };
const reason = problem('session-gone', { server: 'S' });
const share = (key: string, more: Partial<ShareRow> = {}): Omit<ShareRow, 'id'> => ({
  key,
  transferId: undefined,
  serverId: 'one',
  name: `Name of ${key}`,
  size: 7,
  isGroup: false,
  createdAt: 1,
  state: 'live',
  ...more,
});
/** All rows of a list, asked for page by page. */
const all = <T>(page: (request: PageRequest) => Page<T>, limit = 2): readonly T[] => {
  const rows: T[] = [];
  let after: string | undefined;
  do {
    const found = page({ limit, ...(after === undefined ? {} : { after }) });
    expect(found.rows.length).toBeLessThanOrEqual(limit);
    rows.push(...found.rows);
    after = found.next;
  } while (after !== undefined);
  return rows;
};

describe('shares', () => {
  it('come back as they were added, the newest first, page by page', () => {
    const store = testStore();
    const given = [
      share('k1', { deleteKey: 'd1', link: 'https://x/k1', expiresAt: 9 }),
      share('k2', { isGroup: true, serverId: 'two', transferId: addOne(store) }),
      share('k3'),
    ];
    const ids = given.map((one) => store.shares.add(one));
    expect(ids.map((id) => store.shares.get(id))).toEqual(given.map((one, n) => ({ ...one, id: ids[n] })));
    expect(all((request) => store.shares.page({}, request)).map(({ key }) => key)).toEqual(['k3', 'k2', 'k1']);
    expect(store.shares.get(99)).toBeUndefined();
    expect(store.shares.byKey('k2').map(({ id }) => id)).toEqual([ids[1]]);
    expect(store.shares.byKey('other')).toEqual([]);
  });

  it('are found by server, state, and a part of name or key', () => {
    const store = testStore();
    store.shares.add(share('Alpha'));
    store.shares.add(share('Beta', { serverId: 'two' }));
    const gone = store.shares.add(share('Gamma'));
    store.shares.setState(gone, 'revoked');
    const keys = (filter: Parameters<Store['shares']['page']>[0]): readonly string[] =>
      store.shares.page(filter, { limit: 9 }).rows.map(({ key }) => key);
    expect(keys({ serverId: 'two' })).toEqual(['Beta']);
    expect(keys({ states: ['live'] })).toEqual(['Beta', 'Alpha']);
    expect(keys({ states: ['revoked', 'revoking'] })).toEqual(['Gamma']);
    expect(keys({ search: 'ALPHA' })).toEqual(['Alpha']);
    expect(keys({ search: 'name OF b' })).toEqual(['Beta']);
    // Neither begins where the other ends.
    expect(keys({ search: 'alphaalpha' })).toEqual([]);
  });

  it('that are forgotten keep their keys', () => {
    const store = testStore();
    const ids = [store.shares.add(share('a', { deleteKey: 'd' })), store.shares.add(share('b'))];
    store.shares.forget(ids.slice(0, 1));
    expect(store.shares.byKey('a')).toMatchObject([{ state: 'forgotten', deleteKey: 'd' }]);
    expect(store.shares.byKey('b')).toMatchObject([{ state: 'live' }]);
  });

  it('that are revoked do not come back from the journal', async () => {
    const folder = testFolder();
    const store = testStore(folder);
    const id = addOne(store);
    store.keepTold({ shareKey: 'k', deleteKey: 'd' }, 'one', id);
    store.keepTold({ shareKey: 'kept', deleteKey: 'e' }, 'one', id);
    store.transfers.end(id, 'done', 1, 'S', { share: { key: 'k', deleteKey: 'd' } });
    const shareId = store.shares.byKey('k')[0]?.id ?? 0;
    store.shares.setState(shareId, 'revoking');
    store.shares.setState(shareId, 'revoked');
    store.shares.setState(99, 'revoked');
    await store.close();
    for (const name of ['queue.db', 'queue.backup.db']) fs.rmSync(path.join(folder, name), { force: true });
    const next = testStore(folder);
    expect(next.shares.byKey('k')).toEqual([]);
    expect(next.shares.byKey('kept')).toMatchObject([{ deleteKey: 'e' }]);
  });

  it('that change, change where their transfer shows them, too', () => {
    const store = testStore();
    const [done, other] = [addOne(store, 'a'), addOne(store, 'b')];
    store.transfers.end(done, 'done', 1, 'S', { share: { key: 'k' } });
    store.transfers.end(other, 'done', 1, 'S', { share: { key: 'other' } });
    const id = store.shares.byKey('k')[0]?.id ?? 0;
    const before = store.transfers.change();
    store.shares.change(id, { key: 'new', link: 'https://x/new' });
    expect(store.shares.get(id)).toMatchObject({ key: 'new', link: 'https://x/new', name: 'a', state: 'live' });
    expect(store.transfers.get(done)?.share).toEqual({ key: 'new', link: 'https://x/new' });
    expect(store.transfers.get(other)?.share).toEqual({ key: 'other' });
    expect(store.transfers.changedSince(before, 9).map((row) => row.id)).toEqual([done]);
    store.shares.change(99, { key: 'x' });
    expect(store.shares.byKey('x')).toEqual([]);
  });

  it('whose transfer was started again, and ends with another one, leave it that', () => {
    const store = testStore();
    const id = addOne(store);
    store.transfers.end(id, 'done', 1, 'S', { share: { key: 'k' } });
    const shareId = store.shares.byKey('k')[0]?.id ?? 0;
    store.transfers.update(id, { state: 'queued' });
    store.shares.change(shareId, { key: 'k', link: 'https://x/k' });
    expect(store.transfers.get(id)?.share).toEqual({ key: 'k' });
  });
});

describe('the history', () => {
  it('is found by server, ending and a part of the name, the newest first', () => {
    const store = testStore();
    const ids = store.transfers.add([
      newTransfer('Äpfel'),
      newTransfer('b', { serverId: 'two' }),
      newTransfer('c', { size: 5 }),
    ]);
    const [a = 0, b = 0, c = 0] = ids;
    store.transfers.end(a, 'done', 10, 'S', {
      share: { key: 'k', link: 'https://x' },
      proof: { by: 'x', detail: 'y' },
    });
    store.transfers.end(b, 'cancelled', 20, 'T', {});
    store.transfers.end(c, 'failed', 30, 'S', { problem: reason });
    const names = (filter: Parameters<Store['history']['page']>[0]): readonly string[] =>
      all((request) => store.history.page(filter, request)).map(({ name }) => name);
    expect(names({})).toEqual(['c', 'b', 'Äpfel']);
    expect(names({ serverId: 'two' })).toEqual(['b']);
    expect(names({ ending: 'failed' })).toEqual(['c']);
    expect(names({ search: 'ÄPF' })).toEqual(['Äpfel']);
    expect(store.history.ofTransfer(c)).toEqual({
      id: 3,
      transferId: c,
      at: 30,
      outcome: 'failed',
      name: 'c',
      path: '/home/someone/c',
      size: 5,
      serverId: 'one',
      serverName: 'S',
      took: 0,
      shareKey: undefined,
      link: undefined,
      proof: undefined,
      problem: reason,
    });
    expect(store.history.ofTransfer(a)).toMatchObject({ shareKey: 'k', link: 'https://x', proof: { by: 'x' } });
    expect(store.history.ofTransfer(99)).toBeUndefined();
    store.history.remove([1, 3]);
    expect(names({})).toEqual(['b']);
  });

  it('tells the last end of a transfer that ended twice', () => {
    const store = testStore();
    const id = addOne(store);
    store.transfers.end(id, 'failed', 1, 'S', { problem: reason });
    store.transfers.end(id, 'done', 2, 'S', {});
    expect(store.history.ofTransfer(id)).toMatchObject({ outcome: 'done', at: 2 });
  });
});

describe('groups', () => {
  const group = (store: Store, options = {}): number =>
    store.groups.add({ serverId: 'one', options, count: 2, createdAt: 5 });

  it('come back as they were added and changed', () => {
    const store = testStore();
    const id = group(store, { key: 'k' });
    const row = { id, serverId: 'one', options: { key: 'k' }, count: 2, state: 'open', createdAt: 5 };
    expect(store.groups.get(id)).toEqual(row);
    store.groups.update(id, {});
    expect(store.groups.get(id)).toEqual(row);
    store.groups.update(id, { state: 'failed', problem: reason, count: 3, share: { key: 's' } });
    expect(store.groups.get(id)).toEqual({ ...row, state: 'failed', problem: reason, count: 3, share: { key: 's' } });
    store.groups.update(id, { problem: undefined, share: undefined });
    expect(store.groups.get(id)).toEqual({ ...row, state: 'failed', count: 3 });
    expect(store.groups.get(99)).toBeUndefined();
    expect(store.groups.recent(9).map((one) => one.id)).toEqual([id]);
    const later = group(store);
    expect(store.groups.recent(9).map((one) => one.id)).toEqual([later, id]);
    expect(store.groups.recent(1).map((one) => one.id)).toEqual([later]);
  });

  it('are ready when each member has ended, until they are joined or have failed', () => {
    const store = testStore();
    const groupId = group(store);
    const [a = 0, b = 0] = store.transfers.add(many(2, () => ({ groupId })));
    const ready = (): readonly number[] => store.groups.ready().map(({ id }) => id);
    store.transfers.end(a, 'done', 1, 'S', {});
    expect(ready()).toEqual([]);
    for (const ending of ['done', 'failed', 'cancelled'] as const) {
      store.transfers.end(b, ending, 1, 'S', {});
      expect(ready()).toEqual([groupId]);
    }
    store.groups.update(groupId, { state: 'merging' });
    expect(ready()).toEqual([groupId]);
    store.groups.update(groupId, { state: 'failed' });
    expect(ready()).toEqual([]);
    store.groups.update(groupId, { state: 'done' });
    expect(ready()).toEqual([]);
  });
});

describe('sessions that were given up', () => {
  const abandon = (store: Store, name: string, at: number, more = {}): number => {
    const id = addOne(store, name, more);
    store.transfers.opened(id, remote, 60, []);
    store.transfers.sessionLost(id, reason, false, at);
    return id;
  };
  const due = (store: Store, at: number, limit = 9, without?: readonly string[]): readonly string[] =>
    store.abandoned.due(at, limit, without).map(({ name }) => name);

  it('are due in order of their time, without those of servers that are left alone', () => {
    const store = testStore();
    abandon(store, 'late', 300);
    abandon(store, 'early', 100);
    abandon(store, 'other', 200, { serverId: 'two' });
    expect(due(store, 99)).toEqual([]);
    expect(due(store, 300)).toEqual(['early', 'other', 'late']);
    expect(due(store, 300, 2)).toEqual(['early', 'other']);
    expect(due(store, 300, 9, ['one'])).toEqual(['other']);
    expect(store.abandoned.nextDue()).toBe(100);
  });

  it('wake when they are told to, those beyond a time, or of one server', () => {
    const store = testStore();
    abandon(store, 'near', 200);
    abandon(store, 'far', 900);
    abandon(store, 'other', 900, { serverId: 'two' });
    store.abandoned.wake(100, 800, 'one');
    expect(due(store, 100)).toEqual(['far']);
    store.abandoned.wake(100, 800);
    expect(due(store, 100).toSorted()).toEqual(['far', 'other']);
    store.abandoned.wake(150);
    expect(due(store, 150).toSorted()).toEqual(['far', 'near', 'other']);
  });

  it('keep what is learnt while they are freed', () => {
    const store = testStore();
    abandon(store, 'a', 1);
    const id = store.abandoned.due(1, 1)[0]?.id ?? 0;
    store.abandoned.remember(id, { version: 2, value: { half: true } });
    store.abandoned.later(id, 5);
    expect(store.abandoned.due(5, 1)).toMatchObject([
      { remote: { version: 2, value: { half: true } }, attempts: 1, nextAt: 5 },
    ]);
  });

  it('hold their place until they are gone', () => {
    const store = testStore();
    abandon(store, 'a', 1, { place: '/a' });
    expect(store.abandoned.holds('one', '/a')).toBe(true);
    expect(store.abandoned.holds('one', '/b')).toBe(false);
    expect(store.abandoned.holds('two', '/a')).toBe(false);
    const id = store.abandoned.due(1, 1)[0]?.id ?? 0;
    store.abandoned.remove(id, true);
    expect(store.abandoned.holds('one', '/a')).toBe(false);
    // Two may end the same cleanup.
    store.abandoned.remove(id, true);
  });
});

describe('what changed', () => {
  it('is told one by one until so many were removed that the oldest are forgotten', () => {
    const store = testStore();
    const ids = store.transfers.add(many(10_002));
    const before = store.transfers.change();
    store.transfers.remove(ids.slice(0, 10_000));
    expect(store.transfers.tellsSince(before)).toBe(true);
    store.transfers.remove(ids.slice(10_000, 10_001));
    expect(store.transfers.tellsSince(before)).toBe(false);
    expect(store.transfers.tellsSince(before + 1)).toBe(true);
    expect(store.transfers.get(ids[10_001] ?? 0)).toBeDefined();
  });
});

describe('the order', () => {
  /** Gives the last transfer this position, as if very many had been added. */
  const moveTo = (folder: string, id: number, position: number): void => {
    const db = new DatabaseSync(path.join(folder, 'queue.db'));
    db.prepare('UPDATE transfers SET position = ? WHERE id = ?').run(position, id);
    db.close();
  };
  const positions = (store: Store): readonly number[] =>
    store.transfers.page({}, 'queue', { limit: 99 }).rows.map(({ position }) => position);

  it('begins with a gap, and leaves one after each', () => {
    const store = testStore();
    store.transfers.add(many(2));
    store.transfers.add(many(1));
    expect(positions(store)).toEqual([2 ** 27, 2 * 2 ** 27, 3 * 2 ** 27]);
  });

  it('is numbered again where its numbers end', () => {
    const folder = testFolder();
    const store = testStore(folder);
    const [first = 0, second = 0] = store.transfers.add(many(2));
    moveTo(folder, second, Number.MAX_SAFE_INTEGER - 3 * 2 ** 27);
    store.transfers.add(many(2));
    expect(positions(store).at(-1)).toBe(Number.MAX_SAFE_INTEGER - 2 ** 27);
    const last = store.transfers.add(many(1));
    expect(positions(store)).toEqual([1, 2, 3, 4, 5].map((n) => n * 2 ** 27));
    expect(store.transfers.page({}, 'queue', { limit: 99 }).rows.map(({ id }) => id)).toEqual([
      first,
      second,
      3,
      4,
      ...last,
    ]);
  });
});

describe('values', () => {
  it('are read as they were written, and damage is no value', () => {
    expect(optionalJson(null)).toBeUndefined();
    expect(optionalJson('{"a":1}')).toEqual({ a: 1 });
    expect(maybeJson('{')).toBeUndefined();
    expect(() => fromJson('{"key":"secret"')).toThrow(/^a stored value is not JSON$/);
    expect(fold('ÄﬁB')).toBe('äfib');
  });

  it('are conditions only where they are given', () => {
    expect(where([['a = ?', undefined]])).toEqual({ sql: '', values: [] });
    expect(
      where([
        ['a = ?', 1],
        ['b = ?', undefined],
        ['c IN ?', [1, 2]],
      ]),
    ).toEqual({
      sql: ' WHERE a = ? AND c IN ?',
      values: [1, '[1,2]'],
    });
  });

  it('are pages that end where there is no more', () => {
    const page = (count: number) =>
      toPage(
        Array.from({ length: count }, (_, n) => n),
        2,
        String,
        (n) => [n, n],
      );
    expect(page(2)).toEqual({ rows: ['0', '1'], next: undefined });
    expect(page(3)).toEqual({ rows: ['0', '1'], next: '1,1' });
    expect(fromCursor('1,1', 2)).toEqual([1, 1]);
    expect(fromCursor(undefined, 2)).toBeUndefined();
    for (const odd of ['1', '1,1,1', '1,x', '1,1.5', '1,9007199254740992'])
      expect(() => fromCursor(odd, 2)).toThrow(RangeError);
  });
});
