/**
 * A server issues a delete key once, so it is kept twice: here, line by line, before anything else is done with the
 * answer, and in the database. Lines are only ever appended. A key whose file is gone from its server gets an end line
 * before the database forgets the key, so that comparing the two never brings it back.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { crc32 } from 'node:zlib';
import { DiskFullError, isDiskFull } from './errors.ts';
import { copyAside, isSameFile, privateFile, replaceFile, syncFolder } from './files.ts';
import { journalLines, lineFormat, type EndedKey, type JournalEntry, type Reading } from './journal-lines.ts';

export type { EndedKey, JournalEntry };

/** What the lines of a journal come to. */
export type JournalState = {
  /** Keys that are still in use, the oldest first. */
  readonly entries: readonly JournalEntry[];
  readonly ended: readonly EndedKey[];
  /** Lines that cannot be read whole. */
  readonly bad: number;
  /** Where the file ends, for `read` to begin there another time; '' where there is no file. */
  readonly end: string;
};

export interface Journal {
  /** Durable when it returns. Throws `DiskFullError`; nothing of the entry is left behind then. */
  append(...entries: readonly Omit<JournalEntry, 'v'>[]): void;
  /** Says that a key is not needed any more. Durable when it returns; throws as `append` does. */
  end(key: EndedKey, at: number): void;
  /**
   * Damaged lines are skipped and counted; a key in one that can still be read is used.
   *
   * @param since an `end` that an earlier reading gave: only what was appended after it, and all where the file is
   *   another one by now
   */
  read(since?: string): JournalState;
  /** The keys still in use that were issued for a transfer. */
  keysOf(serverId: string, transferId: number): readonly JournalEntry[];
  /**
   * The last delete key issued for a share, ended or not. With a transfer: the last that it was given, as the same custom key
   * may be the share of another one by now; where it has none, one that names no transfer.
   */
  deleteKeyOf(serverId: string, shareKey: string, transferId?: number): string | undefined;
  /**
   * Copies the file aside and writes it again without its damaged lines. Returns the copy's path; `undefined` where
   * that was not possible, and the file is as it was.
   */
  setBadAside(aside: string): string | undefined;
  close(): void;
}

const pairOf = ({ serverId, shareKey }: EndedKey): string => `${serverId}\n${shareKey}`;

type Lines = Pick<JournalState, 'entries' | 'ended' | 'bad'>;

const readLines = (fd: number, reading?: Reading): Lines => {
  const open = new Map<string, JournalEntry>();
  const ended: EndedKey[] = [];
  let bad = 0;
  for (const line of journalLines(fd, reading)) {
    if (line.type === 'bad' || (line.type === 'key' && line.damaged)) bad++;
    if (line.type === 'key') {
      const pair = pairOf(line.entry);
      // In the order in which they were issued, whatever an older key of the same name was.
      open.delete(pair);
      open.set(pair, line.entry);
    } else if (line.type === 'end') {
      const pair = pairOf(line.ended);
      const { deleteKey } = line.ended;
      ended.push(line.ended);
      if (deleteKey === undefined || open.get(pair)?.deleteKey === deleteKey) open.delete(pair);
    }
  }
  return { entries: [...open.values()], ended, bad };
};

/** An offset in a file with a checksum of the bytes before it, so that it is used for the same file only: `size:checksum`. */
const placeAt = (fd: number, size: number): string => {
  const before = Buffer.alloc(Math.min(size, 512));
  fs.readSync(fd, before, 0, before.length, size - before.length);
  return `${size}:${crc32(before)}`;
};

/** Opens it at the first append; a file that is not there has no entries. */
export const openJournal = (file: string, onFull: () => void = () => undefined): Journal => {
  let fd: number | undefined;
  let whole = false;

  const reading = <T>(use: (opened: number) => T, missing: T): T => {
    let opened: number;
    try {
      opened = fs.openSync(file, 'r');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return missing;
      throw error;
    }
    try {
      return use(opened);
    } finally {
      fs.closeSync(opened);
    }
  };
  /** A file that was removed while it is open here still has all its lines. */
  const using = <T>(use: (opened: number) => T, missing: T): T => (fd === undefined ? reading(use, missing) : use(fd));
  const about = (...texts: readonly string[]): Lines =>
    using((opened) => readLines(opened, { about: texts }), { entries: [], ended: [], bad: 0 });

  const create = (): number => {
    if (privateFile(file)) syncFolder(path.dirname(file));
    return fs.openSync(file, 'a+', 0o600);
  };
  /** Keys written to a file that nobody finds any more would be lost: they are all written to a new one. */
  const open = (): number => {
    if (fd === undefined) return (fd = create());
    if (isSameFile(fd, file)) return fd;
    const { entries, ended } = readLines(fd);
    const next = create();
    fs.closeSync(fd);
    fd = next;
    whole = false;
    const lines = [...ended.map((key) => ({ ended: key, at: 0 })), ...entries];
    write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    return fd;
  };

  const endsWhole = (opened: number, size: number): boolean => {
    if (size === 0) return true;
    const last = Buffer.alloc(1);
    fs.readSync(opened, last, 0, 1, size - 1);
    return last[0] === 0x0a;
  };

  const write = (text: string): void => {
    let size: number | undefined;
    try {
      const opened = open();
      size = fs.fstatSync(opened).size;
      // A line that a kill has torn is ended first, so that it does not swallow this one.
      whole ||= endsWhole(opened, size);
      const bytes = Buffer.from(`${whole ? '' : '\n'}${text}`);
      whole = false;
      for (let done = 0; done < bytes.length;) done += fs.writeSync(opened, bytes, done);
      fs.fsyncSync(opened);
      whole = true;
    } catch (error) {
      if (fd !== undefined && size !== undefined) fs.ftruncateSync(fd, size);
      if (!isDiskFull(error)) throw error;
      onFull();
      throw new DiskFullError(file);
    }
  };
  const close = (): void => {
    if (fd !== undefined) fs.closeSync(fd);
    fd = undefined;
    whole = false;
  };

  return {
    append: (...entries) => {
      write(entries.map((entry) => `${JSON.stringify({ ...entry, v: lineFormat })}\n`).join(''));
    },
    end: (key, at) => write(`${JSON.stringify({ ended: key, at })}\n`),
    read: (since = '') =>
      using<JournalState>(
        (opened) => {
          const { size } = fs.fstatSync(opened);
          const from = Number(since.split(':')[0]);
          const isSame = from > 0 && from <= size && placeAt(opened, from) === since;
          return { ...readLines(opened, isSame ? { from } : {}), end: placeAt(opened, size) };
        },
        { entries: [], ended: [], bad: 0, end: '' },
      ),
    keysOf: (serverId, transferId) => {
      const its = `"transferId":${transferId},`;
      const open = (...others: readonly string[]): readonly JournalEntry[] =>
        about(its, ...others).entries.filter((e) => e.serverId === serverId && e.transferId === transferId);
      // Most have none. A journal of 100,000 keys takes long to parse: only end lines that may be theirs are.
      const issued = open();
      return issued.length === 0 ? [] : open(...issued.map(({ shareKey }) => `"shareKey":${JSON.stringify(shareKey)}`));
    },
    deleteKeyOf: (serverId, shareKey, transferId) => {
      let found: string | undefined;
      let nobodys: string | undefined;
      using((opened) => {
        for (const line of journalLines(opened, { about: [`"shareKey":${JSON.stringify(shareKey)}`] }))
          if (line.type === 'key' && pairOf(line.entry) === pairOf({ serverId, shareKey })) {
            const { transferId: of, deleteKey } = line.entry;
            if (transferId === undefined || of === transferId) found = deleteKey;
            else if (of === 0) nobodys = deleteKey;
          }
      }, undefined);
      return found ?? nobodys;
    },
    setBadAside: (aside) => {
      const rewritten = `${file}.tmp`;
      try {
        fs.rmSync(rewritten, { force: true });
        privateFile(rewritten);
        const out = fs.openSync(rewritten, 'a');
        try {
          reading((opened) => {
            for (const line of journalLines(opened)) {
              if (line.type === 'key') fs.writeSync(out, `${JSON.stringify(line.entry)}\n`);
              if (line.type === 'end') fs.writeSync(out, `${JSON.stringify({ ended: line.ended, at: 0 })}\n`);
            }
          }, undefined);
        } finally {
          fs.closeSync(out);
        }
        copyAside(file, aside);
        close();
        replaceFile(rewritten, file);
        return aside;
      } catch {
        fs.rmSync(rewritten, { force: true });
        return undefined;
      }
    },
    close,
  };
};
