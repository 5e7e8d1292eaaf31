import type { Connection } from './connection.ts';
import type { HashRepository } from './store.ts';

/** How many hashes are kept; the oldest go first. */
const most = 10_000;

/** How a sound hash reads. A damaged row, or one of a later version, may name any other algorithm. */
const hexOf = new Map([
  ['sha256', /^[0-9a-f]{64}$/],
  ['md5', /^[0-9a-f]{32}$/],
]);

// The device's number may change with a restart, the inode's not.
const inodeOf = (fileId: string): string => fileId.slice(fileId.indexOf(':') + 1);

/** Hashes of whole files. A file that changed since has another ctime, and finds nothing. */
export const hashRepository = (c: Connection): HashRepository => ({
  of: ({ path, size, mtimeNs, fileId, ctimeNs }) => {
    if (ctimeNs === undefined) return {};
    const rows = c.all(
      `SELECT algorithm, hash FROM hashes WHERE path = ? AND size = ? AND mtime_ns = ? AND inode = ? AND ctime_ns = ?`,
      path,
      size,
      mtimeNs,
      inodeOf(fileId),
      ctimeNs,
    ) as readonly { readonly algorithm: string; readonly hash: string }[];
    const sound = rows.filter(({ algorithm, hash }) => hexOf.get(algorithm)?.test(hash) === true);
    return Object.fromEntries(sound.map(({ algorithm, hash }) => [algorithm, hash]));
  },
  keep: ({ path, size, mtimeNs, fileId, ctimeNs }, hashes, at) => {
    if (ctimeNs === undefined) return;
    c.transaction(() => {
      for (const [algorithm, hash] of Object.entries(hashes))
        c.run(
          `INSERT OR REPLACE INTO hashes (path, algorithm, size, mtime_ns, inode, ctime_ns, hash, at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
          path,
          algorithm,
          size,
          mtimeNs,
          inodeOf(fileId),
          ctimeNs,
          hash,
          at,
        );
      c.run('DELETE FROM hashes WHERE at < (SELECT at FROM hashes ORDER BY at DESC LIMIT 1 OFFSET ?)', most - 1);
    }, 'kill');
  },
});
