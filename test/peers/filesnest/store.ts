import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

export type FileStatus = 'in_progress' | 'completed' | 'failed:checksum' | 'failed:chunks-merge';

/** A file as the server's database has it. Times are ms. */
export interface FileRow {
  readonly id: number;
  readonly user: number;
  readonly name: string;
  readonly create_datetime: string;
  readonly checksum: string | null;
  readonly created: number;
  readonly updated: number;
  readonly status: FileStatus;
  readonly chunks: number;
  /** The ID of the upload of chunk 1; the others follow. */
  readonly firstUpload: number;
  /** When its merge is due. Null: no merge is queued. */
  readonly mergeAt: number | null;
}

/** One chunk of a file. */
export interface UploadRow {
  readonly id: number;
  readonly number: number;
  readonly created: number;
  readonly updated: number;
  readonly isCompleted: boolean;
}

/** What lies on the server's disk as a finished file. */
export interface StoredFile {
  readonly id: number;
  readonly user: number;
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
}

interface Ids {
  readonly file: number;
  readonly upload: number;
  /** When the janitor last came, ms. */
  readonly swept: number;
}

/** The database and the disk of a server. All of it is in a folder, and is found again after a kill. */
export class Store {
  readonly #folder: string;
  readonly #now: () => number;
  readonly #rows = new Map<number, FileRow>();
  #ids: Ids;
  #tries = 0;

  constructor(folder: string, now: () => number) {
    this.#folder = folder;
    this.#now = now;
    for (const name of ['rows', 'chunks', 'files', 'arriving']) mkdirSync(this.#at(name), { recursive: true });
    for (const name of readdirSync(this.#at('rows'))) {
      if (name.endsWith('.new')) continue;
      const row = JSON.parse(readFileSync(this.#at('rows', name), 'utf8')) as FileRow;
      this.#rows.set(row.id, row);
    }
    const ids = this.#at('ids');
    this.#ids = existsSync(ids) ? (JSON.parse(readFileSync(ids, 'utf8')) as Ids) : { file: 0, upload: 0, swept: now() };
  }

  /** All files, the oldest first. */
  rows(): readonly FileRow[] {
    return [...this.#rows.values()].sort((a, b) => a.id - b.id);
  }

  row(id: number): FileRow | undefined {
    return this.#rows.get(id);
  }

  create(fields: Pick<FileRow, 'user' | 'name' | 'create_datetime' | 'checksum' | 'chunks'>): FileRow {
    const { file, upload } = this.#ids;
    this.#keepIds({ file: file + 1, upload: upload + fields.chunks });
    const created = this.#now();
    return this.#keep({
      ...fields,
      id: file + 1,
      firstUpload: upload + 1,
      created,
      updated: created,
      status: 'in_progress',
      mergeAt: null,
    });
  }

  change(row: FileRow, fields: Partial<FileRow>): FileRow {
    return this.#keep({ ...row, ...fields, updated: this.#now() });
  }

  remove({ id }: FileRow): void {
    this.#rows.delete(id);
    rmSync(this.#at('rows', id), { force: true });
    rmSync(this.#at('files', id), { force: true });
    this.dropChunks(id);
  }

  /** The chunks of a file; none once it is completed. */
  uploads(row: FileRow): readonly UploadRow[] {
    if (row.status === 'completed') return [];
    return Array.from({ length: row.chunks }, (_, index) => this.#upload(row, index + 1));
  }

  upload(row: FileRow, id: number): UploadRow | undefined {
    const number = id - row.firstUpload + 1;
    return row.status === 'completed' || !(number >= 1 && number <= row.chunks) ? undefined : this.#upload(row, number);
  }

  hasAllChunks({ id, chunks }: FileRow): boolean {
    const folder = this.#at('chunks', id);
    return existsSync(folder) && readdirSync(folder).length === chunks;
  }

  /** Where a body may be written while it arrives. */
  arrivingPath(): string {
    return this.#at('arriving', `${process.hrtime.bigint()}-${this.#tries++}`);
  }

  /** Makes an arrived body a chunk of a file; a chunk that was there is replaced. */
  putChunk({ id }: FileRow, number: number, arrived: string): void {
    mkdirSync(this.#at('chunks', id), { recursive: true });
    utimesSync(arrived, this.#now() / 1000, this.#now() / 1000);
    renameSync(arrived, this.#at('chunks', id, number));
  }

  dropChunks(id: number): void {
    rmSync(this.#at('chunks', id), { recursive: true, force: true });
  }

  /** Puts the chunks together; false where their SHA-256 is not the file's checksum. */
  merge({ id, chunks, checksum }: FileRow): boolean {
    const path = this.arrivingPath();
    const hash = createHash('sha256');
    writeFileSync(path, '');
    for (let number = 1; number <= chunks; number++) {
      const bytes = readFileSync(this.#at('chunks', id, number));
      hash.update(bytes);
      appendFileSync(path, bytes);
    }
    const isSame = hash.digest('hex') === checksum;
    if (isSame) renameSync(path, this.#at('files', id));
    else rmSync(path);
    return isSame;
  }

  /** Every completed file, as it lies on the disk. */
  stored(): readonly StoredFile[] {
    return this.rows()
      .filter(({ status }) => status === 'completed')
      .map(({ id, user, name }) => {
        const bytes = readFileSync(this.#at('files', id));
        return { id, user, name, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
      });
  }

  /** When the janitor last came, ms. */
  get swept(): number {
    return this.#ids.swept;
  }

  noteSweep(at: number): void {
    this.#keepIds({ swept: at });
  }

  #upload({ id, firstUpload, created }: FileRow, number: number): UploadRow {
    const chunk = statSync(this.#at('chunks', id, number), { throwIfNoEntry: false });
    const updated = chunk?.mtimeMs ?? created;
    return { id: firstUpload + number - 1, number, created, updated, isCompleted: chunk !== undefined };
  }

  #keep(row: FileRow): FileRow {
    this.#rows.set(row.id, row);
    this.#write(this.#at('rows', row.id), row);
    return row;
  }

  #keepIds(ids: Partial<Ids>): void {
    this.#ids = { ...this.#ids, ...ids };
    this.#write(this.#at('ids'), this.#ids);
  }

  /** A kill leaves the old text or the new one. */
  #write(path: string, value: unknown): void {
    writeFileSync(`${path}.new`, JSON.stringify(value));
    renameSync(`${path}.new`, path);
  }

  #at(...names: readonly (string | number)[]): string {
    return join(this.#folder, ...names.map(String));
  }
}
