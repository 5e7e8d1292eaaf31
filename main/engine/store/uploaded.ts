/** What was uploaded, by the file that it was made of. */
import { realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isSameState, type Identity } from '../source/identity.ts';
import type { Connection } from './connection.ts';
import type { Transfer, UploadedRow } from './rows.ts';
import type { UploadedRepository } from './store.ts';
import { readRemote, type TransferRecord } from './transfer-record.ts';
import { fromJson, maybeJson, nullable, optional, toJson } from './values.ts';

type UploadedRecord = Pick<
  TransferRecord,
  'name' | 'folder' | 'options' | 'identity' | 'hashes' | 'remote' | 'remote_version'
> & {
  readonly id: number;
  readonly link: string | null;
  readonly proof: string | null;
  readonly at: number;
};

type Made = Pick<UploadedRow, 'folder' | 'options'> & { readonly identity: Identity };

/** A row that cannot be read is none: the file is uploaded again. */
const read = (r: UploadedRecord): (UploadedRow & Made & { readonly id: number }) | undefined => {
  try {
    const remote = readRemote(r.remote, r.remote_version);
    return remote === undefined
      ? undefined
      : {
          id: r.id,
          name: r.name,
          folder: fromJson(r.folder) as Transfer['folder'],
          options: fromJson(r.options) as Transfer['options'],
          identity: fromJson(r.identity) as Identity,
          hashes: maybeJson(r.hashes) as Transfer['hashes'],
          remote,
          link: optional(r.link),
          proof: maybeJson(r.proof) as UploadedRow['proof'],
          at: r.at,
        };
  } catch {
    return undefined;
  }
};

const rowsOf = (c: Connection, serverId: string, path: string): readonly UploadedRecord[] =>
  c.all('SELECT * FROM uploaded WHERE server_id = ? AND path = ? ORDER BY id DESC', serverId, path) as never;

const isSameUpload = (a: Made, b: Made): boolean =>
  isSameState(a.identity, b.identity) &&
  isDeepStrictEqual(a.folder, b.folder) &&
  isDeepStrictEqual(a.options, b.options);

/** What the program itself keeps in its profile is removed after its upload, and never added again. */
const isOwn = (path: string, profile: string): boolean =>
  [profile, realpathSync.native(profile)].some((folder) => path.startsWith(join(folder, sep)));

/**
 * Notes an upload that has just ended as done, in place of what its file was known by before: of a file that changed, earlier
 * uploads can never be recognised again. Inside the caller's transaction.
 *
 * @param profile folder of the database
 */
export const noteUploaded = (
  c: Connection,
  ended: TransferRecord,
  at: number,
  { share, proof }: { readonly share?: Transfer['share']; readonly proof?: UploadedRow['proof'] },
  profile: string,
): void => {
  const { server_id: serverId, path } = ended;
  const made = read({ ...ended, link: null, proof: null, at });
  // A group is added as a whole, and has one link. Without a ctime, a change could not be noticed.
  if (made?.identity.ctimeNs === undefined || ended.group_id !== null || isOwn(path, profile)) return;
  for (const record of rowsOf(c, serverId, path)) {
    const row = read(record);
    if (row === undefined || !isSameState(row.identity, made.identity) || isSameUpload(row, made))
      c.run('DELETE FROM uploaded WHERE id = ?', record.id);
  }
  c.run(
    `INSERT INTO uploaded (server_id, path, name, folder, options, identity, hashes, remote, remote_version, share_key, link,
      proof, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    serverId,
    path,
    ended.name,
    ended.folder,
    ended.options,
    ended.identity,
    ended.hashes,
    ended.remote,
    ended.remote_version,
    nullable(share?.key),
    nullable(share?.link),
    toJson(proof),
    at,
  );
};

/** See `UploadedRepository`. */
export const uploadedRepository = (c: Connection): UploadedRepository => ({
  find: (serverId, identity, folder, options) =>
    rowsOf(c, serverId, identity.path)
      .map(read)
      .find((row) => row !== undefined && isSameUpload(row, { identity, folder, options })),
  forgetServer: (serverId) => {
    c.run('DELETE FROM uploaded WHERE server_id = ?', serverId);
  },
});
