import { createHash, randomBytes } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { copyFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BlockTag } from './block-tag.ts';
import type { SessionWish, StoredObject } from './store.ts';

/** A piece of an upload that came whole. */
export interface Part {
  readonly number: number;
  readonly size: number;
  /** MD5 of its bytes, hex. */
  readonly md5: string;
  /** The tag that Qiniu gives it; no other store makes one. */
  readonly blockTag?: string;
}

/** An upload under way, or one that was completed: then its result stands in it. */
export interface Upload {
  readonly id: string;
  readonly wish: SessionWish;
  readonly completed?: string;
}

export interface ObjectFile {
  readonly path: string;
  readonly size: number;
  readonly etag: string;
  readonly mimeType: string;
}

type Move = readonly [from: string, to: string];

/** What a store has on its disk. A life that was ended changes nothing any more, whatever it has under way. */
export class Disk {
  readonly #folder: string;
  readonly #tagged: boolean;
  #ended = false;

  /** `tagged`: whether parts bear the tags of Qiniu, which cost a second hash. */
  constructor(folder: string, tagged = false) {
    this.#folder = folder;
    this.#tagged = tagged;
    for (const name of ['uploads', 'objects', 'tmp']) mkdirSync(join(folder, name), { recursive: true });
  }

  /** The life is over. */
  end(): void {
    this.#ended = true;
  }

  get live(): boolean {
    return !this.#ended;
  }

  get folder(): string {
    return this.#folder;
  }

  async openUpload(wish: SessionWish): Promise<Upload> {
    const upload = { id: randomBytes(16).toString('hex'), wish };
    mkdirSync(join(this.#folder, 'uploads', upload.id));
    this.#place([await this.#draft(upload), this.#inUpload(upload.id, 'upload.json')]);
    return upload;
  }

  upload(id: string): Upload | undefined {
    return /^[\da-f]{32}$/.test(id) ? (readJson(this.#inUpload(id, 'upload.json')) as Upload | undefined) : undefined;
  }

  uploadOf(session: string): Upload | undefined {
    const ids = readdirSync(join(this.#folder, 'uploads'));
    return ids.map((id) => this.upload(id)).find((upload) => upload?.wish.session === session);
  }

  /** Parts by their number, ascending. */
  parts(id: string): readonly Part[] {
    const names = readdirSync(join(this.#folder, 'uploads', id)).filter((name) => /^\d+\.json$/.test(name));
    const parts = names.map((name) => readJson(this.#inUpload(id, name)) as Part);
    return parts.sort((a, b) => a.number - b.number);
  }

  part(id: string, number: number): Part | undefined {
    return readJson(this.#inUpload(id, `${number}.json`)) as Part | undefined;
  }

  /** Takes a body to its end; a repeated part replaces the first. Throws when the body breaks off: then nothing is. */
  async takePart(id: string, number: number, body: Readable, began: () => void): Promise<Part> {
    const path = this.#temporary();
    const part = { number, ...(await receive(body, path, began, this.#tagged)) };
    const about = await this.#draft(part);
    this.#place([path, this.#inUpload(id, `${number}.bin`)], [about, this.#inUpload(id, `${number}.json`)]);
    return part;
  }

  /** Makes an object of parts. `result` is kept, so that what completed the upload can be told again. */
  async complete(upload: Upload, parts: readonly Part[], etag: string, result: string): Promise<void> {
    const path = this.#temporary();
    const paths = parts.map(({ number }) => this.#inUpload(upload.id, `${number}.bin`));
    if (paths.length === 1 && paths[0]) await copyFile(paths[0], path);
    else await pipeline(Readable.from(concatenated(paths)), createWriteStream(path));
    const done = await this.#draft({ ...upload, completed: result });
    const object = await this.#object(upload.wish.key, path, etag, upload.wish.mimeType);
    this.#place(...object, [done, this.#inUpload(upload.id, 'upload.json')]);
    for (const { number } of parts) await rm(this.#inUpload(upload.id, `${number}.bin`), { force: true });
  }

  /** Says whether there was one to give up. */
  async abort(upload: Upload | undefined): Promise<boolean> {
    if (!upload || upload.completed !== undefined) return false;
    this.assertLive();
    await rm(join(this.#folder, 'uploads', upload.id), { recursive: true, force: true });
    return true;
  }

  /** Takes a body as a file that is not in its place yet. */
  async receive(body: Readable, began?: () => void): Promise<Omit<Part, 'number'> & { readonly path: string }> {
    const path = this.#temporary();
    return { path, ...(await receive(body, path, began)) };
  }

  /** Puts a file, which is moved there, under a key. */
  async putFile(key: string, path: string, etag: string, mimeType?: string): Promise<void> {
    this.#place(...(await this.#object(key, path, etag, mimeType)));
  }

  object(key: string): ObjectFile | undefined {
    const about = readJson(`${this.#atKey(key)}.json`) as Omit<ObjectFile, 'path'> | undefined;
    return about && { ...about, path: `${this.#atKey(key)}.bin` };
  }

  async stored(key: string): Promise<StoredObject | undefined> {
    return this.object(key) && (await this.storedAt(key));
  }

  /** What lies at a key's place, as a store has it that writes into the object itself. */
  async storedAt(key: string): Promise<StoredObject> {
    const path = this.pathOf(key);
    return { key, size: statSync(path).size, sha256: await sha256Of(path) };
  }

  /** Where a store that writes into the object itself does so. */
  pathOf(key: string): string {
    return `${this.#atKey(key)}.bin`;
  }

  /** Writes a note of the store's own. */
  async keep(name: string, value: unknown): Promise<void> {
    this.#place([await this.#draft(value), join(this.#folder, name)]);
  }

  kept(name: string): unknown {
    return readJson(join(this.#folder, name));
  }

  discard(name: string): void {
    this.assertLive();
    rmSync(join(this.#folder, name), { force: true });
  }

  /** Throws when the life is over. */
  assertLive(): void {
    if (this.#ended) throw new Error('This life of the store is over.');
  }

  async #draft(value: unknown): Promise<string> {
    const path = this.#temporary();
    await writeFile(path, JSON.stringify(value));
    return path;
  }

  async #object(
    key: string,
    path: string,
    etag: string,
    mimeType = 'application/octet-stream',
  ): Promise<readonly Move[]> {
    const about = await this.#draft({ key, size: statSync(path).size, etag, mimeType });
    return [
      [path, `${this.#atKey(key)}.bin`],
      [about, `${this.#atKey(key)}.json`],
    ];
  }

  /** All in one moment: a life that ends has put everything in its place, or nothing. */
  #place(...moves: readonly Move[]): void {
    this.assertLive();
    for (const [from, to] of moves) renameSync(from, to);
  }

  #temporary(): string {
    return join(this.#folder, 'tmp', randomBytes(8).toString('hex'));
  }

  #inUpload(id: string, name: string): string {
    return join(this.#folder, 'uploads', id, name);
  }

  #atKey(key: string): string {
    return join(this.#folder, 'objects', createHash('sha1').update(key).digest('hex'));
  }
}

async function receive(
  body: Readable,
  path: string,
  began?: () => void,
  tagged = false,
): Promise<Omit<Part, 'number'>> {
  const md5 = createHash('md5');
  const tag = tagged ? new BlockTag() : undefined;
  let size = 0;
  const watched = async function* (): AsyncGenerator<Buffer> {
    for await (const piece of body) {
      const bytes = piece as Buffer;
      if (size === 0) began?.();
      md5.update(bytes);
      tag?.update(bytes);
      size += bytes.length;
      yield bytes;
    }
  };
  try {
    await pipeline(Readable.from(watched()), createWriteStream(path));
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return { size, md5: md5.digest('hex'), ...(tag && { blockTag: tag.digest() }) };
}

async function* concatenated(paths: readonly string[]): AsyncGenerator<Buffer> {
  for (const path of paths) {
    for await (const piece of createReadStream(path, { highWaterMark: 1024 * 1024 })) yield piece as Buffer;
  }
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 1024 * 1024 })) hash.update(piece as Buffer);
  return hash.digest('hex');
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
