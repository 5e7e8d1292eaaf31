/** One drop under way: what was announced, what has arrived of it, and how it is queued. */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { ContractError, type Client, type ProblemView } from '../../preload/contract.ts';
import { problem } from '../../preload/problems.ts';
import { reasonWith, type ReasonCode } from '../../preload/problems/reasons.ts';
import { Refused } from './http.ts';
import { carryOut, dropOptions, intentEnd, makeWhole, noteIntent, partEnd, type Added } from './intents.ts';
import type { Kept } from './kept.ts';
import { namesOf, sameName } from './names.ts';

const filesMost = 100_000;

/** What a browser announces. `path`: the names of the folders that were dropped, and of the file, with `/` between. */
export const announced = z
  .strictObject({
    items: z
      .array(
        z.strictObject({
          files: z
            .array(z.strictObject({ path: z.string().min(1).max(5000), size: z.int().min(0) }))
            .min(1)
            .max(filesMost),
        }),
      )
      .min(1)
      .max(filesMost),
    options: dropOptions,
  })
  .refine(
    ({ items }) => items.reduce((sum, { files }) => sum + files.length, 0) <= filesMost,
    reasonWith('files-many', filesMost),
  );
export type Announced = z.output<typeof announced>;

type DroppedFile = {
  readonly names: readonly string[];
  readonly size: number;
  whole: boolean;
  /** Why its server does not take it: nothing of it is received. */
  refused: ProblemView | undefined;
  /** Ends the body that is being received, and waits for that. */
  stop: (() => Promise<void>) | undefined;
};
/** By its places in what was announced. */
export type RefusedFile = { readonly item: number; readonly file: number; readonly problem: ProblemView };
type Item = { readonly files: readonly DroppedFile[]; missing: number; queued: Added | undefined; over: boolean };

const invalid = (where: string, why: ReasonCode): Refused => new Refused(400, problem('input-invalid', { where, why }));

/** The files of an item: one file, or all that a folder holds; no two of them under one name. */
const filesOf = (files: Announced['items'][number]['files'], nth: number): readonly DroppedFile[] => {
  const taken = new Set<string>();
  return files.map(({ path, size }) => {
    const where = `items.${nth}`;
    const names = namesOf(path);
    const [top] = names ?? [];
    if (names === undefined || top === undefined) throw invalid(where, 'outside-drop');
    const first = namesOf(files[0]?.path ?? '')?.[0];
    if (top !== first || (files.length > 1 && names.length === 1)) throw invalid(where, 'item-mixed');
    const unique = [...names];
    for (let n = 2; taken.has(sameName(unique.join('/'))); n++)
      unique[unique.length - 1] = `${n} ${names.at(-1) ?? ''}`;
    taken.add(sameName(unique.join('/')));
    return { names: unique, size, whole: false, refused: undefined, stop: undefined };
  });
};

export class Drop {
  readonly #client: Client;
  readonly #kept: Kept;
  readonly #folder: string;
  readonly #options: Announced['options'];
  readonly #items: readonly Item[];
  #queueing: Promise<void> = Promise.resolve();
  #dropId: number | undefined;
  /** The drop waits for more items, as far as the queue knows. */
  #goesOn = false;
  #ended = false;
  /** Bytes that have not arrived whole. */
  missing: number;
  /** Requests under way, and when the last one ended. */
  active = 0;
  seenAt: number;

  /** @param folder its place in the inbox. Throws `Refused` for paths that lead out of it. */
  constructor(client: Client, kept: Kept, folder: string, { items, options }: Announced, now: number) {
    this.#client = client;
    this.#kept = kept;
    this.#folder = folder;
    this.#options = options;
    this.#items = items.map(({ files }, nth) => ({
      files: filesOf(files, nth),
      missing: files.length,
      queued: undefined,
      over: false,
    }));
    this.missing = items.reduce((sum, { files }) => sum + files.reduce((all, { size }) => all + size, 0), 0);
    this.seenAt = now;
  }

  /**
   * Asks whether the server takes what was announced, before anything of it comes. Gives what it does not take, by the
   * places in the announcement. Rejects with `Refused` where nothing of it would be queued.
   */
  async admit(): Promise<readonly RefusedFile[]> {
    const places = this.#items.flatMap(({ files }, item) => files.map((one, file) => ({ item, file, one })));
    const { expirySeconds, extra, group, key, serverId } = this.#options;
    const asked = Object.fromEntries(
      Object.entries({ expirySeconds, extra, group, key, serverId }).filter(([, value]) => value !== undefined),
    );
    const files = places.map(({ one: { names, size } }) => ({
      name: names.at(-1) ?? '',
      folder: names.slice(0, -1),
      size,
    }));
    const { refused } = await this.#client.call('transfers.admit', { ...asked, files }).catch((error: unknown) => {
      throw error instanceof ContractError ? new Refused(422, error.problem) : error;
    });
    return refused.flatMap(({ index, problem: why }) => {
      const place = places[index];
      const whole = this.#items[place?.item ?? -1];
      if (place === undefined || whole === undefined) return [];
      place.one.refused = why;
      this.missing -= place.one.size;
      whole.missing--;
      // An item of which nothing comes is over.
      if (whole.missing === 0) whole.over = true;
      return [{ item: place.item, file: place.file, problem: why }];
    });
  }

  get isOver(): boolean {
    return this.#ended || this.#items.every((item) => item.over);
  }

  /** Names of the items that have not arrived whole. */
  get missingNames(): readonly string[] {
    return this.#items.filter((item) => !item.over).map((item) => item.files[0]?.names[0] ?? '');
  }

  /** A file that was announced. Throws `Refused`. */
  file(item: number, file: number): DroppedFile {
    const found = this.#items[item]?.files[file];
    if (this.#ended || found === undefined) throw new Refused(404, problem('drop-unknown'));
    if (found.refused !== undefined) throw new Refused(413, found.refused);
    return found;
  }

  /** Makes the folders for a file, and gives its path while it is on its way. */
  async prepare(item: number, { names }: DroppedFile): Promise<string> {
    const path = join(this.#folder, `${item}${partEnd}`, ...names);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return path;
  }

  /** A file is whole. With the last one of an item that is queued, or with the last of all where they are a group. */
  async arrived(nth: number, file: DroppedFile): Promise<Added | undefined> {
    const item = this.#items[nth];
    if (this.#ended || item === undefined) throw new Refused(409, problem('drop-unknown'));
    file.whole = true;
    this.missing -= file.size;
    item.missing--;
    if (item.missing > 0) return undefined;
    const together = this.#options.group === true;
    if (together && this.#items.some(({ missing }) => missing > 0)) return undefined;
    const work = this.#queueing.then(() => this.#queue(together ? this.#coming() : [nth]));
    this.#queueing = work.then(
      () => undefined,
      () => undefined,
    );
    return await work;
  }

  /** The items of which something came. */
  #coming(): readonly number[] {
    return this.#items.flatMap(({ files }, nth) => (files.every(({ refused }) => refused !== undefined) ? [] : [nth]));
  }

  /** What a file's item was queued as, for a browser whose answer was lost. */
  async queuedAs(item: number): Promise<Added | undefined> {
    await this.#queueing;
    return this.#items[item]?.queued;
  }

  /** Ends it: what is on its way is cut. `remove`: what has not arrived whole is removed. */
  async end(remove: boolean): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await Promise.all(this.#items.flatMap(({ files }) => files.flatMap(({ stop }) => stop?.() ?? [])));
    await this.#queueing;
    if (!remove) return;
    for (const [nth, item] of this.#items.entries())
      if (!item.over) await this.#kept.remove(join(this.#folder, `${nth}${partEnd}`));
    await this.#endLinks();
  }

  async #queue(numbers: readonly number[]): Promise<Added> {
    const items = numbers.flatMap((nth) => this.#items[nth] ?? []);
    const places = numbers.map((nth) => join(this.#folder, String(nth)));
    const note = `${places[0] ?? ''}${intentEnd}`;
    const names = items.map((item, n) => ({ place: String(numbers[n]), name: item.files[0]?.names[0] ?? '' }));
    const noted = { options: this.#options, items: names };
    try {
      return await this.#kept.whileQueueing(places, async () => {
        await noteIntent(note, noted);
        await makeWhole(this.#folder, names);
        for (const item of items) item.over = true;
        const goesOn = this.#items.some((item) => !item.over);
        const drop = { id: this.#dropId ?? 'new', goesOn } as const;
        const paths = names.map(({ place, name }) => join(this.#folder, place, name));
        const added = await this.#client
          .call('transfers.add', { ...this.#options, paths, drop: drop.id, dropGoesOn: goesOn })
          .catch((error: unknown) => {
            if (!(error instanceof ContractError) || error.problem.code !== 'owner-gone') throw error;
            // Nobody knows how far it came: the next owner of the queue does.
            return carryOut({ client: this.#client, remove: (path) => this.#kept.remove(path) }, note, noted, drop);
          });
        this.#dropId ??= added.dropId;
        this.#goesOn = goesOn && this.#dropId !== undefined;
        for (const item of items) item.queued = added;
        for (const { path } of added.refused) await this.#kept.remove(path);
        if (added.added.length === 0) for (const place of places) await this.#kept.remove(place);
        return added;
      });
    } catch (error) {
      for (const item of items) item.over = true;
      for (const place of places) for (const path of [place, place + partEnd]) await this.#kept.remove(path);
      if (this.#items.every((item) => item.over)) await this.#endLinks();
      throw error;
    } finally {
      await this.#kept.remove(note);
    }
  }

  /** The links of what was queued wait for nothing more: said by one more item, of which there is nothing. */
  async #endLinks(): Promise<void> {
    if (!this.#goesOn || this.#dropId === undefined) return;
    this.#goesOn = false;
    const options = { ...this.#options, group: false };
    const paths = [join(this.#folder, 'nothing-more')];
    await this.#client
      .call('transfers.add', { ...options, paths, drop: this.#dropId, dropGoesOn: false })
      // The owner ends such drops at its next start.
      .catch(() => undefined);
  }
}
