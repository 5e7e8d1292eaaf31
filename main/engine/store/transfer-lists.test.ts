import { expect, test } from 'vitest';
import { sections, type TransferState } from '../../../preload/states.ts';
import { addOne, many, testStore } from './test-rows.ts';

const states: readonly TransferState[] = [
  'attention',
  'uploading',
  'waiting',
  'paused',
  'failed',
  'queued',
  'done',
  'cancelled',
  'preparing',
  'verifying',
];

test('every transfer stands in one section, in the order of the queue', () => {
  const store = testStore();
  const ids = states.map((state) => {
    const id = addOne(store, state);
    store.transfers.update(id, { state, ...(state === 'done' || state === 'cancelled' ? { endedAt: id } : {}) });
    return id;
  });
  const shown = Object.fromEntries(
    sections.map((section) => [
      section,
      store.transfers.section(section, {}, { skip: 0, limit: 9 }).map((row) => row.name),
    ]),
  );
  expect(shown).toEqual({
    'needs-you': ['attention'],
    'under-way': ['uploading', 'preparing', 'verifying'],
    waiting: ['waiting'],
    failed: ['failed'],
    next: ['queued'],
    paused: ['paused'],
    done: ['cancelled', 'done'],
  });
  const counts = store.transfers.sections({});
  expect(sections.map((section) => counts[section].count)).toEqual([1, 3, 1, 1, 1, 1, 2]);
  store.transfers.move([ids[9] ?? 0], 'first');
  expect(store.transfers.section('under-way', {}, { skip: 0, limit: 1 })[0]?.name).toBe('verifying');
});

test('what its server is at work on stands with what is active, in rows, counts and order', () => {
  const store = testStore();
  const [queued, waiting, atWork, other] = [1, 2, 3, 4].map((n) => addOne(store, `${n}`)) as [
    number,
    number,
    number,
    number,
  ];
  store.transfers.update(waiting, { state: 'waiting', waitFor: 'time', waitUntil: 10 });
  store.transfers.update(atWork, { state: 'waiting', waitFor: 'server-work', waitUntil: 20 });
  store.transfers.update(other, { state: 'waiting', waitFor: 'server-work', waitUntil: 10, serverId: 'two' });
  const ids = (section: 'under-way' | 'waiting'): readonly number[] =>
    store.transfers.section(section, {}, { skip: 0, limit: 9 }).map(({ id }) => id);
  expect(ids('under-way')).toEqual([atWork, other]);
  expect(ids('waiting')).toEqual([waiting]);
  expect(store.transfers.sections({})).toMatchObject({
    'under-way': { count: 2, bytes: 200 },
    waiting: { count: 1, bytes: 100 },
  });
  expect(store.transfers.sections({ serverId: 'two' })).toMatchObject({
    'under-way': { count: 1 },
    waiting: { count: 0, bytes: 0 },
  });
  expect(store.transfers.sections({ search: '3' })).toMatchObject({ 'under-way': { count: 1 }, waiting: { count: 0 } });
  expect(store.transfers.totals()).toMatchObject({ atWork: 2, byState: { waiting: 3 } });
  expect(store.transfers.totals({ serverId: 'two' }).atWork).toBe(1);
  const order = store.transfers.page({}, 'queue', { limit: 9 }).rows.map(({ id }) => id);
  expect(order).toEqual([atWork, other, queued, waiting]);
  expect(store.transfers.nextAtWork('one', 19, [])).toBeUndefined();
  expect(store.transfers.nextAtWork('one', 20, [])?.id).toBe(atWork);
  expect(store.transfers.nextAtWork('one', 20, [atWork])).toBeUndefined();
  store.transfers.update(atWork, { wish: 'pause' });
  expect(store.transfers.nextAtWork('one', 20, [])).toBeUndefined();
});

test('a section is read from any place, of one server, by a part of the name, and since a time', () => {
  const store = testStore();
  store.transfers.add(many(30, (n) => ({ serverId: n % 3 === 0 ? 'two' : 'one' })));
  const names = (filter: object, skip: number, limit: number): readonly string[] =>
    store.transfers.section('next', filter, { skip, limit }).map((row) => row.name);
  expect(names({}, 10, 3)).toEqual(['file 10', 'file 11', 'file 12']);
  expect(names({ serverId: 'two' }, 2, 2)).toEqual(['file 6', 'file 9']);
  expect(names({ search: 'FILE 2' }, 0, 3)).toEqual(['file 2', 'file 20', 'file 21']);
  expect(names({}, 30, 3)).toEqual([]);
  expect(store.transfers.sections({ search: 'file 2' }).next.count).toBe(11);
  expect(store.transfers.sections({ serverId: 'two' }).next).toEqual({ count: 10, bytes: 1000 });
  for (const [id, endedAt] of [
    [1, 100],
    [2, 200],
    [3, 300],
  ] as const)
    store.transfers.update(id, { state: 'done', endedAt });
  const since = { endedAfter: 200 };
  expect(store.transfers.section('done', since, { skip: 0, limit: 9 }).map((row) => row.id)).toEqual([3, 2]);
  expect(store.transfers.sections(since).done.count).toBe(2);
  expect(store.transfers.sections({}).done.count).toBe(3);
});
