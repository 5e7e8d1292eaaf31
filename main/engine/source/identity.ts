/** What a file is known by, so that no upload ever mixes two of them. */
import type { BigIntStats } from 'node:fs';
import { access, constants, open, stat, statfs, type FileHandle } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { problem, type Problem } from '../../../preload/problems.ts';
import { asSaid, type ReasonCode } from '../../../preload/problems/reasons.ts';
import { codeOf } from '../error-code.ts';
import { fail, ok, type Outcome } from '../outcome.ts';

/** Survives JSON. */
export type Identity = {
  /** Absolute. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Modification time in ns since the epoch, decimal: more digits than a number holds. */
  readonly mtimeNs: string;
  /** `device:inode`; empty where the file system makes inode numbers up. */
  readonly fileId: string;
  /**
   * Time of the last change of content or attributes (ctime) in ns since the epoch, decimal; no program can set it back.
   * Absent in rows of older versions, and on file systems without it.
   */
  readonly ctimeNs?: string;
};

/**
 * Whether two looks saw the same file. Attributes change by themselves, so ctime is no part of it: where it differs, the
 * content has to be compared.
 */
export const isSameFile = (a: Identity, b: Identity): boolean =>
  isDeepStrictEqual({ ...a, ctimeNs: undefined }, { ...b, ctimeNs: undefined });

/**
 * Whether nothing of the file, its attributes included, was changed between two looks: false where one of them has no ctime. The
 * number of a device may change with a restart.
 */
export const isSameState = (a: Identity, b: Identity): boolean =>
  a.ctimeNs !== undefined &&
  a.ctimeNs === b.ctimeNs &&
  isSameFile({ ...a, fileId: inode(a.fileId) }, { ...b, fileId: inode(b.fileId) });

/** See `Identity.ctimeNs`; `undefined` where the file system has none. */
export const ctimeOf = (stats: BigIntStats): string | undefined =>
  stats.ctimeNs > 0n ? String(stats.ctimeNs) : undefined;

const reasons: Readonly<Record<string, ReasonCode>> = {
  EACCES: 'permission-denied',
  EPERM: 'not-permitted',
  EIO: 'disk-failed',
  ELOOP: 'link-circle',
  ENAMETOOLONG: 'name-long',
  ESTALE: 'drive-lost',
  EMFILE: 'files-open',
  EBUSY: 'in-use',
};

/** What a failed look at a file, or a failed read, means. */
export const fileProblem = (path: string, error: unknown): Problem => {
  const code = codeOf(error);
  if (code !== 'ENOENT' && code !== 'ENOTDIR')
    return problem('file-unreadable', { path, reason: reasons[code] ?? asSaid(code) });
  // Node puts this sign where the bytes of a name are not UTF-8, and then cannot name the file any more.
  return path.includes('\uFFFD')
    ? problem('file-unreadable', { path, reason: 'name-no-utf8' })
    : problem('file-missing', { path });
};

/** What a path is that is no plain file, or `undefined` for a file. */
export const specialKind = (stats: BigIntStats): 'folder' | 'pipe' | 'socket' | 'device' | 'special' | undefined =>
  stats.isFile()
    ? undefined
    : stats.isDirectory()
      ? 'folder'
      : stats.isFIFO()
        ? 'pipe'
        : stats.isSocket()
          ? 'socket'
          : stats.isCharacterDevice() || stats.isBlockDevice()
            ? 'device'
            : 'special';

/**
 * File systems that number files as they meet them, so that a number means nothing after the next mount: FAT, exFAT,
 * SMB (old and new), FUSE. Types as statfs(2) gives them.
 */
const inventing = new Set([0x4d44, 0x2011bab0, 0xff534d42, 0xfe534d42, 0x517b, 0x65735546]);
const inventingDevices = new Map<bigint, boolean>();

const fileIdOf = async (path: string, stats: BigIntStats): Promise<string> => {
  let invents = inventingDevices.get(stats.dev);
  if (invents === undefined) {
    invents = await statfs(path).then(
      ({ type }) => inventing.has(type),
      () => false,
    );
    inventingDevices.set(stats.dev, invents);
  }
  return invents || stats.ino === 0n ? '' : `${stats.dev}:${stats.ino}`;
};

/** How files are opened that may have no end: those that would wait for their next line answer EAGAIN instead. */
// Windows has no such flag.
export const withoutWaiting = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);

/**
 * Whether reading gives a byte at a place, or would give one later.
 * @throws what reading throws
 */
export const hasByteAt = async (handle: FileHandle, position: number): Promise<boolean> => {
  try {
    return (await handle.read(Buffer.alloc(1), 0, 1, position)).bytesRead > 0;
  } catch (error) {
    if (codeOf(error) === 'EAGAIN') return true;
    throw error;
  }
};

/** Files of /proc, and of file systems that learn a length by reading, are empty by their size and hold bytes. */
const seemsEmpty = async (path: string): Promise<boolean> => {
  const handle = await open(path, withoutWaiting);
  try {
    return await hasByteAt(handle, 0);
  } finally {
    await handle.close();
  }
};

/** The identity of a file that was just looked at. Fails like `identify`. */
export const identityOf = async (path: string, stats: BigIntStats): Promise<Outcome<Identity>> => {
  const what = specialKind(stats);
  if (what !== undefined) return fail('attention', problem('file-is-special', { path, what }));
  try {
    await access(path, constants.R_OK);
    if (stats.size === 0n && (await seemsEmpty(path)))
      return fail('attention', problem('file-size-wrong', { path, size: 0 }));
  } catch (error) {
    return fail('attention', fileProblem(path, error));
  }
  const fileId = await fileIdOf(path, stats);
  const ctimeNs = ctimeOf(stats);
  return ok({
    path,
    size: Number(stats.size),
    mtimeNs: String(stats.mtimeNs),
    fileId,
    ...(ctimeNs === undefined ? {} : { ctimeNs }),
  });
};

/**
 * Looks at a file, through links. Fails with `attention`: file-missing, file-unreadable, file-is-special, file-size-wrong.
 */
export const identify = async (path: string): Promise<Outcome<Identity>> => {
  const absolute = resolve(path);
  try {
    return await identityOf(absolute, await stat(absolute, { bigint: true }));
  } catch (error) {
    return fail('attention', fileProblem(absolute, error));
  }
};

// The device's number may change with a restart, the inode's not.
const inode = (fileId: string): string => fileId.slice(fileId.indexOf(':') + 1);

/** How a file that was looked at again differs from what is known of it, apart from its ctime, or `undefined`. */
export const difference = (known: Identity, stats: BigIntStats): Problem | undefined => {
  const { path } = known;
  const kind = specialKind(stats);
  const what =
    kind !== undefined
      ? (`now-${kind}` as const)
      : Number(stats.size) !== known.size
        ? 'size'
        : String(stats.mtimeNs) !== known.mtimeNs
          ? 'modified'
          : known.fileId !== '' && stats.ino !== 0n && String(stats.ino) !== inode(known.fileId)
            ? 'replaced'
            : undefined;
  return what === undefined ? undefined : problem('file-changed', { path, what });
};

/**
 * Looks whether the file at a path is still the known one, apart from its ctime. `undefined`: it is. Else file-changed
 * (its size, modified, replaced), file-missing or file-unreadable.
 */
export const compare = async (known: Identity, path: string = known.path): Promise<Problem | undefined> => {
  try {
    return difference(known, await stat(path, { bigint: true }));
  } catch (error) {
    return fileProblem(path, error);
  }
};
