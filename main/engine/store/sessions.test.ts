import { expect, test } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import { addOne, many, newTransfer, testFolder, testStore } from './test-rows.ts';

const remote = { version: 1, value: { session: 'abc' } };

test('a chunk is in flight, begun, acknowledged; acknowledging it again changes nothing', () => {
  const store = testStore();
  const id = addOne(store);
  const { transfers } = store;
  transfers.opened(id, remote, 60, [problem('no-network')]);
  transfers.update(id, { attempts: 4, mismatches: 2 });
  transfers.chunkInFlight(id, 0, 60);
  expect(transfers.chunks(id)).toMatchObject([{ index: 0, state: 'in-flight', size: 60, begun: false, written: 0 }]);
  transfers.chunkBegun(id, 0);
  transfers.chunkWritten(id, 0, 31);
  expect(transfers.chunks(id)).toMatchObject([{ begun: true, written: 31 }]);

  transfers.chunkDigest(id, 0, '00000000000000aa');
  transfers.chunkAcknowledged(id, 0, 60, { tag: 'etag', remote: { version: 1, value: { session: 'next' } } });
  const after = transfers.get(id);
  // Wrong lengths in a row are counted over sessions: a chunk that arrives does not clear them.
  expect(after).toMatchObject({
    acknowledgedBytes: 60,
    attempts: 0,
    mismatches: 2,
    remote: { value: { session: 'next' } },
  });
  transfers.chunkAcknowledged(id, 0, 60, { tag: 'other', remote });
  transfers.chunkInFlight(id, 0, 60);
  transfers.chunkBegun(id, 0);
  transfers.chunkDigest(id, 0, '00000000000000bb');
  transfers.chunksNotStored(id);
  expect(transfers.get(id)).toEqual(after);
  expect(transfers.chunks(id)).toMatchObject([
    { index: 0, state: 'acknowledged', size: 60, begun: true, written: 60, tag: 'etag', digest: '00000000000000aa' },
  ]);
});

test('a chunk in flight that is sent again counts as not begun; one that the server does not have is forgotten', () => {
  const { transfers } = testStore();
  const [id = 0] = transfers.add([newTransfer('file')]);
  transfers.chunkInFlight(id, 3, 10);
  transfers.chunkBegun(id, 3);
  transfers.chunkDigest(id, 3, '00000000000000aa');
  transfers.chunkInFlight(id, 3, 8);
  expect(transfers.chunks(id)).toMatchObject([{ begun: false, size: 8, digest: undefined }]);
  transfers.chunksNotStored(id);
  expect(transfers.chunks(id)).toEqual([]);
});

test('a lost session moves to the abandoned ones with what freeing it needs, and the transfer starts at nothing', () => {
  const store = testStore();
  const id = addOne(store, 'big', { options: { key: 'mine' } });
  store.transfers.update(id, { creating: true });
  store.transfers.opened(id, remote, 60, []);
  expect(store.transfers.get(id)).toMatchObject({ creating: false, chunkSize: 60, remote });
  store.transfers.chunkAcknowledged(id, 0, 60, {});
  store.transfers.sessionLost(id, problem('session-gone', { server: 'S' }), false, 500);

  expect(store.transfers.get(id)).toMatchObject({
    restarts: 1,
    acknowledgedBytes: 0,
    remote: undefined,
    chunkSize: undefined,
  });
  expect(store.transfers.chunks(id)).toEqual([]);
  expect(store.transfers.logOf(id, 9)).toEqual([{ at: 500, problem: problem('session-gone', { server: 'S' }) }]);
  const [row] = store.abandoned.due(500, 9);
  expect(row).toMatchObject({
    transferId: id,
    name: 'big',
    size: 100,
    options: { key: 'mine' },
    chunkSize: 60,
    remote,
    attempts: 0,
  });

  store.abandoned.later(row?.id ?? 0, 900);
  expect(store.abandoned.due(899, 9)).toEqual([]);
  expect(store.abandoned.nextDue()).toBe(900);
  expect(store.abandoned.due(900, 9)).toMatchObject([{ attempts: 1 }]);
  store.transfers.remove([id]);
  expect(store.abandoned.due(900, 9)).toHaveLength(1);
  store.abandoned.remove(row?.id ?? 0, true);
  expect(store.abandoned.nextDue()).toBeUndefined();
});

test('a session that is freed already, or was never opened, is not abandoned', () => {
  const store = testStore();
  const [a = 0, b = 0] = store.transfers.add(many(2));
  store.transfers.opened(a, remote, 60, []);
  store.transfers.sessionLost(a, problem('no-network'), true, 1);
  store.transfers.sessionLost(b, problem('no-network'), false, 1);
  expect(store.abandoned.nextDue()).toBeUndefined();
});

test('an end writes state, history and share together, and they outlive the transfer', () => {
  const store = testStore();
  const id = addOne(store, 'holiday.zip');
  store.transfers.update(id, { startedAt: 2_000 });
  store.transfers.chunkAcknowledged(id, 0, 100, {});
  store.transfers.end(id, 'done', 5_000, 'My NAS', {
    share: { key: 'k1', link: 'https://x/k1', deleteKey: 'd1', expiresAt: 9 },
    proof: { by: 'hash', detail: 'sha256' },
    notices: [problem('no-network')],
  });
  expect(store.transfers.get(id)).toMatchObject({ state: 'done', endedAt: 5_000, share: { key: 'k1' } });
  expect(store.transfers.chunks(id)).toEqual([]);
  expect(store.transfers.logOf(id, 9)).toHaveLength(1);
  store.transfers.remove([id]);
  expect(store.history.page({ search: 'HOLIDAY' }, { limit: 9 }).rows).toMatchObject([
    { transferId: id, outcome: 'done', took: 3_000, serverName: 'My NAS', shareKey: 'k1', proof: { by: 'hash' } },
  ]);
  expect(store.shares.byKey('k1')).toMatchObject([
    { transferId: id, deleteKey: 'd1', expiresAt: 9, state: 'live', name: 'holiday.zip', isGroup: false },
  ]);
});

test('a failed transfer keeps its chunks for another try; its history tells why', () => {
  const store = testStore();
  const id = addOne(store);
  store.transfers.chunkAcknowledged(id, 0, 60, {});
  store.transfers.end(id, 'failed', 5, 'S', { problem: problem('server-full', { server: 'S' }) });
  expect(store.transfers.chunks(id)).toHaveLength(1);
  expect(store.history.page({ ending: 'failed' }, { limit: 9 }).rows).toMatchObject([
    { took: 0, problem: { code: 'server-full' } },
  ]);
  expect(store.history.page({ ending: 'done' }, { limit: 9 }).rows).toEqual([]);
});

test('a delete key told before a kill is in the share when the transfer ends after it', async () => {
  const folder = testFolder();
  const first = testStore(folder);
  const id = addOne(first);
  first.keepTold({ shareKey: 'k', deleteKey: 'secret-1' }, 'one', id);
  await first.close();
  const second = testStore(folder);
  second.transfers.end(id, 'done', 1, 'S', { share: { key: 'k' } });
  expect(second.shares.byKey('k')).toMatchObject([{ deleteKey: 'secret-1' }]);
  expect(second.transfers.get(id)?.share?.deleteKey).toBe('secret-1');
});

test('shares and history are paged, the newest first', () => {
  const store = testStore();
  for (let n = 0; n < 5; n++) store.transfers.end(addOne(store, `f${n}`), 'done', n, 'S', { share: { key: `k${n}` } });
  const first = store.shares.page({}, { limit: 3 });
  expect(first.rows.map((row) => row.key)).toEqual(['k4', 'k3', 'k2']);
  const second = store.shares.page({}, { limit: 3, after: first.next ?? '' });
  expect(second.rows.map((row) => row.key)).toEqual(['k1', 'k0']);
  expect(second.next).toBeUndefined();
  expect(store.history.page({ serverId: 'one' }, { limit: 2 }).rows.map((row) => row.name)).toEqual(['f4', 'f3']);
  store.shares.setState(first.rows[0]?.id ?? 0, 'revoked');
  expect(store.shares.page({ states: ['revoked'] }, { limit: 9 }).rows.map((row) => row.key)).toEqual(['k4']);
});

test('a group is ready when every member has ended, and no longer when it is done', () => {
  const store = testStore();
  const group = store.transaction(() => {
    const groupId = store.groups.add({ serverId: 'one', options: { key: 'g' }, count: 2, createdAt: 1 });
    store.transfers.add(many(2, () => ({ groupId })));
    return groupId;
  });
  const [a = 0, b = 0] = store.transfers.page({ groupId: group }, 'queue', { limit: 9 }).rows.map((row) => row.id);
  expect(store.groups.ready()).toEqual([]);
  store.transfers.end(a, 'done', 1, 'S', {});
  expect(store.groups.ready()).toEqual([]);
  store.transfers.end(b, 'failed', 1, 'S', {});
  expect(store.groups.ready()).toMatchObject([{ id: group, count: 2, state: 'open', options: { key: 'g' } }]);
  store.groups.update(group, { state: 'merging' });
  expect(store.groups.ready()).toHaveLength(1);
  store.groups.update(group, { state: 'done', share: { key: 'g' } });
  expect(store.groups.ready()).toEqual([]);
  expect(store.groups.get(group)).toMatchObject({ state: 'done', share: { key: 'g' }, problem: undefined });
  expect(store.groups.recent(1)).toHaveLength(1);
});

test('the last session that was given up stays known, and not of another server', () => {
  const store = testStore();
  const id = addOne(store);
  const gone = problem('session-gone', { server: 'S' });
  for (const session of ['first', 'second']) {
    store.transfers.opened(id, { version: 1, value: { session } }, 10, []);
    store.transfers.sessionLost(id, gone, true, 5);
    expect(store.transfers.get(id)).toMatchObject({ remote: undefined, earlier: { version: 1, value: { session } } });
  }
  store.transfers.update(id, { serverId: 'two' });
  expect(store.transfers.get(id)?.earlier).toBeUndefined();
});

test('a file that is stored under another name is found by that name, in its place', () => {
  const store = testStore();
  const id = addOne(store, 'Draft');
  store.transfers.opened(id, remote, 60, [], { name: 'Größe', place: '/größe' });
  expect(store.transfers.get(id)).toMatchObject({ name: 'Größe', place: '/größe' });
  const found = (search: string): number => store.transfers.page({ search }, 'queue', { limit: 9 }).rows.length;
  expect([found('GRÖSSE'), found('GRÖß'), found('draft')]).toEqual([0, 1, 0]);
  store.transfers.opened(id, remote, 60, []);
  expect(store.transfers.get(id)).toMatchObject({ name: 'Größe', place: '/größe' });
});

test('a session begins with nothing acknowledged, and notes what its server said', () => {
  let now = 5;
  const store = testStore(testFolder(), () => now);
  const id = addOne(store);
  store.transfers.chunkAcknowledged(id, 0, 60, {});
  now = 7;
  const since = store.transfers.change();
  store.transfers.opened(id, remote, 30, [problem('no-network')]);
  expect(store.transfers.get(id)).toMatchObject({ acknowledgedBytes: 0, chunkSize: 30, change: since + 1 });
  expect(store.transfers.chunks(id)).toEqual([]);
  expect(store.transfers.logOf(id, 9)).toEqual([{ at: 7, problem: problem('no-network') }]);
});

test('a failed transfer still knows of an opening that is in doubt and of an undo, one that was cancelled does not', () => {
  const store = testStore();
  const undo = { until: 9, state: 'queued', wish: 'run' } as const;
  const ids = store.transfers.add(many(2));
  for (const [n, ending] of (['failed', 'cancelled'] as const).entries()) {
    const id = ids[n] ?? 0;
    store.transfers.update(id, { creating: true, undo, waitFor: 'time', waitUntil: 8 });
    const since = store.transfers.change();
    store.transfers.end(id, ending, 5, 'S', {});
    expect(store.transfers.get(id)).toMatchObject({
      state: ending,
      creating: ending === 'failed',
      undo: ending === 'failed' ? undo : undefined,
      waitFor: undefined,
      waitUntil: undefined,
      change: since + 1,
    });
  }
});

test('no transfer took less than no time, and what is not there neither ends nor loses a session', () => {
  const store = testStore();
  const [id = 0, other = 0] = store.transfers.add(many(2));
  // The clock was put back.
  store.transfers.update(id, { startedAt: 5_000 });
  store.transfers.end(id, 'done', 3_000, 'S', {});
  expect(store.history.ofTransfer(id)?.took).toBe(0);
  store.transfers.end(99, 'done', 5, 'S', { share: { key: 'k' } });
  store.transfers.sessionLost(99, problem('no-network'), false, 5);
  expect(store.history.ofTransfer(99)).toBeUndefined();
  expect(store.shares.byKey('k')).toEqual([]);
  expect(store.transfers.get(other)).toMatchObject({ state: 'queued', restarts: 0 });
});

test('a session that is given up before its chunks were known is cleaned up as one of a single chunk', () => {
  const store = testStore();
  const ids = store.transfers.add([newTransfer('big', { size: 70 }), newTransfer('empty', { size: 0 })]);
  for (const id of ids) {
    store.transfers.update(id, { remote });
    const since = store.transfers.change();
    store.transfers.sessionLost(id, problem('no-network'), false, 5);
    expect(store.transfers.get(id)).toMatchObject({ creating: false, lost: undefined, change: since + 1 });
  }
  expect(store.abandoned.due(5, 9)).toMatchObject([
    { name: 'big', chunkSize: 70 },
    { name: 'empty', chunkSize: 1 },
  ]);
});
