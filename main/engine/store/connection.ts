import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { isDamage, StoreDamagedError } from './damage.ts';
import { DiskFullError, isDiskFull } from './errors.ts';

export type Value = SQLInputValue;

/** What a write is safe from when it returns. The first costs a wait for the disk, the second next to nothing. */
export type Survives = 'power-loss' | 'kill';

/** What a connection reports beside throwing it. */
export type ConnectionEvents = {
  readonly full: () => void;
  /** Called outside of any transaction; may give the connection another database. */
  readonly damaged: () => void;
  /** A transaction that counts was committed. `adds`: it added rows. */
  readonly counted?: (adds: boolean) => void;
  /** Called when what was written is committed, before the write returns. */
  readonly committed?: () => void;
  /** Of what was noted about a transaction, or a part of one, before it began; given to `undone` where it is undone. */
  readonly noted?: () => number;
  readonly undone?: (noted: number) => void;
  /** Called before each write that is not part of another one; throws where nothing may be written any more. */
  readonly writing?: () => void;
};

const countStatement = `INSERT INTO meta VALUES ('generation', 1)
  ON CONFLICT (key) DO UPDATE SET value = value + 1`;

/**
 * The one way to the database: prepared statements are kept, transactions nest, and errors become those of errors.ts.
 * The database behind it can be exchanged while repositories hold on to it.
 */
export class Connection {
  #db: DatabaseSync;
  readonly #path: string;
  readonly #events: ConnectionEvents;
  readonly #statements = new Map<string, StatementSync>();
  #depth = 0;
  #damaged = false;
  #counts: 'no' | 'keeps' | 'adds' = 'no';

  constructor(db: DatabaseSync, path: string, events: ConnectionEvents) {
    this.#db = db;
    this.#path = path;
    this.#events = events;
  }

  get db(): DatabaseSync {
    return this.#db;
  }

  /** Goes on with another database; the old one is the caller's to close. */
  use(db: DatabaseSync): void {
    this.#statements.clear();
    this.#damaged = false;
    this.#db = db;
  }

  /** The first row. Callers name its columns' types: STRICT tables hold what they declare. */
  get(sql: string, ...values: readonly Value[]): unknown {
    return this.#guard(() => this.#prepared(sql).get(...values));
  }

  all(sql: string, ...values: readonly Value[]): readonly unknown[] {
    return this.#guard(() => this.#prepared(sql).all(...values));
  }

  /** Returns the id of an inserted row, and how many rows were changed. */
  run(sql: string, ...values: readonly Value[]): { readonly id: number; readonly changes: number } {
    if (this.#depth === 0) this.#events.writing?.();
    const done = this.#guard(() => this.#prepared(sql).run(...values));
    if (this.#depth === 0) this.#events.committed?.();
    return { id: Number(done.lastInsertRowid), changes: Number(done.changes) };
  }

  /**
   * The transaction under way must not be lost without a trace: the count of what was written grows with it.
   *
   * @param adds it adds what exists nowhere else
   */
  counts(adds: boolean): void {
    if (this.#depth === 0) throw new Error('not in a transaction');
    this.#counts = adds || this.#counts === 'adds' ? 'adds' : 'keeps';
  }

  /**
   * All or nothing, durable when it returns. Inside another one it is a part of it: it can fail alone, and is durable
   * with the outer one. `work` must not be asynchronous.
   */
  transaction<T>(work: () => T, survives: Survives = 'power-loss'): T {
    const outer = this.#depth === 0;
    if (!outer || survives === 'power-loss') return this.#transaction(work, outer);
    // The system has it when it returns, the disk with the next one that waits for the disk.
    this.#db.exec('PRAGMA synchronous = NORMAL');
    try {
      return this.#transaction(work, outer);
    } finally {
      this.#db.exec('PRAGMA synchronous = FULL');
    }
  }

  #transaction<T>(work: () => T, outer: boolean): T {
    this.run(outer ? 'BEGIN IMMEDIATE' : 'SAVEPOINT inner_part');
    this.#depth++;
    const noted = this.#events.noted?.() ?? 0;
    if (outer) this.#counts = 'no';
    let committed = false;
    try {
      const value = work();
      if (outer && this.#counts !== 'no') this.run(countStatement);
      this.run(outer ? 'COMMIT' : 'RELEASE inner_part');
      committed = true;
      return value;
    } catch (error) {
      // On a full disk SQLite may have undone it all already.
      if (this.#db.isTransaction) this.#db.exec(outer ? 'ROLLBACK' : 'ROLLBACK TO inner_part; RELEASE inner_part');
      this.#events.undone?.(noted);
      throw error;
    } finally {
      this.#depth--;
      if (outer && committed) this.#events.committed?.();
      if (outer && this.#damaged) this.#events.damaged();
      else if (outer && committed && this.#counts !== 'no') this.#events.counted?.(this.#counts === 'adds');
    }
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #guard<T>(work: () => T): T {
    // Without this, the rest of a transaction that SQLite has undone would be committed statement by statement.
    if (this.#depth > 0 && !this.#db.isTransaction) throw new Error('the transaction was undone');
    try {
      return work();
    } catch (error) {
      if (isDiskFull(error)) {
        this.#events.full();
        throw new DiskFullError(this.#path);
      }
      if (isDamage(error)) {
        this.#damaged = true;
        if (this.#depth === 0) this.#events.damaged();
        throw new StoreDamagedError();
      }
      throw error;
    }
  }
}
