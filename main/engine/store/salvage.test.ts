import * as crypto from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { Connection } from './connection.ts';
import { migrate, migrations } from './migrations.ts';
import { salvage } from './salvage.ts';
import { chunkCompleteAt } from './schema.ts';
import type { Store } from './store.ts';
import { closeSound, many, openStoreHere, testFolder, testStore } from './test-rows.ts';

const pageBytes = 4096;

/** A copy of a running store's files, as a kill leaves them, with all of its database in one file. */
const killed = (folder: string): string => {
  const copy = testFolder();
  for (const name of ['queue.db', 'queue.db-wal', 'queue.backup.db', 'queue.generation', 'delete-keys.ndjson'])
    if (fs.existsSync(path.join(folder, name))) fs.copyFileSync(path.join(folder, name), path.join(copy, name));
  const db = new DatabaseSync(path.join(copy, 'queue.db'));
  db.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE; PRAGMA journal_mode = WAL');
  db.close();
  return copy;
};
/** Garbles the pages of a database that hold a text, for good. */
const garblePage = (folder: string, text: string): void => {
  const file = path.join(folder, 'queue.db');
  const bytes = fs.readFileSync(file);
  const at = bytes.indexOf(text);
  if (at < 0) throw new Error(`${text} is nowhere`);
  crypto.randomBytes(pageBytes).copy(bytes, Math.floor(at / pageBytes) * pageBytes);
  fs.writeFileSync(file, bytes);
};
/** In its table alone: indexes hold paths, but no identities. */
const inTable = (n: number): string => `{"path":"/home/someone/file ${n}"`;

const isConsistent = (store: Store, folder: string): void => {
  const db = new DatabaseSync(path.join(folder, 'queue.db'), { readOnly: true });
  try {
    expect(db.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    expect(db.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
    const sum = db
      .prepare(
        'SELECT count(*) AS count, sum(size) AS bytes, sum(acknowledged_bytes) AS acknowledgedBytes FROM transfers',
      )
      .get();
    const { count, bytes, acknowledgedBytes } = store.transfers.totals();
    expect({ ...sum }).toEqual({ count, bytes, acknowledgedBytes });
  } finally {
    db.close();
  }
};
const started = async (folder: string, count: number): Promise<{ store: Store; ids: readonly number[] }> => {
  const first = openStoreHere({ folder });
  const ids = first.transfers.add(many(count));
  await closeSound(first);
  const store = testStore(folder);
  await store.sound;
  return { store, ids };
};
const paramsOf = (store: Store, code: string): Readonly<Record<string, unknown>> | undefined =>
  store.notices.find((notice) => notice.code === code)?.params;

test('pages damaged in the middle of the transfers cost the rows on them alone', async () => {
  const folder = testFolder();
  const { store, ids } = await started(folder, 20);
  const later = store.transfers.add(many(500, (n) => ({ name: `file ${n + 100}`, identity: identityOf(n + 100) })));
  store.transfers.update(ids[0] ?? 0, { priority: 7 });
  store.keepTold({ shareKey: 'k', deleteKey: 'd' }, 'one', later[0] ?? 0);
  store.transfers.end(later[0] ?? 0, 'done', 5, 'S', { share: { key: 'k', deleteKey: 'd' } });
  const copy = killed(folder);
  for (const n of [200, 350, 420, 480]) garblePage(copy, inTable(n));

  const next = testStore(copy);
  await next.sound;
  const { count } = next.transfers.totals();
  // Some twenty rows are on a page.
  expect(count).toBeGreaterThan(520 - 4 * 30);
  expect(count).toBeLessThan(520);
  expect(paramsOf(next, 'store-restored')).toMatchObject({ salvaged: count - 19 });
  expect(paramsOf(next, 'store-behind')).toEqual({ added: 520 - count, keys: 0 });
  expect(next.transfers.get(ids[0] ?? 0)?.priority).toBe(7);
  expect(next.transfers.get(later.at(-1) ?? 0)?.name).toBe('file 599');
  expect(next.transfers.get(later[0] ?? 0)).toMatchObject({ state: 'done', share: { deleteKey: 'd' } });
  expect(next.shares.byKey('k')).toHaveLength(1);
  expect(next.history.page({}, { limit: 10 }).rows).toHaveLength(1);
  isConsistent(next, copy);
});

const identityOf = (n: number) => ({
  path: `/home/someone/file ${n}`,
  size: 100,
  mtimeNs: '1700000000123456789',
  fileId: '1:2',
});

test('damage that no row is on costs nothing, and what was removed after the backup does not come back', async () => {
  const folder = testFolder();
  const { store, ids } = await started(folder, 300);
  store.transfers.remove(ids.slice(0, 50));
  store.transfers.add(many(100, (n) => ({ name: `file ${n + 1000}`, identity: identityOf(n + 1000) })));
  const copy = killed(folder);
  // The index of names to add again holds paths without identities.
  const file = path.join(copy, 'queue.db');
  const db = new DatabaseSync(file, { readOnly: true });
  const root = Number(
    db.prepare(`SELECT rootpage FROM sqlite_schema WHERE name = 'transfers_path'`).get()?.['rootpage'],
  );
  db.close();
  const bytes = fs.readFileSync(file);
  crypto.randomBytes(pageBytes).copy(bytes, (root - 1) * pageBytes);
  fs.writeFileSync(file, bytes);

  const next = testStore(copy);
  await next.sound;
  expect(next.notices.map(({ code }) => code)).toEqual(['store-restored']);
  expect(next.transfers.totals().count).toBe(350);
  expect(ids.slice(0, 50).some((id) => next.transfers.get(id) !== undefined)).toBe(false);
  isConsistent(next, copy);
});

test('without any backup the queue is made of what can be read', async () => {
  const folder = testFolder();
  const { store } = await started(folder, 20);
  store.transfers.add(many(300, (n) => ({ name: `file ${n + 100}`, identity: identityOf(n + 100) })));
  const copy = killed(folder);
  fs.rmSync(path.join(copy, 'queue.backup.db'));
  garblePage(copy, inTable(250));
  const next = testStore(copy);
  await next.sound;
  const { count } = next.transfers.totals();
  expect(count).toBeGreaterThan(280);
  expect(paramsOf(next, 'store-reset')).toMatchObject({ salvaged: count });
  isConsistent(next, copy);
});

test('an upload under way keeps the chunks that can be read, and its bytes are theirs', async () => {
  const folder = testFolder();
  const { store, ids } = await started(folder, 3);
  const [id = 0, other = 0] = ids;
  for (const one of [id, other]) {
    store.transfers.opened(one, { version: 1, value: { one } }, 10, []);
    store.transfers.update(one, { state: 'uploading' });
    for (let n = 0; n < 900; n++) store.transfers.chunkAcknowledged(one, n, 10, { tag: `tag ${one} ${n}.` });
  }
  store.transfers.add(many(1));
  const copy = killed(folder);
  garblePage(copy, `tag ${id} 450.`);
  const next = testStore(copy);
  await next.sound;
  const chunks = next.transfers.chunks(id);
  expect(chunks.length).toBeGreaterThan(200);
  expect(chunks.length).toBeLessThan(900);
  for (const chunk of chunks) expect(chunk.tag).toBe(`tag ${id} ${chunk.index}.`);
  expect(next.transfers.get(id)).toMatchObject({ state: 'uploading', acknowledgedBytes: chunks.length * 10 });
  // Something is missing, although no file is.
  expect(paramsOf(next, 'store-behind')).toEqual({ added: 0, keys: 0 });
  isConsistent(next, copy);
});

test('of a damaged database of an earlier version chunks are kept, and places are still to be worked out', () => {
  const folder = testFolder();
  const file = path.join(folder, 'earlier.db');
  const earlier = new DatabaseSync(file);
  const before = migrations.slice(0, migrations.indexOf(chunkCompleteAt));
  for (const step of before) earlier.exec(step);
  earlier.exec(`INSERT INTO transfers (id, server_id, state, wish, path, name, folded_name, folder, size, identity, options,
      priority, position, remote, remote_version, chunk_size, acknowledged_bytes, created_at, change)
    VALUES (7, 'one', 'uploading', 'run', '/a', 'a', 'a', '[]', 20, '{}', '{}', 0, 1, '{}', 1, 10, 10, 5, 1);
    INSERT INTO chunks (transfer_id, number, acknowledged, size, begun, written) VALUES (7, 0, 1, 10, 1, 10)`);
  earlier.close();
  const db = new DatabaseSync(path.join(folder, 'queue.db'));
  onTestFinished(() => db.close());
  migrate(db);
  const c = new Connection(db, folder, { full: () => undefined, damaged: () => undefined });
  expect(c.transaction(() => salvage(c, file))).toBe(1);
  expect(db.prepare('SELECT place, acknowledged_bytes FROM transfers').all()).toEqual([
    { place: '', acknowledged_bytes: 10 },
  ]);
  expect(db.prepare('SELECT number, acknowledged FROM chunks').all()).toEqual([{ number: 0, acknowledged: 1 }]);
});
