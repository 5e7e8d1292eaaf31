import * as fs from 'node:fs';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { addOne, addUploaded, closeSound, loseDatabase, openStoreHere, testFolder, testStore } from './test-rows.ts';

/** A store in the folder, closed again, with the shares of two uploads. */
const keepTwo = async (folder: string): Promise<void> => {
  const store = openStoreHere({ folder });
  addUploaded(store, 'k1');
  addUploaded(store, 'k2');
  await closeSound(store);
};

test.each(['{"key":', 'null', '5'])(
  'a share that reads %s does not keep the keys of others from being found',
  async (text) => {
    const folder = testFolder();
    await keepTwo(folder);
    const db = new DatabaseSync(path.join(folder, 'queue.db'));
    db.exec(`UPDATE shares SET share = '${text}' WHERE key = 'k1'; DELETE FROM shares WHERE key = 'k2';
    DELETE FROM meta WHERE key = 'journal'`);
    db.close();
    const next = testStore(folder);
    await next.sound;
    expect(next.shares.byKey('k2')).toMatchObject([{ deleteKey: 'd-k2' }]);
    expect(next.shares.byKey('k1').length).toBeGreaterThan(0);
    await next.close();
    // Nor from being written again, where the journal is lost.
    fs.rmSync(path.join(folder, 'delete-keys.ndjson'));
    expect(testStore(folder).toldKey('one', 'k2')).toBe('d-k2');
  },
);

test('a key whose line in the journal is damaged is written there again from its share', async () => {
  const folder = testFolder();
  await keepTwo(folder);
  const journal = path.join(folder, 'delete-keys.ndjson');
  const [first = '', ...others] = fs.readFileSync(journal, 'utf8').split('\n');
  fs.writeFileSync(journal, [first.replaceAll('d-k1', '\0\0\0\0').slice(0, -1), ...others].join('\n'));
  const next = openStoreHere({ folder });
  expect(next.notices.map(({ code }) => code)).toContain('journal-damaged');
  await closeSound(next);
  loseDatabase(folder);
  const last = testStore(folder);
  expect(last.shares.byKey('k1')).toMatchObject([{ deleteKey: 'd-k1' }]);
  expect(last.shares.byKey('k2')).toMatchObject([{ deleteKey: 'd-k2' }]);
});

test('a delete key of another share in the journal does not replace the one that a transfer has', async () => {
  const folder = testFolder();
  const store = openStoreHere({ folder });
  const id = addOne(store, 'k1');
  store.keepTold({ shareKey: 'k-old', deleteKey: 'd-old' }, 'one', id);
  store.transfers.end(id, 'done', 5, 'S', { share: { key: 'k1', deleteKey: 'd-k1' } });
  await closeSound(store);
  const next = testStore(folder);
  await next.sound;
  expect(next.transfers.get(id)?.share).toEqual({ key: 'k1', deleteKey: 'd-k1' });
  // Neither key is lost: both files can be removed.
  const keys = next.shares.page({}, { limit: 9 }).rows.map(({ deleteKey }) => deleteKey);
  expect([...keys].sort()).toEqual(['d-k1', 'd-old']);
});

test('a transfer gets the delete key that its share lacks from the journal', async () => {
  const folder = testFolder();
  const store = openStoreHere({ folder });
  const id = addOne(store, 'k1');
  store.transfers.end(id, 'done', 5, 'S', { share: { key: 'k1', link: 'https://x/k1' } });
  store.keepTold({ shareKey: 'k1', deleteKey: 'd-k1' }, 'one', id);
  await closeSound(store);
  const next = testStore(folder);
  await next.sound;
  const share = { key: 'k1', link: 'https://x/k1', deleteKey: 'd-k1' };
  expect(next.transfers.get(id)?.share).toEqual(share);
  expect(next.shares.byKey('k1')).toMatchObject([share]);
});

test('a share without a delete key does not get that of another share', async () => {
  const folder = testFolder();
  const store = openStoreHere({ folder });
  const id = addOne(store, 'k1');
  store.keepTold({ shareKey: 'k-old', deleteKey: 'd-old' }, 'one', id);
  store.transfers.end(id, 'done', 5, 'S', { share: { key: 'k1' } });
  await closeSound(store);
  const next = testStore(folder);
  await next.sound;
  expect(next.transfers.get(id)?.share).toEqual({ key: 'k1' });
  expect(next.shares.byKey('k1')[0]?.deleteKey).toBeUndefined();
  expect(next.shares.byKey('k-old')).toMatchObject([{ deleteKey: 'd-old' }]);
});
