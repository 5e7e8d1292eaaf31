import type { Database, Table } from './table.ts';

export interface FileRow {
  readonly id: number;
  readonly type: 0 | 1;
  readonly name: string;
  /** The folder that it lies in; 0: it is a root, or in the bin. */
  readonly parent: number;
  readonly owner: number;
  /** The entity that is served; 0: none yet. */
  readonly primary: number;
  readonly size: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly inBin?: true;
}

/** Bytes of a file: its content, an older one, or what is being uploaded. */
export interface EntityRow {
  readonly id: number;
  readonly file: number;
  /** Declared, from the creation of the session on. */
  readonly size: number;
  /** 0: content; 2: the moving part of a live photo. */
  readonly type: 0 | 2;
  readonly createdBy: number;
  readonly createdAt: number;
  /** The session that uploads it; blank when it is whole. */
  readonly session: string;
  /** The file on the disk, or the key in the store. */
  readonly source: string;
  readonly cipher?: Cipher;
}

/** AES-256-CTR, base64. */
export interface Cipher {
  readonly key: string;
  readonly iv: string;
}

/** The metadata that marks a file whose content is under way. */
export const SESSION_MARK = 'sys:upload_session_id';

/** Metadata without the mark. */
export const withoutMark = (metadata: FileRow['metadata']): FileRow['metadata'] =>
  Object.fromEntries(Object.entries(metadata).filter(([key]) => key !== SESSION_MARK));

/** Files and folders of all users, and the bytes behind them. */
export class Files {
  readonly #files: Table<FileRow>;
  readonly #entities: Table<EntityRow>;
  readonly #children = new Map<number, Map<string, number>>();
  readonly #entitiesOf = new Map<number, Set<number>>();
  /** Bytes that an owner's entities take. */
  readonly #used = new Map<number, number>();

  constructor(database: Database) {
    this.#files = database.table('files');
    this.#entities = database.table('entities');
    for (const file of this.#files.all()) this.#index(file);
    for (const entity of this.#entities.all()) this.#indexEntity(entity);
  }

  get(id: number): FileRow | undefined {
    return this.#files.get(id);
  }

  all(): readonly FileRow[] {
    return this.#files.all();
  }

  add(row: Omit<FileRow, 'id'>): FileRow {
    return this.#index(this.#files.add(row));
  }

  put(row: FileRow): FileRow {
    const before = this.#files.get(row.id);
    if (before && before.parent) this.#children.get(before.parent)?.delete(before.name);
    return this.#index(this.#files.put(row));
  }

  children(folder: number): readonly FileRow[] {
    const ids = [...(this.#children.get(folder)?.values() ?? [])];
    return ids.sort((a, b) => a - b).flatMap((id) => this.#files.get(id) ?? []);
  }

  child(folder: number, name: string): FileRow | undefined {
    const id = this.#children.get(folder)?.get(name);
    return id === undefined ? undefined : this.#files.get(id);
  }

  /** Everything below a folder. */
  below(folder: number): readonly FileRow[] {
    return this.children(folder).flatMap((child) => [child, ...this.below(child.id)]);
  }

  /** Goes down a path as far as it leads: what it got to, and the names that are left. */
  walk(root: FileRow, segments: readonly string[]): { readonly at: FileRow; readonly left: readonly string[] } {
    let at = root;
    for (const [depth, name] of segments.entries()) {
      const next = this.child(at.id, name);
      if (!next) return { at, left: segments.slice(depth) };
      at = next;
    }
    return { at, left: [] };
  }

  /** The names from the root down to a file. */
  segmentsOf(file: FileRow): readonly string[] {
    const parent = file.parent ? this.#files.get(file.parent) : undefined;
    return parent ? [...this.segmentsOf(parent), file.name] : [];
  }

  /** Removes a file for good, with what is below it; answers what its bytes were. */
  remove(file: FileRow): readonly EntityRow[] {
    const gone = this.children(file.id).flatMap((child) => this.remove(child));
    const entities = this.entitiesOf(file.id);
    for (const entity of entities) this.removeEntity(entity);
    if (file.parent) this.#children.get(file.parent)?.delete(file.name);
    this.#children.delete(file.id);
    this.#files.remove(file.id);
    return [...gone, ...entities];
  }

  entity(id: number): EntityRow | undefined {
    return this.#entities.get(id);
  }

  /** The newest first. */
  entitiesOf(file: number): readonly EntityRow[] {
    const ids = [...(this.#entitiesOf.get(file) ?? [])];
    return ids.sort((a, b) => b - a).flatMap((id) => this.#entities.get(id) ?? []);
  }

  addEntity(row: Omit<EntityRow, 'id'>): EntityRow {
    return this.#indexEntity(this.#entities.add(row));
  }

  putEntity(row: EntityRow): EntityRow {
    return this.#entities.put(row);
  }

  removeEntity(entity: EntityRow): void {
    if (!this.#entities.get(entity.id)) return;
    this.#entitiesOf.get(entity.file)?.delete(entity.id);
    this.#count(entity, -entity.size);
    this.#entities.remove(entity.id);
  }

  used(owner: number): number {
    return this.#used.get(owner) ?? 0;
  }

  #index(file: FileRow): FileRow {
    if (!file.parent) return file;
    let names = this.#children.get(file.parent);
    if (!names) this.#children.set(file.parent, (names = new Map<string, number>()));
    names.set(file.name, file.id);
    return file;
  }

  #indexEntity(entity: EntityRow): EntityRow {
    let ids = this.#entitiesOf.get(entity.file);
    if (!ids) this.#entitiesOf.set(entity.file, (ids = new Set<number>()));
    ids.add(entity.id);
    this.#count(entity, entity.size);
    return entity;
  }

  #count(entity: EntityRow, bytes: number): void {
    const owner = this.#files.get(entity.file)?.owner ?? entity.createdBy;
    this.#used.set(owner, this.used(owner) + bytes);
  }
}
