import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import {
  finalStates,
  hasEnded,
  isActive,
  isFinal,
  pendingStates,
  sectionOf,
  sections,
  transferStates,
  unendedGroupStates,
  waitReasons,
  type TransferState,
  type WaitReason,
} from '../../../preload/states.ts';
import { migrate } from './migrations.ts';
import { addOne, testStore } from './test-rows.ts';
import { unfinishedStatement } from './transfers.ts';
import { listOf } from './values.ts';

type Columns = {
  readonly rank: number;
  readonly turn: number | null;
  readonly section: number;
  readonly held: number | null;
};

const database = (): DatabaseSync => {
  const db = new DatabaseSync(':memory:');
  migrate(db);
  return db;
};

/** The list shows what is active first, and what has ended last. */
const rankOf = (state: TransferState, waitFor?: WaitReason): number =>
  sectionOf({ state, waitFor }) === 'under-way' ? 0 : hasEnded(state) ? 2 : 1;

/** What the store computes for a row that has not been opened on its server, with the intent to run. */
const columnsOf = (db: DatabaseSync, state: TransferState, waitFor?: WaitReason): Columns => {
  const { lastInsertRowid } = db
    .prepare(
      `INSERT INTO transfers (server_id, state, wish, wait_for, path, name, folded_name, folder, size, identity, options,
        priority, position, created_at, change) VALUES ('one', ?, 'run', ?, '/f', 'f', 'f', '[]', 1, '{}', '{}', 0, 0, 0, 0)`,
    )
    .run(state, waitFor ?? null);
  const found = db.prepare('SELECT rank, turn, section, held FROM transfers WHERE id = ?').get(lastInsertRowid);
  return found as Columns;
};

test.each(transferStates)('the stored columns of %s agree with the table of states', (state) => {
  expect({ ...columnsOf(database(), state) }).toEqual({
    rank: rankOf(state),
    turn: isActive(state) ? 1 : state === 'waiting' ? 2 : state === 'queued' ? 3 : null,
    section: sections.indexOf(sectionOf({ state })),
    held: hasEnded(state) ? null : 1,
  });
});

test('a transfer gets a turn exactly when it moves or will move', () => {
  const db = database();
  const withTurn = transferStates.filter((state) => columnsOf(db, state).turn !== null);
  expect(withTurn).toEqual(
    transferStates.filter((state) => isActive(state) || pendingStates.some((one) => one === state)),
  );
});

test.each(waitReasons)(
  'the stored columns of a transfer that waits for %s agree with the table of states',
  (waitFor) => {
    const section = sectionOf({ state: 'waiting', waitFor });
    expect(columnsOf(database(), 'waiting', waitFor)).toMatchObject({
      rank: rankOf('waiting', waitFor),
      section: sections.indexOf(section),
    });
    const store = testStore();
    store.transfers.update(addOne(store), { state: 'waiting', waitFor, waitUntil: 1 });
    for (const one of sections) {
      const count = one === section ? 1 : 0;
      expect(store.transfers.sections({})[one].count).toBe(count);
      expect(store.transfers.sections({ search: 'fil' })[one].count).toBe(count);
      expect(store.transfers.section(one, {}, { skip: 0, limit: 9 })).toHaveLength(count);
    }
  },
);

test('the unfinished transfers of a file are found by an index, which holds all states but the final ones', () => {
  const db = database();
  const plan = db.prepare(`EXPLAIN QUERY PLAN ${unfinishedStatement}`).all();
  expect(JSON.stringify(plan)).toContain('USING INDEX transfers_path (path=? AND server_id=?)');
  for (const state of transferStates) columnsOf(db, state);
  const found = db.prepare(unfinishedStatement).all('/f', 'one');
  expect(found.map((row) => row['state'])).toEqual(transferStates.filter((state) => !isFinal(state)));
  expect(finalStates).toHaveLength(transferStates.length - found.length);
});

test('the index of groups holds those that have not ended', () => {
  const index = database().prepare(`SELECT sql FROM sqlite_master WHERE name = 'groups_unfinished'`).get();
  expect(index?.['sql']).toContain(`state IN ${listOf(unendedGroupStates)}`);
});
