/**
 * What can still be read of a damaged database, for the backup that takes its place. Every table is read by rowid, from
 * both ends until an error, and then between the places that cannot be read.
 */
import { transferStates } from '../../../preload/states.ts';
import * as fs from 'node:fs';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { recountFolders } from './added-folders-schema.ts';
import type { Connection } from './connection.ts';
import { countIn, raiseCount } from './counter.ts';
import { isDamage } from './damage.ts';
import { DiskFullError } from './errors.ts';
import { wishes } from './rows.ts';

type Row = Readonly<Record<string, SQLInputValue>>;

/** Rows of one table. `whole`: none of it was out of reach. */
type Read = { readonly rows: ReadonlyMap<number, Row>; readonly whole: boolean };

/** Reads of one table after the first error: each costs at most a walk to the next place that is damaged. */
const readsMost = 400;

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Columns that a row can be written to. Throws where the schema cannot be read. */
const columnsOf = (db: DatabaseSync, table: string): readonly string[] =>
  db
    .prepare(`SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0`)
    .all(table)
    .map((row) => String(row['name']));

const readTable = (db: DatabaseSync, table: string, columns: readonly string[]): Read => {
  const rows = new Map<number, Row>();
  let whole = true;
  let left = readsMost;
  const names = columns.map(quoted).join(', ');
  const statement = (order: string) =>
    db.prepare(
      `SELECT rowid AS salvaged_id, ${names} FROM ${quoted(table)} WHERE rowid BETWEEN ? AND ? ORDER BY rowid ${order}`,
    );
  /** Reads towards one end; the last id that could be read, `undefined` where all of it could. */
  const walk = (low: number, high: number, order: 'ASC' | 'DESC'): number | undefined => {
    let last = order === 'ASC' ? low - 1 : high + 1;
    try {
      for (const { salvaged_id: id, ...row } of statement(order).iterate(low, high) as Iterable<Row>) {
        last = Number(id);
        rows.set(last, row);
      }
      return undefined;
    } catch {
      whole = false;
      return last;
    }
  };
  /** Halves what lies between two places that cannot be read. */
  const read = (low: number, high: number): void => {
    if (low > high || left-- <= 0) return;
    const from = walk(low, high, 'ASC');
    if (from === undefined) return;
    const to = walk(from + 1, high, 'DESC');
    if (to === undefined) return;
    const [first, last] = [from + 1, to - 1];
    if (first >= last) return;
    const middle = Math.floor((first + last) / 2);
    read(first, middle);
    read(middle + 1, last);
  };
  read(1, highestId(db, table));
  return { rows, whole };
};

const highestId = (db: DatabaseSync, table: string): number => {
  try {
    const seq = db.prepare('SELECT seq FROM sqlite_sequence WHERE name = ?').get(table)?.['seq'];
    return typeof seq === 'number' ? seq : Number.MAX_SAFE_INTEGER;
  } catch {
    return Number.MAX_SAFE_INTEGER;
  }
};

/** Tables in the order in which they refer to each other, with their columns of JSON. */
const tables = {
  groups: ['options', 'share', 'problem'],
  drops: [],
  added_folders: [],
  transfers: [
    'folder',
    'identity',
    'options',
    'remote',
    'lost',
    'earlier',
    'hashes',
    'undo',
    'problem',
    'share',
    'delivery',
  ],
  log: ['problem'],
  history: ['proof', 'problem', 'delivery'],
  shares: ['share'],
  abandoned: ['options', 'remote'],
} as const;
type Table = keyof typeof tables;

const states: readonly unknown[] = transferStates;
const intents: readonly unknown[] = wishes;

/** Whether a row reads as one that this program wrote: what is left of a damaged page may be anything. */
const isSound = (table: Table, row: Row): boolean => {
  if (table === 'transfers' && !(states.includes(row['state']) && intents.includes(row['wish']))) return false;
  try {
    for (const column of tables[table]) {
      const text = row[column];
      if (text === null || text === undefined) continue;
      if (typeof text !== 'string') return false;
      JSON.parse(text);
    }
    return true;
  } catch {
    return false;
  }
};

type Salvage = { readonly c: Connection; readonly db: DatabaseSync };

/** Writes rows over those of the backup, and returns the ids of those that the backup had not, or had older. */
const mergeTable = (
  { c, db }: Salvage,
  table: Table,
): { readonly taken: readonly number[]; readonly whole: boolean } => {
  const there = new Set(columnsOf(c.db, table));
  const columns = columnsOf(db, table).filter((column) => there.has(column));
  const { rows, whole } = readTable(db, table, columns);
  const sets = columns.map((column) => `${quoted(column)} = excluded.${quoted(column)}`);
  const upsert = `INSERT INTO ${table} (${columns.map(quoted).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})
    ON CONFLICT (id) DO UPDATE SET ${sets.join(', ')}
    ${table === 'transfers' ? 'WHERE excluded.change > transfers.change' : ''}`;
  const isGroup = (id: SQLInputValue): boolean => c.get('SELECT 1 FROM groups WHERE id = ?', id) !== undefined;
  const taken: number[] = [];
  for (const [id, row] of rows) {
    if (row['id'] !== id || !isSound(table, row)) continue;
    const value = (column: string): SQLInputValue => {
      const read = row[column] ?? null;
      return column === 'group_id' && !isGroup(read) ? null : read;
    };
    try {
      if (c.run(upsert, ...columns.map(value)).changes > 0) taken.push(id);
    } catch (error) {
      // A row that its table does not take was no row of it.
      if (error instanceof DiskFullError) throw error;
    }
  }
  // As in a migration: an earlier version knew no places, and the queue works them out.
  if (table === 'transfers' && !columns.includes('place'))
    c.run(`UPDATE transfers SET place = '' WHERE id IN (SELECT value FROM json_each(?))`, JSON.stringify(taken));
  // What is not in a table that could be read whole was removed after the backup.
  if (whole && (table === 'transfers' || table === 'abandoned'))
    c.run(`DELETE FROM ${table} WHERE id NOT IN (SELECT value FROM json_each(?))`, JSON.stringify([...rows.keys()]));
  return { taken, whole };
};

type ChunkRow = { readonly number: number; readonly acknowledged: number; readonly size: number };

/** The chunks of a transfer that was taken. Where some cannot be read, the server has to be asked about them. */
const mergeChunks = ({ c, db }: Salvage, transferId: number): boolean => {
  const there = new Set(columnsOf(db, 'chunks'));
  // An earlier version has fewer; the others have their defaults.
  const columns = columnsOf(c.db, 'chunks').filter((column) => there.has(column));
  const read: (Row & ChunkRow)[] = [];
  let whole = true;
  try {
    const rows = db.prepare('SELECT * FROM chunks WHERE transfer_id = ? ORDER BY number').iterate(transferId);
    for (const row of rows as Iterable<Row & ChunkRow>) read.push(row);
  } catch {
    whole = false;
  }
  c.run('DELETE FROM chunks WHERE transfer_id = ?', transferId);
  for (const row of read) {
    try {
      c.run(
        `INSERT INTO chunks (${columns.map(quoted).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
        ...columns.map((column) => row[column] ?? null),
      );
    } catch (error) {
      if (error instanceof DiskFullError) throw error;
      whole = false;
    }
  }
  c.run(
    `UPDATE transfers SET acknowledged_bytes = coalesce((SELECT sum(size) FROM chunks
      WHERE transfer_id = transfers.id AND acknowledged <> 0), 0) WHERE id = ? AND remote IS NOT NULL`,
    transferId,
  );
  return whole;
};

const generationIn = (db: DatabaseSync): number | undefined => {
  try {
    return Number(db.prepare(`SELECT value FROM meta WHERE key = 'generation'`).get()?.['value'] ?? 0);
  } catch {
    return undefined;
  }
};

/**
 * Merges what can be read of a damaged database over a restored one; newer rows win. Inside the caller's transaction.
 * Returns how many transfers were taken from it: 0 too where nothing can be read, or it is older than the restored one.
 *
 * @param file the damaged database; it is only read
 */
export const salvage = (c: Connection, file: string): number => {
  if (!fs.existsSync(file)) return 0;
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { readOnly: true });
    db.exec('PRAGMA cell_size_check = ON');
    const generation = generationIn(db);
    const restored = countIn(c).generation;
    if (generation !== undefined && generation < restored) return 0;
    let whole = true;
    let count = 0;
    for (const table of Object.keys(tables) as readonly Table[]) {
      const merged = mergeTable({ c, db }, table);
      whole &&= merged.whole;
      if (table !== 'transfers') continue;
      count = merged.taken.length;
      for (const id of merged.taken) whole = mergeChunks({ c, db }, id) && whole;
    }
    c.run('DELETE FROM totals');
    c.run(`INSERT INTO totals
      SELECT server_id, state, count(*), sum(size), sum(acknowledged_bytes) FROM transfers GROUP BY server_id, state`);
    for (const sql of recountFolders) c.run(sql);
    // Where nothing was out of reach, nothing is missing.
    if (whole && generation !== undefined) raiseCount(c, { ...countIn(c), generation });
    return count;
  } catch (error) {
    if (!isDamage(error)) throw error;
    return 0;
  } finally {
    db?.close();
  }
};
