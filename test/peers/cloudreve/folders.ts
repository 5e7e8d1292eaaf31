import { rmSync } from 'node:fs';
import { Refusal, refuse } from './answer.ts';
import { type Call, readJson } from './call.ts';
import { describeFile } from './describe.ts';
import type { EntityRow, FileRow } from './files.ts';
import { decodeId } from './ids.ts';
import { checkName } from './naming.ts';
import { find, ownPlace } from './places.ts';
import { takesBytes } from './policy.ts';
import type { Site, User } from './site.ts';
import { parseUri, showName } from './uri.ts';

/** Makes the folders of a path that are not there; refused below a file. Answers the last one. */
export function makeFolders(site: Site, owner: User, start: FileRow, names: readonly string[]): FileRow {
  if (start.type === 0) throw refuse.unsupported();
  let at = start;
  for (const name of names) at = addFile(site, owner, at, name, 1);
  return at;
}

export function addFile(site: Site, owner: User, parent: FileRow, name: string, type: 0 | 1): FileRow {
  const times = { createdAt: site.now(), updatedAt: site.now() };
  return site.files.add({
    type,
    name,
    parent: parent.id,
    owner: owner.id,
    primary: 0,
    size: 0,
    metadata: {},
    ...times,
  });
}

export async function create(call: Call): Promise<unknown> {
  const { site } = call;
  const asked = await readJson(call, {
    uri: { type: 'text', name: 'Uri', required: true },
    type: { type: 'text', name: 'Type', required: true, oneOf: ['file', 'folder'] },
    err_on_conflict: { type: 'flag' },
  });
  const place = ownPlace(call, asked.uri);
  const type = asked.type === 'folder' ? 1 : 0;
  const { at, left } = site.files.walk(place.root, place.uri.segments);
  if (left.length === 0) {
    if (asked.err_on_conflict || at.type !== type) throw refuse.existed();
    return describeFile(call, at, place, false);
  }
  site.locks.check(place.owner.id, place.uri.segments);
  if (at.type === 0) throw refuse.unsupported();
  for (const name of left) checkName(name);
  const parent = makeFolders(site, place.owner, at, left.slice(0, -1));
  const made = addFile(site, place.owner, parent, left.at(-1) ?? '', type);
  return describeFile(call, made, place, false);
}

export async function rename(call: Call): Promise<unknown> {
  const { site } = call;
  const asked = await readJson(call, {
    uri: { type: 'text', name: 'Uri', required: true },
    new_name: { type: 'text', name: 'NewName', required: true, most: 255 },
  });
  const place = ownPlace(call, asked.uri);
  if (place.uri.segments.length === 0) throw refuse.unsupported();
  const file = find(call, place);
  checkName(asked.new_name);
  const folder = place.uri.segments.slice(0, -1);
  site.locks.check(place.owner.id, place.uri.segments);
  site.locks.check(place.owner.id, [...folder, asked.new_name]);
  const other = site.files.child(file.parent, asked.new_name);
  if (other && other.id !== file.id) throw refuse.existed();
  const renamed = site.files.put({ ...file, name: asked.new_name, updatedAt: site.now() });
  return describeFile(call, renamed, place, false);
}

/** Deletes into the bin, or for good. What fails is told by address; the others are deleted all the same. */
export async function remove(call: Call): Promise<unknown> {
  const asked = await readJson(call, {
    uris: { type: 'texts', name: 'Uris', required: true, least: 1 },
    skip_soft_delete: { type: 'flag' },
  });
  checkUris(asked.uris);
  const failed = new Map<string, Failure>();
  for (const text of asked.uris) {
    try {
      removeOne(call, text, asked.skip_soft_delete);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code === 40073) throw error;
      failed.set(text, { refusal: error, words: wordsFor(error, text) });
    }
  }
  if (failed.size > 0) throw new BatchRefusal(failed);
  return undefined;
}

/** One address that is none refuses a batch as a whole. */
export function checkUris(uris: readonly string[]): void {
  for (const text of uris) parseUri(text);
}

function removeOne(call: Call, text: string, forGood: boolean): void {
  const { site } = call;
  if (parseUri(text).space === 'trash') {
    removeBinned(call, text);
    return;
  }
  const place = ownPlace(call, text);
  if (place.uri.segments.length === 0) throw refuse.unsupported();
  const file = find(call, place);
  site.locks.check(place.owner.id, place.uri.segments);
  if (forGood) discard(site, site.files.remove(file));
  else {
    const metadata = {
      ...file.metadata,
      'sys:restore_uri': place.uri.text,
      'sys:expected_collect_time': String(Math.floor(site.now() / 1000) + 604800),
    };
    site.files.put({ ...file, parent: 0, inBin: true, metadata });
  }
}

function removeBinned(call: Call, text: string): void {
  const { site, user } = call;
  if (!user) throw refuse.login();
  const file = site.files.get(decodeId(parseUri(text).segments[0] ?? '', 'file') ?? 0);
  if (!file?.inBin || file.owner !== user.id) throw refuse.noPath();
  discard(site, site.files.remove(file));
}

/** Removes the bytes of what is gone from the site's disk. */
export function discard(site: Site, entities: readonly EntityRow[]): void {
  if (!takesBytes(site.settings) || site.settings.policy.type !== 'local') return;
  for (const { source } of entities) rmSync(site.pathOf(source), { force: true });
}

interface Failure {
  readonly refusal: Refusal;
  readonly words: string;
}

/** A batch that failed in part: each failure by its address, and the words of a single one. */
export class BatchRefusal extends Error {
  readonly #failed: ReadonlyMap<string, Failure>;
  readonly #data: unknown;

  /** `data`: what came of the others. */
  constructor(failed: ReadonlyMap<string, Failure>, data?: unknown) {
    super('A part of the batch failed.');
    this.#failed = failed;
    this.#data = data;
  }

  envelope(correlationId: string): Readonly<Record<string, unknown>> {
    const each = [...this.#failed].map(([uri, { refusal }]) => [uri, refusal.envelope(correlationId)]);
    const words = [...this.#failed.values()].map((failure) => failure.words);
    return {
      code: 40081,
      ...(this.#data !== undefined && { data: this.#data }),
      aggregated_error: Object.fromEntries(each) as unknown,
      msg: words.length > 1 ? 'One or more operation failed' : (words[0] ?? ''),
      correlation_id: correlationId,
    };
  }
}

/** The words that a batch has for what happened to one of its items. */
export function wordsFor({ code, message }: Refusal, text: string): string {
  if (code === 40016) {
    const name = showName(parseUri(text).segments.at(-1) ?? '');
    return `failed to get target file: failed to walk into ${JSON.stringify(name)}: ${message}: ent: file not found`;
  }
  if (code === 40077) return message;
  return code === 403 ? `${message}: cannot delete root folder` : `failed to get target file: ${message}`;
}
