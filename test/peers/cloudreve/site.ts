import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SessionGrant, SessionWish, StoredObject } from '../cloudreve-stores/store.ts';
import { ChunkLog } from './chunk-log.ts';
import type { Settings } from './config.ts';
import { type FileRow, Files } from './files.ts';
import { Locks } from './locks.ts';
import { Memory } from './memory.ts';
import { Database, type Table } from './table.ts';
import { formatTime } from './times.ts';

export interface User {
  readonly id: number;
  readonly email: string;
  readonly nickname: string;
  readonly password: string;
  readonly status: string;
  readonly group: 'Admin' | 'User';
  readonly createdAt: number;
  /** The folder that holds all of the user's. */
  readonly root: number;
  readonly totp: string;
  readonly keepVersions: boolean;
  readonly maxVersions: number;
}

export interface ShareRow {
  readonly id: number;
  readonly file: number;
  readonly owner: number;
  readonly isPrivate: boolean;
  readonly password: string;
  readonly remaining: number | null;
  readonly downloaded: number;
  readonly visited: number;
  /** ms */
  readonly expires: number | null;
  readonly createdAt: number;
  readonly shareView: boolean;
  readonly showReadme: boolean;
}

export interface LinkRow {
  readonly id: number;
  readonly file: number;
  readonly owner: number;
  /** The name that the link has, whatever the file is called later. */
  readonly name: string;
  readonly downloaded: number;
  readonly createdAt: number;
}

export interface GrantRow {
  readonly id: number;
  readonly user: number;
  readonly client: string;
  readonly scopes: readonly string[];
  readonly usedAt: number;
}

/** The store behind the policy, which lives in another process and goes on when the site ends. */
export interface StoreLink {
  readonly open: (wish: SessionWish) => Promise<SessionGrant>;
  readonly abort: (session: string) => Promise<boolean>;
  readonly uploaded: (key: string) => Promise<StoredObject | undefined>;
  readonly put: (key: string, bytes: Uint8Array, mimeType: string) => Promise<void>;
  readonly contentUrl: (key: string, expires: number) => Promise<string>;
  readonly refuseCallback: (call: {
    readonly path: string;
    readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
    readonly body: string;
  }) => Promise<{ readonly code: number; readonly msg: string } | undefined>;
}

interface KeyRow {
  readonly id: number;
  readonly secret: string;
  readonly instance: string;
}

/** All that a site is: its database, what it has in memory, and its clock. */
export interface Site {
  readonly settings: Settings;
  readonly isNew: boolean;
  readonly users: Table<User>;
  readonly files: Files;
  readonly shares: Table<ShareRow>;
  readonly links: Table<LinkRow>;
  readonly grants: Table<GrantRow>;
  readonly memory: Memory;
  readonly locks: Locks;
  readonly log: ChunkLog;
  readonly store: StoreLink;
  readonly secret: string;
  readonly instance: string;
  /** Where the bytes of an entity lie. */
  readonly pathOf: (source: string) => string;
  readonly now: () => number;
  readonly time: (ms: number) => string;
  /** True from the moment on at which it was told to end. */
  isEnding: boolean;
  /** Bodies that are being taken. */
  bodies: number;
  /** Chunks that were asked for. */
  chunks: number;
  /** Its own address. */
  url: string;
}

export function openSite(folder: string, settings: Settings, store: StoreLink, now: () => number): Site {
  mkdirSync(join(folder, 'data'), { recursive: true });
  const database = new Database(join(folder, 'database'));
  const isNew = database.isNew;
  const keys = database.table<KeyRow>('keys');
  const key = keys.get(1) ?? keys.add({ secret: randomBytes(32).toString('hex'), instance: crypto.randomUUID() });
  return {
    settings,
    isNew,
    users: database.table('users'),
    files: new Files(database),
    shares: database.table('shares'),
    links: database.table('links'),
    grants: database.table('grants'),
    memory: new Memory(join(folder, 'memory.json'), now),
    locks: new Locks(now),
    log: new ChunkLog(join(folder, 'log')),
    store,
    secret: key.secret,
    instance: key.instance,
    pathOf: (source) => join(folder, 'data', source),
    now,
    time: (ms) => formatTime(ms, settings.zone),
    isEnding: false,
    bodies: 0,
    chunks: 0,
    url: '',
  };
}

/** Makes a user with an empty space. */
export function addUser(
  { users, files, now }: Site,
  row: Pick<User, 'email' | 'nickname' | 'password' | 'status' | 'group'>,
): User {
  const createdAt = now();
  const user = users.add({ ...row, createdAt, root: 0, totp: '', keepVersions: true, maxVersions: 10 });
  const times = { createdAt, updatedAt: createdAt };
  const root = files.add({ type: 1, name: '', parent: 0, owner: user.id, primary: 0, size: 0, metadata: {}, ...times });
  return users.put({ ...user, root: root.id });
}

export function rootOf({ files }: Site, user: User): FileRow {
  const root = files.get(user.root);
  if (!root) throw new Error(`User ${user.id} has no space.`);
  return root;
}

/** Bytes that a user's group may use. */
export const quotaOf = ({ settings }: Site, user: User): number =>
  user.group === 'Admin' ? settings.quota : 1024 ** 3;
