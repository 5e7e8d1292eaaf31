/** Paths as people see them (`/Folder/file.txt`) and the addresses that Cloudreve gives them. */

/**
 * The names in a path. `undefined` where one of them could lead elsewhere. protocol: `.` and `..` are resolved on the
 * server, not refused.
 */
export const namesIn = (path: string): readonly string[] | undefined => {
  const names = path.split('/').filter((name) => name !== '');
  return names.some((name) => name === '.' || name === '..') ? undefined : names;
};

export const pathOf = (names: readonly string[]): string => `/${names.join('/')}`;

/** The folder that a path is in; the root's is the root. */
export const folderOf = (path: string): string => pathOf(path.split('/').filter(Boolean).slice(0, -1));

/**
 * protocol: `cloudreve://my/<seg>/<seg>`, each segment encoded: a raw `#` or `?` would cut the name, a raw `%` is refused.
 *
 * @throws a RangeError where the path could lead elsewhere: nothing may be asked of such an address
 */
export const uriOf = (path: string): string => {
  const names = namesIn(path);
  if (names === undefined) throw new RangeError('a path with dots for a name');
  return ['cloudreve://my', ...names.map((name) => encodeURIComponent(name.toWellFormed()))].join('/');
};

/** A part of an address as it reads; as it is where it cannot be decoded, so that a server's mistake is no exception. */
export const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

/** The path of an address in the account's own space; `undefined` where it is another's, or none. */
export const pathIn = (uri: string): string | undefined => {
  const own = /^cloudreve:\/\/my(?:\/([^?#]*))?$/.exec(uri);
  if (own === null) return undefined;
  try {
    return pathOf((own[1] ?? '').split('/').filter(Boolean).map(decodeURIComponent));
  } catch {
    return undefined;
  }
};

/**
 * The path of what a share of this account's is of. protocol: its `source_uri` names the account, `cloudreve://id@my/…`, and
 * is told to the owner only.
 */
export const pathOfShared = (uri: string): string | undefined =>
  pathIn(uri.replace(/^cloudreve:\/\/[^/?#@]+@my/, 'cloudreve://my'));
