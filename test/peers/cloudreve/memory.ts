import { readFileSync, rmSync, writeFileSync } from 'node:fs';

interface Kept {
  readonly value: unknown;
  /** ms */
  readonly until: number;
}

/**
 * What a server keeps in its memory, each thing for its time. An orderly end writes it down and the next life takes it
 * up; a kill loses it.
 */
export class Memory {
  readonly #path: string;
  readonly #now: () => number;
  readonly #kept: Map<string, Kept>;

  constructor(path: string, now: () => number) {
    this.#path = path;
    this.#now = now;
    this.#kept = new Map(readKept(path));
    rmSync(path, { force: true });
  }

  get(key: string): unknown {
    const kept = this.#kept.get(key);
    if (!kept) return undefined;
    if (kept.until > this.#now()) return kept.value;
    this.#kept.delete(key);
    return undefined;
  }

  /** Keeps a value until a time, ms. */
  put(key: string, value: unknown, until: number): void {
    this.#kept.set(key, { value, until });
  }

  take(key: string): unknown {
    const value = this.get(key);
    this.#kept.delete(key);
    return value;
  }

  drop(key: string): void {
    this.#kept.delete(key);
  }

  writeDown(): void {
    writeFileSync(this.#path, JSON.stringify([...this.#kept]));
  }
}

function readKept(path: string): readonly [string, Kept][] {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as [string, Kept][];
  } catch {
    return [];
  }
}
