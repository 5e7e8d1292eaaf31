import { expect, onTestFinished, test } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import { asSaid } from '../../../preload/problems/reasons.ts';
import type { LogEntry } from '../log.ts';
import type { Store } from './store.ts';
import { addOne, many, openStoreHere, testFolder } from './test-rows.ts';

const logged = (folder = testFolder()): { readonly store: Store; readonly entries: LogEntry[] } => {
  const entries: LogEntry[] = [];
  const store = openStoreHere({ folder, log: { write: (entry) => entries.push(entry) } });
  onTestFinished(() => store.close());
  return { store, entries };
};
const states = (entries: readonly LogEntry[]): readonly LogEntry[] => entries.filter(({ event }) => event === 'state');

test('each change of a state is logged once, with what it waits for and the code of its problem', () => {
  const { store, entries } = logged();
  const id = addOne(store, 'a file');
  store.transfers.update(id, { state: 'preparing' });
  store.transfers.update(id, { priority: 3 });
  store.transfers.update(id, {
    state: 'waiting',
    waitFor: 'server',
    problem: problem('server-unreachable', { server: 'my server', reason: asSaid('its reason') }),
  });
  store.transfers.end(id, 'cancelled', 2_000, 'my server', {});
  store.transfers.remove([id]);
  const change = { event: 'state', transfers: [id], server: 'one' };
  expect(states(entries)).toEqual([
    { ...change, to: 'queued' },
    { ...change, from: 'queued', to: 'preparing' },
    { ...change, from: 'preparing', to: 'waiting', waitFor: 'server', problem: 'server-unreachable' },
    { ...change, from: 'waiting', to: 'cancelled' },
    { ...change, from: 'cancelled', to: 'removed' },
  ]);
  expect(entries.filter(({ event }) => event === 'file')).toEqual([{ event: 'file', transfer: id, name: 'a file' }]);
  expect(JSON.stringify(states(entries))).not.toMatch(/a file|my server|its reason|home/);
});

test('what is undone is not logged, alone or as a part of what is committed', () => {
  const { store, entries } = logged();
  const [kept, undone] = [addOne(store), addOne(store)];
  entries.length = 0;
  const fail = (): never => {
    throw new Error('in the middle');
  };
  expect(() =>
    store.transaction(() => {
      store.transfers.update(undone, { state: 'failed' });
      fail();
    }),
  ).toThrow('in the middle');
  expect(entries).toEqual([]);
  store.transaction(() => {
    store.transfers.update(kept, { state: 'preparing' });
    try {
      store.transaction(() => {
        store.transfers.update(undone, { state: 'failed' });
        fail();
      });
    } catch {
      // The outer one continues.
    }
    expect(entries).toEqual([]);
  });
  expect(entries).toMatchObject([{ transfers: [kept], to: 'preparing' }]);
  expect(entries).toHaveLength(1);
});

test('many that change alike in one write are a few entries, in which none is missing', () => {
  const { store, entries } = logged();
  const ids = store.transfers.add(many(1_000));
  store.transfers.updateAll({ states: ['queued'] }, { state: 'attention', problem: problem('no-network') });
  const changed = states(entries).filter((entry) => 'from' in entry && entry.from === 'queued');
  expect(changed).toHaveLength(5);
  expect(changed.flatMap((entry) => ('transfers' in entry ? entry.transfers : []))).toEqual(ids);
});

test('those that change in one write in another way, on another server or for another reason are entries of their own', () => {
  const { store, entries } = logged();
  const [a, b, c, d, e] = [1, 2, 3, 4, 5].map((n) => addOne(store, `${n}`, { serverId: n === 5 ? 'two' : 'one' })) as [
    number,
    number,
    number,
    number,
    number,
  ];
  store.transfers.update(a, { state: 'preparing' });
  entries.length = 0;
  const waiting = { state: 'waiting', waitFor: 'server', problem: problem('no-network') } as const;
  store.transaction(() => {
    store.transfers.update(a, waiting);
    store.transfers.update(b, waiting);
    store.transfers.update(c, { ...waiting, waitFor: 'network' });
    store.transfers.update(d, { ...waiting, waitFor: 'network', problem: problem('server-none') });
    store.transfers.update(e, { ...waiting, waitFor: 'network', problem: problem('server-none') });
    store.transfers.update(e, { state: 'failed', waitFor: 'network' });
  });
  const change = { event: 'state', server: 'one', from: 'queued', to: 'waiting' };
  expect(entries).toEqual([
    { ...change, transfers: [a], from: 'preparing', waitFor: 'server', problem: 'no-network' },
    { ...change, transfers: [b], waitFor: 'server', problem: 'no-network' },
    { ...change, transfers: [c], waitFor: 'network', problem: 'no-network' },
    { ...change, transfers: [d], waitFor: 'network', problem: 'server-none' },
    { ...change, transfers: [e], server: 'two', waitFor: 'network', problem: 'server-none' },
    {
      ...change,
      transfers: [e],
      server: 'two',
      from: 'waiting',
      to: 'failed',
      waitFor: 'network',
      problem: 'server-none',
    },
  ]);
});

test('a problem that is damaged, or holds something else than a code, does not keep a state from being written', () => {
  const { store, entries } = logged();
  const id = addOne(store);
  store.transfers.update(id, { state: 'failed', problem: { code: 'hunter2 is no code' } as never });
  store.transfers.update(id, { state: 'queued', problem: 'hunter2' as never });
  expect(store.transfers.get(id)?.state).toBe('queued');
  expect(JSON.stringify(entries)).not.toContain('hunter2');
});

test('the file of the database has nothing of it: it opens without a log', async () => {
  const folder = testFolder();
  const first = logged(folder);
  const id = addOne(first.store);
  await first.store.close();
  const second = openStoreHere({ folder });
  onTestFinished(() => second.close());
  second.transfers.update(id, { state: 'failed' });
  expect(second.transfers.get(id)?.state).toBe('failed');
  expect(states(first.entries)).toHaveLength(1);
});
