import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import type { Identity } from '../source/identity.ts';
import { migrate, migrations } from './migrations.ts';
import { uploadedFiles } from './schema.ts';
import { addOne, newTransfer, testFolder, testStore } from './test-rows.ts';
import type { NewTransfer, UploadedRow } from './rows.ts';
import type { Store } from './store.ts';

const file: Identity = { path: '/f', size: 5, mtimeNs: '10', fileId: '1:2', ctimeNs: '20' };
const proof = { by: 'stored-length', detail: '5' };

/** A transfer of that file that ended as done. */
const upload = (store: Store, key = 'k', more: Partial<NewTransfer> = {}, at = 5): number => {
  const id = addOne(store, 'f', { path: file.path, identity: file, size: 5, ...more });
  store.transfers.opened(id, { version: 1, value: { id: key } }, 5, []);
  store.transfers.end(id, 'done', at, 'S', { share: { key, link: `https://nas/${key}` }, proof });
  return id;
};
const found = (store: Store, identity = file, options = {}, serverId = 'one'): UploadedRow | undefined =>
  store.uploaded.find(serverId, identity, [], options);
const count = (folder: string): unknown => {
  const db = new DatabaseSync(path.join(folder, 'queue.db'));
  const row = db.prepare('SELECT count(*) AS n FROM uploaded').get();
  db.close();
  return row?.['n'];
};

test('an upload is found by its file, server, folder and options, also after a restart of the machine', () => {
  const store = testStore();
  upload(store, 'k', { options: { expirySeconds: 60, extra: { a: 1, b: 2 } } });
  const same = { extra: { b: 2, a: 1 }, expirySeconds: 60 };
  const row = { name: 'f', link: 'https://nas/k', proof, at: 5, remote: { version: 1, value: { id: 'k' } } };
  expect(found(store, file, same)).toMatchObject(row);
  expect(found(store, { ...file, fileId: '9:2' }, same)).toMatchObject(row);
  expect(found(store, file, { expirySeconds: 61 })).toBeUndefined();
  expect(found(store, file, same, 'two')).toBeUndefined();
  expect(store.uploaded.find('one', file, ['photos'], same)).toBeUndefined();
});

test.each([
  ['path', { path: '/g' }],
  ['size', { size: 6 }],
  ['modification time', { mtimeNs: '11' }],
  ['inode', { fileId: '1:3' }],
  ['ctime', { ctimeNs: '21' }],
])('a file with another %s is not found', (_what, other) => {
  const store = testStore();
  upload(store);
  expect(found(store, { ...file, ...other })).toBeUndefined();
});

test('a file without a ctime is not found: a change could go unnoticed', () => {
  const store = testStore();
  const { ctimeNs: _, ...without } = file;
  upload(store, 'k', { identity: without });
  expect(found(store, without)).toBeUndefined();
});

test('repeated uploads and changed files leave one row for each folder and set of options', () => {
  const folder = testFolder();
  const store = testStore(folder);
  for (const key of ['a', 'b', 'c']) upload(store, key);
  upload(store, 'd', { options: { key: 'mine' } });
  expect(count(folder)).toBe(2);
  expect(found(store)?.link).toBe('https://nas/c');
  const changed = { ...file, ctimeNs: '30' };
  upload(store, 'e', { identity: changed });
  expect(count(folder)).toBe(1);
  expect(found(store, changed)?.link).toBe('https://nas/e');
});

test('only what is done counts, and members of groups and files inside the profile do not', () => {
  const folder = testFolder();
  const store = testStore(folder);
  const failed = addOne(store, 'f', { path: file.path, identity: file });
  store.transfers.opened(failed, { version: 1, value: {} }, 5, []);
  store.transfers.end(failed, 'failed', 5, 'S', {});
  const groupId = store.groups.add({ serverId: 'one', options: {}, count: 2, createdAt: 1 });
  upload(store, 'k', { groupId });
  const received = path.join(folder, 'inbox', 'x', 'f');
  upload(store, 'k', { path: received, identity: { ...file, path: received } });
  expect(count(folder)).toBe(0);
});

test('it stays without transfer and history, and goes with its share or its server', () => {
  const store = testStore();
  const id = upload(store);
  store.transfers.remove([id]);
  store.history.remove(store.history.page({}, { limit: 9 }).rows.map((row) => row.id));
  expect(found(store)).toBeDefined();
  const [share] = store.shares.byKey('k');
  store.shares.forget([share?.id ?? 0]);
  expect(found(store)).toBeDefined();
  store.shares.setState(share?.id ?? 0, 'revoked');
  expect(found(store)).toBeUndefined();
  upload(store, 'other');
  store.uploaded.forgetServer('two');
  expect(found(store)).toBeDefined();
  store.uploaded.forgetServer('one');
  expect(found(store)).toBeUndefined();
});

test('a row that is damaged is not found, and is replaced by the next upload', () => {
  const folder = testFolder();
  const store = testStore(folder);
  upload(store);
  const db = new DatabaseSync(path.join(folder, 'queue.db'));
  db.exec(`UPDATE uploaded SET remote = 'junk'`);
  db.close();
  expect(found(store)).toBeUndefined();
  upload(store, 'new');
  expect(found(store)?.link).toBe('https://nas/new');
  expect(count(folder)).toBe(1);
});

describe('a profile of an earlier version', () => {
  const before = migrations.indexOf(uploadedFiles);
  /** Completed uploads as that version left them. */
  const oldProfile = (rows: readonly { readonly identity: object; readonly revoked?: true }[]): string => {
    const folder = testFolder();
    const db = new DatabaseSync(path.join(folder, 'queue.db'));
    migrate(db, before);
    for (const [n, { identity, revoked }] of rows.entries()) {
      const { name } = newTransfer(`f${n}`);
      const share = JSON.stringify({ key: `k${n}`, link: `https://nas/k${n}` });
      db.prepare(
        `INSERT INTO transfers (id, server_id, state, wish, path, name, folded_name, folder, size, identity, options, priority,
          position, acknowledged_bytes, remote, remote_version, share, created_at, ended_at, change)
          VALUES (?, 'one', 'done', 'run', ?, ?, ?, '[]', 5, ?, '{}', 0, ?, 5, '{"id":"x"}', 1, ?, 1, 7, ?)`,
      ).run(n + 1, `/f${n}`, name, name, JSON.stringify({ ...identity, path: `/f${n}` }), n, share, n + 1);
      db.prepare(
        `INSERT INTO history (transfer_id, at, outcome, name, folded_name, path, size, server_id, server_name, took, proof)
          VALUES (?, 7, 'done', ?, ?, ?, 5, 'one', 'S', 1, ?)`,
      ).run(n + 1, name, name, `/f${n}`, JSON.stringify(proof));
      if (revoked === true)
        db.prepare(
          `INSERT INTO shares (transfer_id, server_id, key, share, name, folded_name, size, is_group, created_at, state)
            VALUES (?, 'one', ?, ?, ?, ?, 5, 0, 7, 'revoked')`,
        ).run(n + 1, `k${n}`, share, name, name);
    }
    db.close();
    return folder;
  };

  test('brings its completed uploads whose file is known whole, and whose share was not revoked', () => {
    const { ctimeNs: _, ...without } = file;
    const store = testStore(oldProfile([{ identity: file }, { identity: without }, { identity: file, revoked: true }]));
    expect(found(store, { ...file, path: '/f0' })).toMatchObject({ name: 'f0', link: 'https://nas/k0', proof, at: 7 });
    expect(found(store, { ...file, path: '/f1' })).toBeUndefined();
    expect(found(store, { ...file, path: '/f2' })).toBeUndefined();
  });
});
