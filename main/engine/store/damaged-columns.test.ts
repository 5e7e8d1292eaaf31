import * as fs from 'node:fs';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { problem } from '../../../preload/problems.ts';
import { addOne, testFolder, testStore } from './test-rows.ts';

const opened = () => {
  const folder = testFolder();
  const store = testStore(folder);
  const db = new DatabaseSync(path.join(folder, 'queue.db'));
  const damage = (sql: string): void => {
    try {
      db.exec(sql);
    } finally {
      db.close();
    }
  };
  return { store, damage };
};
const gone = problem('session-gone', { server: 'one' });

test.each(['undo', 'earlier'])('a damaged %s hides neither its transfer nor another one', (column) => {
  const { store, damage } = opened();
  const [bad, good] = [addOne(store, 'bad'), addOne(store, 'good')];
  store.transfers.opened(bad, { version: 1, value: { key: 'k' } }, 10, []);
  damage(`UPDATE transfers SET ${column} = '{"until":', earlier_version = 1 WHERE id = ${bad}`);
  expect(store.transfers.page({}, 'queue', { limit: 10 }).rows.map(({ id }) => id)).toEqual([bad, good]);
  // Its session is still known, so that a cancel cleans it up.
  expect(store.transfers.get(bad)).toMatchObject({ state: 'queued', remote: { value: { key: 'k' } } });
  expect(store.transfers.undoable(10)).toEqual([]);
});

test.each(['options', 'remote'])(
  'a session that was given up and whose %s are damaged keeps no other waiting',
  (column) => {
    const { store, damage } = opened();
    const ids = [addOne(store, 'bad'), addOne(store, 'good')];
    for (const id of ids) {
      store.transfers.opened(id, { version: 1, value: { id } }, 10, []);
      store.transfers.sessionLost(id, gone, false, 5);
    }
    damage(`UPDATE abandoned SET ${column} = '{' WHERE name = 'bad'`);
    expect(store.abandoned.due(5, 10).map(({ name }) => name)).toEqual(['good']);
  },
);

test('a group whose options are damaged is joined without them', () => {
  const { store, damage } = opened();
  const id = store.groups.add({ serverId: 'one', options: { key: 'k' }, count: 2, createdAt: 1 });
  damage(`UPDATE groups SET options = '{'`);
  expect(store.groups.ready()).toMatchObject([{ id, options: {} }]);
});

test('a delete key goes to the journal although its transfer cannot be read', () => {
  const { store, damage } = opened();
  const id = addOne(store);
  damage('ALTER TABLE transfers RENAME TO unreadable');
  store.keepTold({ shareKey: 'k', deleteKey: 'd' }, 'one', id);
  expect(store.toldKey('one', 'k')).toBe('d');
  const line = fs.readFileSync(path.join(store.path, 'delete-keys.ndjson'), 'utf8');
  expect(JSON.parse(line)).toMatchObject({ transferId: id, shareKey: 'k', name: 'k', size: 0 });
});

test('a damaged entry of a log hides no other', () => {
  const { store, damage } = opened();
  const id = addOne(store);
  store.transfers.log(id, 1, problem('freed', { server: 'bad' }));
  store.transfers.log(id, 2, gone);
  damage(`UPDATE log SET problem = 'x' WHERE at = 1`);
  expect(store.transfers.logOf(id, 10)).toEqual([{ at: 2, problem: gone }]);
});

test('a share that cannot be read is known by its key alone, and hides no other', () => {
  const { store, damage } = opened();
  const texts = ['', 'null', '5', '"k"', '{}', '{"key":5}', '{"key":"k","link":5}'];
  const ids = [...texts, 'good'].map((name) => addOne(store, name));
  for (const id of ids)
    store.transfers.end(id, 'done', 5, 'S', { share: { key: `k${id}`, link: 'https://x', deleteKey: 'd' } });
  damage(texts.map((text, n) => `UPDATE shares SET share = '${text}' WHERE transfer_id = ${ids[n]};`).join(''));
  const [good, ...bad] = store.shares.page({}, { limit: 99 }).rows;
  expect(good).toMatchObject({ name: 'good', link: 'https://x', deleteKey: 'd' });
  expect(good?.broken).toBeUndefined();
  for (const [n, row] of bad.reverse().entries()) {
    expect(row).toMatchObject({ key: `k${ids[n]}`, name: texts[n], broken: true });
    expect([row.link, row.deleteKey]).toEqual([undefined, undefined]);
  }
  expect(bad).toHaveLength(texts.length);
});

test('a transfer that cannot be read waits for the person, unless it has ended', () => {
  const { store, damage } = opened();
  const columns = ['folder', 'identity', 'options', 'remote', 'lost', 'problem', 'share'];
  const pairs = columns.map((column) => [addOne(store, column), addOne(store, 'ended')] as const);
  for (const [, ended] of pairs) store.transfers.update(ended, { state: 'failed' });
  damage(
    pairs
      .map((ids, n) => `UPDATE transfers SET ${columns[n]} = '{', remote_version = 1 WHERE id IN (${ids.join(', ')});`)
      .join(''),
  );
  for (const [n, ids] of pairs.entries()) {
    const found = ids.map((id) => store.transfers.get(id));
    expect(found).toMatchObject([
      { name: columns[n], state: 'attention', problem: { code: 'row-damaged' }, size: 100, folder: [], options: {} },
      { name: 'ended', state: 'failed', problem: { code: 'row-damaged' } },
    ]);
    store.transfers.remove(ids);
    expect(store.transfers.get(ids[0])).toBeUndefined();
  }
});

test('the end of a transfer whose proof or problem is damaged stays in the history', () => {
  const { store, damage } = opened();
  const id = addOne(store);
  store.transfers.end(id, 'failed', 5, 'S', { problem: gone, proof: { by: 'x', detail: 'y' } });
  damage(`UPDATE history SET proof = '{', problem = 'x'`);
  expect(store.history.ofTransfer(id)).toMatchObject({ name: 'file', outcome: 'failed' });
  expect(store.history.ofTransfer(id)).toMatchObject({ proof: undefined, problem: undefined });
});

test('a share that is damaged can be revoked all the same', () => {
  const { store, damage } = opened();
  const id = addOne(store);
  const share = { key: 'k', deleteKey: 'd' };
  store.transfers.end(id, 'done', 5, 'S', { share });
  damage(`UPDATE shares SET share = '{'`);
  // What is revoked leaves the lists although its delete key cannot be read.
  const [row] = store.shares.byKey('k');
  store.shares.setState(row?.id ?? 0, 'revoked');
  expect(store.shares.byKey('k')).toMatchObject([{ state: 'revoked', broken: true }]);
});
