import { expect, test } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import { addOne, many, testStore } from './test-rows.ts';

test('each acknowledged chunk is news about its transfer, and newer than everything before', () => {
  const { transfers } = testStore();
  const [first = 0, second = 0] = transfers.add(many(2));
  for (const [id, index] of [
    [first, 0],
    [second, 0],
    [first, 1],
  ] as const) {
    const since = transfers.change();
    transfers.chunkAcknowledged(id, index, 10, {});
    expect(transfers.changedSince(since, 9).map((row) => row.id)).toEqual([id]);
    expect(transfers.change()).toBe(since + 1);
  }
});

test('an acknowledged chunk keeps what the provider knows of the session, where it says nothing new', () => {
  const store = testStore();
  const { transfers } = store;
  const id = addOne(store);
  const remote = { version: 3, value: { session: 'abc' } };
  transfers.opened(id, remote, 10, []);
  transfers.chunkAcknowledged(id, 0, 10, {});
  expect(transfers.get(id)?.remote).toEqual(remote);
  const next = { version: 4, value: { session: 'next' } };
  transfers.chunkAcknowledged(id, 1, 10, { remote: next });
  expect(transfers.get(id)?.remote).toEqual(next);
});

test('an acknowledged chunk that is needed once more is sent again in the same session, and counts once', () => {
  const store = testStore();
  const { transfers } = store;
  const id = addOne(store);
  transfers.opened(id, { version: 1, value: {} }, 10, []);
  for (const index of [0, 1]) transfers.chunkAcknowledged(id, index, 10, {});
  const since = transfers.change();
  transfers.chunkAgain(id, 1);
  transfers.chunkAgain(id, 2);
  expect(transfers.get(id)).toMatchObject({ acknowledgedBytes: 10, remote: { version: 1, value: {} } });
  expect(transfers.chunks(id).map(({ index }) => index)).toEqual([0]);
  expect(transfers.changedSince(since, 9).map((row) => row.id)).toEqual([id]);
  transfers.chunkAcknowledged(id, 1, 10, {});
  expect(transfers.get(id)).toMatchObject({ acknowledgedBytes: 20 });
});

test('a chunk whose end may have reached the server is known with the time, until the server refuses it', () => {
  const { transfers } = testStore();
  const [id = 0, other = 0] = transfers.add(many(2));
  for (const one of [id, other]) for (const index of [0, 1]) transfers.chunkInFlight(one, index, 10);
  transfers.chunkComplete(id, 0, 7_000, 'kept back');
  expect(transfers.chunks(id)).toMatchObject([
    { completeAt: 7_000, keptBack: true },
    { completeAt: undefined, keptBack: false },
  ]);
  expect(transfers.chunks(other)).toMatchObject([{ completeAt: undefined }, { completeAt: undefined }]);
  transfers.chunkRefused(id, 1);
  expect(transfers.chunks(id)[0]).toMatchObject({ completeAt: 7_000 });
  transfers.chunkRefused(id, 0);
  expect(transfers.chunks(id)[0]).toMatchObject({ completeAt: undefined });
});

test('what comes late about a chunk that is acknowledged does not change it', () => {
  const { transfers } = testStore();
  const [id = 0] = transfers.add(many(1));
  transfers.chunkInFlight(id, 0, 10);
  transfers.chunkAcknowledged(id, 0, 10, { tag: 'etag' });
  const before = transfers.chunks(id);
  transfers.chunkComplete(id, 0, 7_000, 'kept back');
  transfers.chunkRefused(id, 0);
  transfers.chunkWritten(id, 0, 3);
  expect(transfers.chunks(id)).toEqual(before);
  expect(before).toMatchObject([{ written: 10, tag: 'etag', completeAt: undefined, keptBack: false }]);
});

test('a chunk that is sent again is neither complete nor written', () => {
  const { transfers } = testStore();
  const [id = 0] = transfers.add(many(1));
  transfers.chunkInFlight(id, 0, 10);
  transfers.chunkBegun(id, 0);
  transfers.chunkWritten(id, 0, 10);
  transfers.chunkComplete(id, 0, 7_000, 'handed over');
  expect(transfers.chunks(id)).toMatchObject([{ completeAt: 7_000, keptBack: false }]);
  transfers.chunkInFlight(id, 0, 10);
  expect(transfers.chunks(id)).toMatchObject([{ begun: false, written: 0, completeAt: undefined }]);
});

test('chunks are given in their order, whatever the order they came in', () => {
  const { transfers } = testStore();
  const [id = 0] = transfers.add(many(1));
  for (const index of [2, 0, 1]) transfers.chunkInFlight(id, index, 10);
  transfers.chunkAcknowledged(id, 1, 10, {});
  expect(transfers.chunks(id).map(({ index, state }) => [index, state])).toEqual([
    [0, 'in-flight'],
    [1, 'acknowledged'],
    [2, 'in-flight'],
  ]);
  transfers.sessionLost(id, problem('no-network'), true, 1);
  expect(transfers.chunks(id)).toEqual([]);
});
