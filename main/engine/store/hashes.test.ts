import { expect, test } from 'vitest';
import { DatabaseSync } from 'node:sqlite';
import * as path from 'node:path';
import { testFolder, testStore } from './test-rows.ts';

const sha256 = 'a'.repeat(64);
const md5 = 'b'.repeat(32);
const file = { path: '/f', size: 5, mtimeNs: '10', fileId: '1:2', ctimeNs: '20' };

test('a hash is found for the file as it was, and after the disk got another number', () => {
  const store = testStore();
  store.hashes.keep(file, { sha256 }, 1);
  store.hashes.keep(file, { md5 }, 1);
  expect(store.hashes.of(file)).toEqual({ sha256, md5 });
  expect(store.hashes.of({ ...file, fileId: '7:2' })).toEqual({ sha256, md5 });
});

test.each([
  ['path', { path: '/g' }],
  ['size', { size: 6 }],
  ['modification time', { mtimeNs: '11' }],
  ['inode', { fileId: '1:3' }],
  ['ctime', { ctimeNs: '21' }],
  ['no ctime', { ctimeNs: undefined }],
])('a file with another %s finds no hash of an earlier one', (_what, other) => {
  const store = testStore();
  store.hashes.keep(file, { sha256 }, 1);
  const { ctimeNs, ...changed } = { ...file, ...other };
  expect(store.hashes.of({ ...changed, ...(ctimeNs === undefined ? {} : { ctimeNs }) })).toEqual({});
});

test('a file that changed has its new hash alone', () => {
  const store = testStore();
  store.hashes.keep(file, { sha256 }, 1);
  store.hashes.keep({ ...file, ctimeNs: '21' }, { sha256: 'c'.repeat(64) }, 2);
  expect(store.hashes.of(file)).toEqual({});
  expect(store.hashes.of({ ...file, ctimeNs: '21' })).toEqual({ sha256: 'c'.repeat(64) });
});

test.each([
  ['is damaged', `hash = 'junk'`],
  ['is by an algorithm that this version does not know', `algorithm = 'toString'`],
])('a hash that %s is kept, and not found', async (_what, change) => {
  const folder = testFolder();
  const store = testStore(folder);
  store.hashes.keep(file, { sha256, md5 }, 1);
  const db = new DatabaseSync(path.join(folder, 'queue.db'));
  db.exec(`UPDATE hashes SET ${change} WHERE algorithm = 'md5'`);
  expect(store.hashes.of(file)).toEqual({ sha256 });
  expect(db.prepare('SELECT count(*) AS count FROM hashes').get()).toEqual({ count: 2 });
  db.close();
  await store.close();
});

test('the oldest hashes go when there are too many', () => {
  const store = testStore();
  store.transaction(() => {
    for (let n = 0; n <= 10_000; n++) store.hashes.keep({ ...file, path: `/${n}` }, { md5 }, n);
  });
  expect(store.hashes.of({ ...file, path: '/0' })).toEqual({});
  expect(store.hashes.of({ ...file, path: '/1' })).toEqual({ md5 });
  expect(store.hashes.of({ ...file, path: '/10000' })).toEqual({ md5 });
});
