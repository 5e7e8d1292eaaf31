import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

interface Row {
  readonly id: number;
}

type Change = readonly [table: string, id: number, row: unknown];

/**
 * The site's database: what is written to it is on the disk when the call returns, so a kill loses nothing.
 * One line a change, in one file; what it says is summed up when it is opened again.
 */
export class Database {
  readonly #path: string;
  readonly #found = new Map<string, Map<number, Row>>();

  constructor(path: string) {
    this.#path = path;
    for (const line of readLines(path)) {
      const [table, id, row] = JSON.parse(line) as Change;
      let rows = this.#found.get(table);
      if (!rows) this.#found.set(table, (rows = new Map<number, Row>()));
      if (row === null) rows.delete(id);
      else rows.set(id, row as Row);
    }
    const kept = [...this.#found].flatMap(([table, rows]) =>
      [...rows.values()].map((row) => JSON.stringify([table, row.id, row])),
    );
    writeFileSync(`${path}.new`, kept.map((line) => `${line}\n`).join(''));
    renameSync(`${path}.new`, path);
  }

  /** True: it is the first life of this site. */
  get isNew(): boolean {
    return this.#found.size === 0;
  }

  table<T extends Row>(name: string): Table<T> {
    const rows = (this.#found.get(name) ?? new Map<number, Row>()) as Map<number, T>;
    return new Table(rows, (id, row) => appendFileSync(this.#path, `${JSON.stringify([name, id, row])}\n`));
  }
}

export class Table<T extends Row> {
  readonly #rows: Map<number, T>;
  readonly #write: (id: number, row: T | null) => void;
  #last: number;

  constructor(rows: Map<number, T>, write: (id: number, row: T | null) => void) {
    this.#rows = rows;
    this.#write = write;
    this.#last = Math.max(0, ...rows.keys());
  }

  get(id: number): T | undefined {
    return this.#rows.get(id);
  }

  /** In the order in which they were made. */
  all(): T[] {
    return [...this.#rows.values()];
  }

  add(row: Omit<T, 'id'>): T {
    const added = { ...row, id: ++this.#last } as T;
    return this.put(added);
  }

  put(row: T): T {
    this.#rows.set(row.id, row);
    this.#write(row.id, row);
    return row;
  }

  remove(id: number): void {
    if (this.#rows.delete(id)) this.#write(id, null);
  }
}

function readLines(path: string): readonly string[] {
  try {
    const text = readFileSync(path, 'utf8');
    // a kill may have cut the last line
    return text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .filter(Boolean);
  } catch {
    return [];
  }
}
