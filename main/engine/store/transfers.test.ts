import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import { migrate } from './migrations.ts';
import type { NewTransfer, Transfer, TransferPatch } from './rows.ts';
import type { Store } from './store.ts';
import { addOne, many, newTransfer, testFolder, testStore } from './test-rows.ts';
import { anyDueStatement, atWorkStatement, nextStatement, workStatement } from './transfers.ts';

/** What of a new transfer is in its row: all but the notices, which stand in its log. */
const newTransferRow = (given: NewTransfer): object =>
  Object.fromEntries(Object.entries(given).filter(([key]) => key !== 'notices'));

const names = (rows: readonly Transfer[]): readonly string[] => rows.map((row) => row.name);

test('a transfer comes back as it was added, and survives a restart', async () => {
  const folder = testFolder();
  const first = testStore(folder);
  const given = newTransfer('Ärger.txt', {
    folder: ['a', 'b'],
    options: { expirySeconds: 60, key: 'k', extra: { anything: [1, null] } },
    notices: [problem('no-network')],
  });
  const [id = 0] = first.transfers.add([given]);
  await first.close();

  const second = testStore(folder);
  const row = second.transfers.get(id);
  expect(row).toMatchObject({ ...newTransferRow(given), id, state: 'queued', acknowledgedBytes: 0, creating: false });
  expect(row?.remote).toBeUndefined();
  expect(second.transfers.logOf(id, 9)).toEqual([{ at: given.createdAt, problem: problem('no-network') }]);
});

test('one that is added to wait for a person is paused, and is not next', () => {
  const store = testStore();
  const id = addOne(store, 'later', { wish: 'pause' });
  expect(store.transfers.get(id)?.state).toBe('paused');
  expect(store.transfers.nextFor('one', 0, [])).toBeUndefined();
  expect(store.transfers.serversWithWork()).toEqual([]);
});

test('fields of another version in a JSON column stay through a read and a write', () => {
  const store = testStore();
  const share = { key: 'k', link: 'https://x/k', colour: 'red' };
  const id = addOne(store);
  store.transfers.update(id, { share });
  store.transfers.update(id, { share: { ...store.transfers.get(id)?.share, key: 'other' } });
  expect(store.transfers.get(id)?.share).toEqual({ ...share, key: 'other' });

  const shareId = store.shares.add({
    ...share,
    transferId: id,
    serverId: 'one',
    name: 'file',
    size: 1,
    isGroup: false,
    createdAt: 1,
    state: 'live',
  });
  store.shares.setState(shareId, 'revoking');
  expect(store.shares.get(shareId)).toMatchObject({ ...share, state: 'revoking' });
});

test('a patch writes the given keys, clears those given as undefined, and leaves the others', () => {
  const store = testStore();
  const id = addOne(store);
  store.transfers.update(id, { state: 'waiting', waitFor: 'time', waitUntil: 5, remote: { version: 2, value: [1] } });
  store.transfers.update(id, { waitFor: undefined, attempts: 3 });
  expect(store.transfers.get(id)).toMatchObject({
    state: 'waiting',
    waitFor: undefined,
    waitUntil: 5,
    attempts: 3,
    remote: { version: 2, value: [1] },
  });
});

test('pages follow the order: active, then to come, then ended, each by priority and position', () => {
  const store = testStore();
  const ids = store.transfers.add([
    newTransfer('done'),
    newTransfer('b'),
    newTransfer('urgent', { priority: 1 }),
    newTransfer('active'),
    newTransfer('c'),
  ]);
  store.transfers.update(ids[0] ?? 0, { state: 'done' });
  store.transfers.update(ids[3] ?? 0, { state: 'uploading' });
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const page = store.transfers.page({}, 'queue', { limit: 2, ...(after === undefined ? {} : { after }) });
    seen.push(...names(page.rows));
    after = page.next;
  } while (after !== undefined);
  expect(seen).toEqual(['active', 'urgent', 'b', 'c', 'done']);
  expect(names(store.transfers.page({}, 'newest', { limit: 9 }).rows)).toEqual(['c', 'active', 'urgent', 'b', 'done']);
  expect(() => store.transfers.page({}, 'queue', { limit: 1, after: 'made up' })).toThrow(RangeError);
});

test('a search finds part of a name, whatever its case and the form of its accents, and no pattern', () => {
  const store = testStore();
  store.transfers.add([newTransfer('Über%uns.txt'), newTransfer('u\u0308ber_alles'), newTransfer('other')]);
  const found = (search: string): readonly string[] =>
    names(store.transfers.page({ search }, 'queue', { limit: 9 }).rows);
  expect(found('ÜBER')).toHaveLength(2);
  expect(found('%')).toEqual(['Über%uns.txt']);
  expect(found('_')).toEqual(['u\u0308ber_alles']);
});

test('totals agree with the rows after adding, changing, acknowledging and removing', () => {
  const store = testStore();
  const ids = store.transfers.add(many(6, (n) => ({ serverId: n < 3 ? 'one' : 'two', size: n })));
  const [a = 0, b = 0, , , e = 0] = ids;
  store.transfers.chunkAcknowledged(e, 0, 4, {});
  store.transfers.updateAll({ ids: [a, b] }, { state: 'paused' });
  store.transfers.update(b, { size: 50, serverId: 'two' });
  store.transfers.remove([a]);
  const counted = (filter: Parameters<Store['transfers']['totals']>[0]): unknown => store.transfers.totals(filter);
  expect(store.transfers.totals()).toMatchObject({ count: 5, bytes: 50 + 2 + 3 + 4 + 5, acknowledgedBytes: 4 });
  expect(store.transfers.totals().byState).toMatchObject({ paused: 1, queued: 4, done: 0 });
  // The search is answered from the rows, the other from the kept sums.
  for (const serverId of ['one', 'two']) expect(counted({ serverId, search: 'file' })).toEqual(counted({ serverId }));
  expect(counted({ search: 'file' })).toEqual(counted({}));
});

test('totals count what a filter leaves, whatever it asks for', () => {
  const store = testStore();
  const groupId = store.groups.add({ serverId: 'one', options: {}, count: 1, createdAt: 1 });
  const ids = store.transfers.add(many(4, (n) => ({ size: 10 ** n, ...(n === 3 ? { groupId } : {}) })));
  const [a = 0, b = 0] = ids;
  store.transfers.update(a, { state: 'waiting', waitFor: 'network' });
  store.transfers.update(b, { state: 'paused', undo: { until: 5, state: 'queued', wish: 'run' } });
  const bytes = (filter: Parameters<Store['transfers']['totals']>[0]): number => store.transfers.totals(filter).bytes;
  expect(bytes({ ids: [a, b] })).toBe(11);
  expect(bytes({ groupId })).toBe(1_000);
  expect(bytes({ waitFor: 'network' })).toBe(1);
  expect(bytes({ undoable: true })).toBe(10);
  expect(bytes({ states: ['queued'] })).toBe(1_100);
  expect(bytes({ serverId: 'two' })).toBe(0);
});

test('next is what is to be cancelled, then what a stop left, then what waited long enough, then the queue', () => {
  const store = testStore();
  const order = ['queued', 'urgent', 'due', 'over', 'not due', 'network', 'stopped', 'paused', 'cancel', 'asks'];
  const ids = new Map(order.map((name) => [name, addOne(store, name, { priority: name === 'urgent' ? 5 : 0 })]));
  const set = (name: string, patch: TransferPatch): void => store.transfers.update(ids.get(name) ?? 0, patch);
  set('due', { state: 'waiting', waitFor: 'time', waitUntil: 90 });
  set('over', { state: 'waiting' });
  set('not due', { state: 'waiting', waitFor: 'time', waitUntil: 200 });
  set('network', { state: 'waiting', waitFor: 'network' });
  set('stopped', { state: 'uploading' });
  set('paused', { state: 'paused', wish: 'pause' });
  set('cancel', { wish: 'cancel', state: 'attention' });
  set('asks', { state: 'attention' });

  const taken: number[] = [];
  const seen: string[] = [];
  for (let next = store.transfers.nextFor('one', 100, taken); next; next = store.transfers.nextFor('one', 100, taken)) {
    seen.push(next.name);
    taken.push(next.id);
  }
  expect(seen).toEqual(['cancel', 'stopped', 'due', 'over', 'urgent', 'queued']);
  expect(store.transfers.nextDue(100)).toBe(200);
  expect(store.transfers.nextFor('two', 100, [])).toBeUndefined();
  expect(store.transfers.serversWithWork()).toEqual(['one']);
});

test('one that was ended and then cancelled is left alone, one to be removed still comes', () => {
  const store = testStore();
  const [a = 0, b = 0] = store.transfers.add(many(2));
  store.transfers.update(a, { state: 'done', wish: 'cancel' });
  store.transfers.update(b, { state: 'cancelled', wish: 'remove' });
  expect(store.transfers.nextFor('one', 0, [])?.id).toBe(b);
});

test('every change is told once, in order, page by page, and removals by their ids', () => {
  const store = testStore();
  const ids = store.transfers.add(many(5));
  const since = store.transfers.change();
  store.transfers.updateAll({ ids: ids.slice(0, 4) }, { priority: 1 });
  const first = store.transfers.changedSince(since, 3);
  const second = store.transfers.changedSince(first.at(-1)?.change ?? 0, 3);
  expect([...first, ...second].map((row) => row.id)).toEqual(ids.slice(0, 4));

  const before = store.transfers.change();
  // The one that holds the newest change: what follows must still be newer.
  store.transfers.remove([ids[3] ?? 0, 999]);
  expect(store.transfers.removedSince(before)).toEqual([ids[3]]);
  expect(store.transfers.change()).toBeGreaterThan(before);
  expect(store.transfers.changedSince(before, 9)).toEqual([]);
});

test('only the last 10,000 removals are remembered, and it is said where they no longer suffice', () => {
  const store = testStore();
  const ids = store.transfers.add(many(10_005));
  const before = store.transfers.change();
  expect(store.transfers.tellsSince(before)).toBe(true);
  store.transfers.remove(ids.slice(0, 10_005));
  expect(store.transfers.removedSince(0)).toHaveLength(10_000);
  expect(store.transfers.tellsSince(before)).toBe(false);
  expect(store.transfers.tellsSince(store.transfers.change())).toBe(true);
});

test('the log of a transfer keeps its last 200 entries, the oldest first, and goes with it', () => {
  const store = testStore();
  const id = addOne(store, 'file', { notices: [problem('server-none')] });
  for (let at = 0; at < 250; at++) store.transfers.log(id, at, problem('no-network'));
  expect(store.transfers.logOf(id, 1000)).toHaveLength(200);
  expect(store.transfers.logOf(id, 2).map((entry) => entry.at)).toEqual([248, 249]);
  store.transfers.remove([id]);
  expect(store.transfers.logOf(id, 10)).toEqual([]);
});

test('with 100,000 transfers the next one, the work and the first page are found by index, without a scan', () => {
  const db = new DatabaseSync(':memory:');
  migrate(db);
  const plan = (sql: string): string =>
    db
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map((row) => String(row['detail']))
      .join('\n');
  for (const turn of [0, 1, 2, 3]) {
    const next = plan(nextStatement(turn));
    expect(next).toContain('USING INDEX transfers_turn (server_id=? AND turn=?)');
    expect(next).not.toMatch(/SCAN transfers|TEMP B-TREE/);
  }
  expect(plan(atWorkStatement)).toMatch(/SEARCH transfers USING INDEX transfers_server_work/);
  expect(plan(atWorkStatement)).not.toMatch(/TEMP B-TREE/);
  expect(plan(anyDueStatement)).toMatch(/SEARCH transfers USING INDEX transfers_due/);
  expect(plan(workStatement)).not.toMatch(/SCAN transfers(?! USING COVERING INDEX)/);
  expect(plan('SELECT due_at FROM transfers WHERE due_at > ? ORDER BY due_at LIMIT 1')).toContain('transfers_due');
  const page = plan('SELECT * FROM transfers ORDER BY rank, urgency, position, id LIMIT 100');
  expect(page).toContain('USING INDEX transfers_order');
  expect(page).not.toContain('TEMP B-TREE');
  expect(
    plan(
      'SELECT * FROM transfers WHERE (rank, urgency, position, id) > (?, ?, ?, ?) ORDER BY rank, urgency, position, id',
    ),
  ).toContain('SEARCH transfers USING INDEX transfers_order');
  db.close();
});

test('a transaction that throws leaves nothing, and one inside another can fail alone', () => {
  const store = testStore();
  expect(() =>
    store.transaction(() => {
      addOne(store, 'gone');
      throw new Error('no');
    }),
  ).toThrow('no');
  store.transaction(() => {
    addOne(store, 'kept');
    expect(() =>
      store.transaction(() => {
        addOne(store, 'gone too');
        throw new Error('inner');
      }),
    ).toThrow('inner');
  });
  expect(names(store.transfers.page({}, 'queue', { limit: 9 }).rows)).toEqual(['kept']);
});
