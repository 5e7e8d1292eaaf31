/** Rows and folders for the tests of the store. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { onTestFinished } from 'vitest';
import { fileHasDamage, type Inspection } from './integrity.ts';
import { openStore, type StoreOptions } from './open.ts';
import type { NewTransfer } from './rows.ts';
import type { Store } from './store.ts';

export const newTransfer = (name: string, more: Partial<NewTransfer> = {}): NewTransfer => ({
  serverId: 'one',
  path: `/home/someone/${name}`,
  name,
  folder: [],
  size: 100,
  identity: { path: `/home/someone/${name}`, size: 100, mtimeNs: '1700000000123456789', fileId: '1:2' },
  options: {},
  groupId: undefined,
  priority: 0,
  createdAt: 1_000,
  wish: 'run',
  notices: [],
  ...more,
});

export const many = (count: number, more: (n: number) => Partial<NewTransfer> = () => ({})): readonly NewTransfer[] =>
  Array.from({ length: count }, (_, n) => newTransfer(`file ${n}`, more(n)));

/** A folder of its own for one test, removed at its end. */
export const testFolder = (): string => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stevedore-store-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
};

/** Looks at a database file in this process: a worker for each check takes longer than most tests. */
export const inspectHere = (file: string): Inspection => ({
  finding: Promise.resolve().then(() => fileHasDamage(file)),
  stop: () => Promise.resolve(),
});

/** A store whose database is checked in this process. */
export const openStoreHere = (options: StoreOptions): Store => openStore({ ...options, inspect: inspectHere });

/** An open store for one test, closed at its end. */
export const testStore = (folder = testFolder(), now?: () => number): Store => {
  const store = openStoreHere(now === undefined ? { folder } : { folder, now });
  onTestFinished(() => store.close());
  return store;
};

/** Adds one transfer and gives its id. */
export const addOne = (store: Store, name = 'file', more: Partial<NewTransfer> = {}): number => {
  const [id] = store.transfers.add([newTransfer(name, more)]);
  if (id === undefined) throw new Error('nothing was added');
  return id;
};

/** Closes a store once its look at the database and the journal, which begins with its start, is over. */
export const closeSound = async (store: Store): Promise<void> => {
  await store.sound;
  await store.close();
};

/** What a disk may take: the database with its copies. The journal of the delete keys stays. */
export const loseDatabase = (folder: string): void => {
  for (const name of fs.readdirSync(folder)) if (name.startsWith('queue')) fs.rmSync(path.join(folder, name));
};

/** Writes down a finished upload, whose share has this key and the delete key `d-…`. Returns its id. */
export const addUploaded = (store: Store, key: string): number => {
  const id = addOne(store, key);
  store.keepTold({ shareKey: key, deleteKey: `d-${key}` }, 'one', id);
  store.transfers.end(id, 'done', 5, 'S', { share: { key, deleteKey: `d-${key}` } });
  return id;
};
