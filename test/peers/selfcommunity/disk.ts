import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Journal } from './journal.ts';

/** What lies on the server's disk. */
export interface StoredFile {
  readonly uuid: string;
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
}

/** The chunks and files of a server, by their UUID. */
export class Disk {
  readonly #folder: string;
  readonly #journal: Journal;
  readonly #now: () => number;

  constructor(folder: string, journal: Journal, now: () => number) {
    this.#folder = folder;
    this.#journal = journal;
    this.#now = now;
  }

  /** Whether a body for this part is one too many. */
  hasPart(uuid: string, index: number): boolean {
    return this.chunks(uuid).some((name) => Number(name) === index) || existsSync(this.#at('files', uuid));
  }

  /** The names of the chunks that are kept. */
  chunks(uuid: string): readonly string[] {
    const folder = this.#at('chunks', uuid);
    return existsSync(folder) ? readdirSync(folder).sort() : [];
  }

  /** When the newest chunk came, ms; 0 where there is none. */
  lastChunkAt(uuid: string): number {
    return Math.max(0, ...this.chunks(uuid).map((name) => statSync(this.#at('chunks', uuid, name)).mtimeMs));
  }

  /** `keepsFirst`: what came first under this name stays. */
  putChunk(uuid: string, name: string, bytes: Buffer, keepsFirst: boolean): void {
    const path = this.#at('chunks', uuid, name);
    mkdirSync(this.#at('chunks', uuid), { recursive: true });
    if (!keepsFirst || !existsSync(path)) writeFileSync(path, bytes);
    utimesSync(path, this.#now() / 1000, this.#now() / 1000);
    this.#journal.note('stored', uuid, Number(name) || 0);
  }

  dropChunks(uuid: string): void {
    rmSync(this.#at('chunks', uuid), { recursive: true, force: true });
  }

  /** A file that came whole. */
  putFile(uuid: string, name: string, bytes: Buffer): void {
    this.writeFile(uuid, name);
    this.appendFile(uuid, name, bytes);
    this.#journal.note('stored', uuid, 0);
  }

  /** Opens a file for writing, which leaves it empty. */
  writeFile(uuid: string, name: string): void {
    mkdirSync(this.#at('files', uuid), { recursive: true });
    writeFileSync(this.#at('files', uuid, name), '');
  }

  appendFile(uuid: string, name: string, bytes: Buffer): void {
    mkdirSync(this.#at('files', uuid), { recursive: true });
    appendFileSync(this.#at('files', uuid, name), bytes);
  }

  /** Appends chunks to a file in this order; false at the first that is missing, with those before it appended. */
  appendChunks(uuid: string, name: string, chunks: readonly string[]): boolean {
    for (const chunk of chunks) {
      const path = this.#at('chunks', uuid, chunk);
      if (!existsSync(path)) return false;
      this.appendFile(uuid, name, readFileSync(path));
    }
    return true;
  }

  /** Removes a finished file; false where there is none. */
  removeFile(uuid: string): boolean {
    const folder = this.#at('files', uuid);
    const existed = existsSync(folder);
    rmSync(folder, { recursive: true, force: true });
    return existed;
  }

  readFile(uuid: string, name: string): Buffer | undefined {
    const path = this.#at('files', uuid, name);
    return existsSync(path) ? readFileSync(path) : undefined;
  }

  files(): readonly StoredFile[] {
    const root = join(this.#folder, 'files');
    if (!existsSync(root)) return [];
    return readdirSync(root).flatMap((uuid) =>
      readdirSync(join(root, uuid)).map((name) => {
        const bytes = this.readFile(uuid, name) ?? Buffer.alloc(0);
        return { uuid, name, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
      }),
    );
  }

  /** No name that a client sends leads out of the folder. */
  #at(...names: readonly [kind: 'chunks' | 'files', ...names: string[]]): string {
    return join(this.#folder, ...names.map((name) => name.replace(/^\.*$|[/\\]/g, '_')));
  }
}
