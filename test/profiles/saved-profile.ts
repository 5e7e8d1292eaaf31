/** Profiles that earlier versions wrote, with the state of their servers, brought back to life. */
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { randomBytes, seeded } from '../faults/random.ts';
import { type Peer, startPeer } from '../peers/peer.ts';

export const profilesFolder = fileURLToPath(new URL('.', import.meta.url));

export type ServerKind = 'stend' | 'cloudreve';

export type SavedFile = {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** How the transfer has to stand when the queue has nothing left to do. */
  readonly ends: 'done' | 'cancelled' | 'attention' | 'paused';
  readonly server: ServerKind;
};

export type About = {
  /** ms since the epoch: the clocks of client and servers continue from here. */
  readonly writtenAt: number;
  /** The folder that held the profile and the files. */
  readonly folder: string;
  readonly servers: Readonly<Record<ServerKind, string>>;
  readonly files: readonly SavedFile[];
};

export type Revived = {
  readonly about: About;
  readonly profile: string;
  readonly peers: Readonly<Record<ServerKind, Peer>>;
  /** How far the saved clock is behind the machine's, ms. */
  readonly behind: number;
  readonly close: () => Promise<void>;
};

/** The same bytes for the same name and size. */
export const contentOf = ({ name, size }: SavedFile): Buffer => {
  const seed = createHash('sha256').update(`${name} ${size}`).digest().readUInt32LE(0);
  return randomBytes(seeded(seed), size);
};

export const pathIn = (folder: string, name: string): string => join(folder, 'files', name);

type Column = { readonly name: string; readonly type: string; readonly hidden: number };

/** Replaces a text wherever it stands in a database: addresses and paths are others on each machine. */
const replaceText = (database: DatabaseSync, from: string, to: string): void => {
  const tables = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all() as { readonly name: string }[];
  for (const { name: table } of tables)
    for (const { name, type, hidden } of database.prepare(`PRAGMA table_xinfo(${table})`).all() as Column[])
      if (type === 'TEXT' && hidden === 0)
        database
          .prepare(`UPDATE ${table} SET ${name} = replace(${name}, ?, ?) WHERE ${name} IS NOT NULL`)
          .run(from, to);
};

/** The files get new modification times and inodes where they are written: the rows have to know them. */
const adoptFiles = async (database: DatabaseSync, { files }: About, folder: string): Promise<void> => {
  for (const file of files) {
    const path = pathIn(folder, file.name);
    await writeFile(path, contentOf(file));
    const { mtimeNs, dev, ino } = await stat(path, { bigint: true });
    database
      .prepare(
        `UPDATE transfers SET identity = json_set(identity, '$.mtimeNs', ?, '$.fileId', ?)
         WHERE path = ? AND json_extract(identity, '$.fileId') <> ''`,
      )
      .run(String(mtimeNs), `${dev}:${ino}`, path);
    if (file.ends === 'attention') await rm(path);
  }
};

/** Copies a saved profile to a folder of its own, starts its servers on free ports, and leads the one to the others. */
export const revive = async (version: string): Promise<Revived> => {
  const saved = join(profilesFolder, version);
  const about = JSON.parse(await readFile(join(saved, 'about.json'), 'utf8')) as About;
  const behind = Date.now() - about.writtenAt;
  const folder = await mkdtemp(join(tmpdir(), 'revived-'));
  const profile = join(folder, 'profile');
  const start = (kind: ServerKind, config: Readonly<Record<string, unknown>>): Promise<Peer> =>
    startPeer(kind, { state: join(saved, kind), ahead: -behind, config });
  const peers = {
    stend: await start('stend', { CHUNK_SIZE: 5_000, FILE_MAX_SIZE: 1_000_000 }),
    cloudreve: await start('cloudreve', {
      chunk_size: 5_000,
      max_size: 200_000_000,
      storage_policy: 'local',
      encryption: true,
    }),
  };
  await cp(join(saved, 'profile'), profile, { recursive: true });
  await mkdir(join(folder, 'files'));
  const database = new DatabaseSync(join(profile, 'queue.db'));
  replaceText(database, about.folder, folder);
  const settings = join(profile, 'config.json');
  let text = (await readFile(settings, 'utf8')).replaceAll(about.folder, folder);
  for (const kind of ['stend', 'cloudreve'] as const) {
    replaceText(database, about.servers[kind], peers[kind].url);
    text = text.replaceAll(about.servers[kind], peers[kind].url);
  }
  await writeFile(settings, text);
  await adoptFiles(database, about, folder);
  database.close();
  return {
    about,
    profile,
    peers,
    behind,
    close: async () => {
      await Promise.all(Object.values(peers).map((peer) => peer.stop()));
      await rm(folder, { recursive: true, force: true });
    },
  };
};
