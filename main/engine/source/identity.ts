/** What a file is known by, so that no upload ever mixes two of them. */
import type { BigIntStats } from 'node:fs';
import { access, constants, stat, statfs } from 'node:fs/promises';
import { resolve } from 'node:path';
import { problem, type Problem } from '../../../preload/problems.ts';
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
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EIO: 'the disk failed',
  ELOOP: 'links that lead in a circle',
  ENAMETOOLONG: 'its name is too long',
  ESTALE: 'the network drive lost it',
  EMFILE: 'too many files are open',
  EBUSY: 'it is in use',
};

/** What a failed look at a file, or a failed read, means. */
export const fileProblem = (path: string, error: unknown): Problem => {
  const code = codeOf(error);
  if (code !== 'ENOENT' && code !== 'ENOTDIR')
    return problem('file-unreadable', { path, reason: reasons[code] ?? code });
  // Node puts this sign where the bytes of a name are not UTF-8, and then cannot name the file any more.
  return path.includes('\uFFFD')
    ? problem('file-unreadable', { path, reason: 'its name is not valid UTF-8' })
    : problem('file-missing', { path });
};

/** What a path is that is no plain file, or `undefined` for a file. */
export const specialKind = (stats: BigIntStats): string | undefined =>
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
            : 'special file';

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

/** The identity of a file that was just looked at. Fails like `identify`. */
export const identityOf = async (path: string, stats: BigIntStats): Promise<Outcome<Identity>> => {
  const what = specialKind(stats);
  if (what !== undefined) return fail('attention', problem('file-is-special', { path, what }));
  try {
    await access(path, constants.R_OK);
  } catch (error) {
    return fail('attention', fileProblem(path, error));
  }
  const fileId = await fileIdOf(path, stats);
  return ok({ path, size: Number(stats.size), mtimeNs: String(stats.mtimeNs), fileId });
};

/** Looks at a file, through links. Fails with `attention`: file-missing, file-unreadable, file-is-special. */
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

/** How a file that was looked at again differs from what is known of it, or `undefined`. */
export const difference = (known: Identity, stats: BigIntStats): Problem | undefined => {
  const { path } = known;
  const kind = specialKind(stats);
  const what =
    kind !== undefined
      ? `it is a ${kind} now`
      : Number(stats.size) !== known.size
        ? 'its size'
        : String(stats.mtimeNs) !== known.mtimeNs
          ? 'it was modified'
          : known.fileId !== '' && stats.ino !== 0n && String(stats.ino) !== inode(known.fileId)
            ? 'it was replaced'
            : undefined;
  return what === undefined ? undefined : problem('file-changed', { path, what });
};

/**
 * Looks whether the file at a path is still the known one. `undefined`: it is. Else file-changed (its size,
 * modified, replaced), file-missing or file-unreadable.
 */
export const compare = async (known: Identity, path: string = known.path): Promise<Problem | undefined> => {
  try {
    return difference(known, await stat(path, { bigint: true }));
  } catch (error) {
    return fileProblem(path, error);
  }
};
