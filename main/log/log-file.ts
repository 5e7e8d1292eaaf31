/**
 * The log of a profile: lines of JSON in five files of at most 2 MB. Each line is handed to the system before `write` returns,
 * so that a process that ends in any way has written its last ones. Where the log cannot be written it is silent, and tries
 * again; nothing else is ever held up or fails by it.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { pino, stdTimeFunctions, type Level } from 'pino';
import { codeOf } from '../engine/error-code.ts';
import type { Log, LogEntry, LogLevel } from '../engine/log.ts';
import { fileAt, isSameFile } from '../engine/store/files.ts';

/** Folder of the log in the profile. */
export const logFolder = 'logs';
/** Bytes of one file. */
const fileMost = 2_000_000;
const filesMost = 5;
/** ms until a log that could not be written is tried again. */
const againMs = 10_000;

/** From which level on an entry is shown. */
const levels: Readonly<Record<LogEntry['event'], Level>> = {
  request: 'info',
  state: 'info',
  file: 'debug',
  call: 'debug',
  queue: 'info',
  notice: 'info',
  'start-failed': 'error',
  lost: 'error',
  error: 'error',
  gap: 'error',
  start: 'info',
  end: 'info',
};

export type LogFile = Log & {
  readonly level: LogLevel;
  setLevel(level: LogLevel): void;
  /** Why nothing can be written at the moment, as the system's code; and how many lines are missing because of it. */
  readonly silent: { readonly code: string; readonly lines: number } | undefined;
  /**
   * The last lines, oldest first. Those of the level `debug`, which hold file names, only while that is the level.
   *
   * @param most bytes at most
   */
  tail(most: number): readonly string[];
  close(): void;
};

export type LogFileOptions = {
  /** The profile. */
  readonly folder: string;
  /** Until `setLevel`. */
  readonly level: LogLevel;
  /** Whether the profile is not this process's any more: then nothing is written to it. */
  readonly isLost?: () => boolean;
  /** ms on a clock that nobody sets. */
  readonly ticks?: () => number;
};

/** The files of a profile's log, the newest first. */
const filesOf = (folder: string): readonly string[] =>
  Array.from({ length: filesMost }, (_, n) =>
    path.join(folder, logFolder, n === 0 ? 'stevedore.log' : `stevedore.${n}.log`),
  );

/** Opens the log of a profile that this process owns. Makes nothing before the first line. Never throws. */
export const openLog = ({
  folder,
  level,
  isLost = () => false,
  ticks = () => performance.now(),
}: LogFileOptions): LogFile => {
  const files = filesOf(folder);
  const [newest = '', ...older] = files;
  let open: { readonly fd: number; size: number } | undefined;
  let silent: { readonly code: string; readonly since: number; lines: number } | undefined;
  /** A line was written in part: the next one begins on a new line. */
  let torn = false;
  let shown = level;
  let closed = false;

  const shut = (): void => {
    const last = open;
    open = undefined;
    if (last !== undefined) fs.closeSync(last.fd);
  };
  const start = (): { readonly fd: number; size: number } => {
    fs.mkdirSync(path.dirname(newest), { recursive: true, mode: 0o700 });
    const fd = fs.openSync(newest, 'a', 0o600);
    return { fd, size: fs.fstatSync(fd).size };
  };
  const rotate = (): void => {
    shut();
    for (let n = older.length - 1; n >= 0; n--) {
      const from = files[n] ?? '';
      const to = older[n] ?? '';
      if (fileAt(from) !== undefined) fs.renameSync(from, to);
    }
  };
  const append = (line: string): void => {
    // A file that was removed while it is open is begun again.
    if (open !== undefined && !isSameFile(open.fd, newest)) shut();
    const bytes = Buffer.from(torn ? `\n${line}` : line);
    open ??= start();
    if (open.size > 0 && open.size + bytes.length > fileMost) {
      rotate();
      open = start();
    }
    for (let from = 0; from < bytes.length;) {
      torn = from > 0;
      from += fs.writeSync(open.fd, bytes, from);
    }
    open.size += bytes.length;
    torn = false;
  };

  const logger = pino(
    {
      base: null,
      level: level === 'off' ? 'silent' : level,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    {
      write: (line: string) => {
        if (closed) return;
        if (silent !== undefined && ticks() - silent.since < againMs) {
          silent.lines++;
          return;
        }
        try {
          if (isLost()) return;
          append(line);
          const lines = silent?.lines;
          silent = undefined;
          if (lines !== undefined) write({ event: 'gap', lines });
        } catch (error) {
          silent = { code: codeOf(error), since: ticks(), lines: (silent?.lines ?? 0) + 1 };
          try {
            shut();
          } catch {
            // It is open no more.
          }
        }
      },
    },
  );

  const write = (entry: LogEntry): void => logger[levels[entry.event]](entry);
  return {
    write,
    get level() {
      return shown;
    },
    setLevel: (next) => {
      shown = next;
      logger.level = next === 'off' ? 'silent' : next;
    },
    get silent() {
      return silent === undefined ? undefined : { code: silent.code, lines: silent.lines };
    },
    tail: (most) => {
      const lines: string[] = [];
      let room = most;
      for (const file of files) {
        const text = lastOf(file, room);
        if (text === undefined) continue;
        lines.unshift(...text.split('\n').filter((line) => line !== '' && (shown === 'debug' || !isDebug(line))));
        room -= Buffer.byteLength(text);
        if (room <= 0) break;
      }
      return lines;
    },
    close: () => {
      closed = true;
      try {
        shut();
      } catch {
        // What was written is written.
      }
    },
  };
};

/** A line begins with its level. What does not, is the rest of one that was torn, and counts as `debug`. */
const isDebug = (line: string): boolean => !/^\{"level":"(?:info|error)"/.test(line);

/** The last whole lines of a file, of so many bytes at most; `undefined` where it cannot be read. */
const lastOf = (file: string, most: number): string | undefined => {
  try {
    const bytes = fs.readFileSync(file);
    if (bytes.length <= most) return bytes.toString();
    const text = bytes.subarray(bytes.length - most).toString();
    return text.slice(text.indexOf('\n') + 1);
  } catch {
    return undefined;
  }
};
