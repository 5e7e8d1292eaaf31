/**
 * A count outside the database of what was added to it. It is written after the database has committed, so that it is
 * never ahead of a sound database; where it is, the database has gone back in time: its write-ahead log was lost or
 * damaged, or an old copy was put in its place.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import type { Connection } from './connection.ts';
import { privateFile, syncFolder } from './files.ts';

export type Count = {
  /** Grows with each transaction that counts. */
  readonly generation: number;
  /** The highest id that a transfer ever had. */
  readonly lastId: number;
  /** Transfers in the list. */
  readonly rows: number;
};

const whole = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const record = z.object({ generation: whole, lastId: whole, rows: whole });

/** Two records in turn, each within a sector: a torn write leaves the other one. */
const slotBytes = 512;

const encode = ({ generation, lastId, rows }: Count): Buffer => {
  const text = JSON.stringify({ generation, lastId, rows });
  return Buffer.from(`${crc32(text).toString(16).padStart(8, '0')} ${text}`.padEnd(slotBytes - 1) + '\n');
};

const decode = (slot: Buffer): Count | undefined => {
  const text = slot.toString('latin1');
  const json = text.slice(9).trimEnd();
  if (Number.parseInt(text.slice(0, 8), 16) !== crc32(json)) return undefined;
  try {
    return record.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
};

/** The count in a file; `undefined` where there is none that can be read. */
export const readCounter = (file: string): Count | undefined => {
  let bytes: Buffer;
  try {
    bytes = fs.readFileSync(file);
  } catch {
    return undefined;
  }
  let newest: Count | undefined;
  for (const at of [0, slotBytes]) {
    const count = decode(bytes.subarray(at, at + slotBytes));
    if (count !== undefined && count.generation >= (newest?.generation ?? 0)) newest = count;
  }
  return newest;
};

/** Durable when it returns. A disk that cannot take it is no reason to fail: an older count only shows less. */
export const writeCounter = (file: string, count: Count): void => {
  try {
    if (privateFile(file)) syncFolder(path.dirname(file));
    const fd = fs.openSync(file, 'r+');
    try {
      fs.writeSync(fd, encode(count), 0, slotBytes, (count.generation % 2) * slotBytes);
      fs.fdatasyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  } catch {
    // See above.
  }
};

/** The same count as the database has it. */
export const countIn = (c: Connection): Count =>
  c.get(
    `SELECT coalesce((SELECT value FROM meta WHERE key = 'generation'), 0) AS generation,
      coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'transfers'), 0) AS lastId,
      coalesce((SELECT sum(count) FROM totals), 0) AS rows`,
  ) as Count;

/** How many added transfers a database lacks that has gone back in time, as far as that is known. */
export const missingIn = (is: Count, was: Count): number =>
  // Ids that it never gave are of rows that it lacks, and of some that were removed since.
  Math.max(0, was.rows - is.rows, Math.min(was.lastId - is.lastId, was.rows));

/** Brings a database that has gone back in time forward to a count, so that no id is given twice. */
export const raiseCount = (c: Connection, { generation, lastId }: Count): void => {
  c.run(
    `INSERT INTO meta VALUES ('generation', ?)
      ON CONFLICT (key) DO UPDATE SET value = max(value, excluded.value)`,
    generation,
  );
  if (c.run(`UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'transfers'`, lastId).changes === 0)
    c.run(`INSERT INTO sqlite_sequence (name, seq) VALUES ('transfers', ?)`, lastId);
};
