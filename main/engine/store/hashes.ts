import type { Connection } from './connection.ts';
import type { HashRepository } from './store.ts';

/** How many hashes are kept; the oldest go first. */
const most = 10_000;

const hexOf = { sha256: /^[0-9a-f]{64}$/, md5: /^[0-9a-f]{32}$/ } as const;

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
    ) as readonly { readonly algorithm: keyof typeof hexOf; readonly hash: string }[];
    const sound = rows.filter(({ algorithm, hash }) => hexOf[algorithm].test(hash));
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
