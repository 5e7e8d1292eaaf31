/**
 * Delete keys are told once, so they are kept twice: here, line by line, before anything else is done with the
 * answer, and in the database. Nothing is ever removed from the journal.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import { DiskFullError, isDiskFull } from './errors.ts';
import { privateFile, syncFolder } from './files.ts';

const line = z.object({
  at: z.number(),
  serverId: z.string(),
  transferId: z.number(),
  shareKey: z.string(),
  deleteKey: z.string(),
  name: z.string(),
  size: z.number(),
});
export type JournalEntry = z.infer<typeof line>;

export interface Journal {
  /** Durable when it returns. Throws `DiskFullError`; nothing of the entry is left behind then. */
  append(entry: JournalEntry): void;
  /** All entries, the oldest first. Lines torn by a kill are passed over. */
  entries(): readonly JournalEntry[];
  /** The last delete key told for a share. */
  deleteKeyOf(serverId: string, shareKey: string): string | undefined;
  close(): void;
}

const parse = (text: string): JournalEntry | undefined => {
  try {
    return line.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};

/** Opens it at the first append; a file that is not there has no entries. */
export const openJournal = (file: string, onFull: () => void = () => undefined): Journal => {
  let fd: number | undefined;
  let whole = false;

  const entries = (): readonly JournalEntry[] => {
    let text: string;
    try {
      text = fs.readFileSync(file, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    }
    return text.split('\n').flatMap((l) => parse(l) ?? []);
  };

  const open = (): number => {
    if (fd !== undefined) return fd;
    if (privateFile(file)) syncFolder(path.dirname(file));
    return (fd = fs.openSync(file, 'a+', 0o600));
  };

  const endsWhole = (opened: number, size: number): boolean => {
    if (size === 0) return true;
    const last = Buffer.alloc(1);
    fs.readSync(opened, last, 0, 1, size - 1);
    return last[0] === 0x0a;
  };

  return {
    append: (entry) => {
      let size: number | undefined;
      try {
        const opened = open();
        size = fs.fstatSync(opened).size;
        // A line that a kill has torn is ended first, so that it does not swallow this one.
        whole ||= endsWhole(opened, size);
        const bytes = Buffer.from(`${whole ? '' : '\n'}${JSON.stringify(entry)}\n`);
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
    },
    entries,
    deleteKeyOf: (serverId, shareKey) =>
      entries().findLast((e) => e.serverId === serverId && e.shareKey === shareKey)?.deleteKey,
    close: () => {
      if (fd !== undefined) fs.closeSync(fd);
      fd = undefined;
    },
  };
};
