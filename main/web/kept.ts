/**
 * The files in the inbox, from when they are queued until no transfer needs them: what is done or cancelled, and what
 * was taken out of the list, goes with its file. Nothing that a transfer may still need is ever removed: what was left
 * out because its name is taken can still be stored otherwise.
 */
import { existsSync } from 'node:fs';
import { readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Client, TransferView } from '../../preload/contract.ts';
import { Later } from '../../preload/later.ts';
import { isLeftOut } from '../../preload/problems.ts';
import { isFinal, transferStates } from '../../preload/states.ts';
import { isBelow } from './folders.ts';
import { carryOutNoted, intentEnd, partEnd } from './intents.ts';
import { rowsBelow } from './rows-below.ts';

const unended = transferStates.filter((state) => state !== 'done');
const isOver = ({ state, problem }: TransferView): boolean => isFinal(state) && !isLeftOut(state, problem);

/** A file whose transfer ended may just be queued for another server: ms until it is looked at again. */
const grace = 1_000;
/** What went unseen is looked for that much later, ms. */
const sweepAfter = 5_000;
/** Files that a browser has queued once more are left alone until their rows have likely been told, ms. */
const namedFor = 5_000;

/** What was found half at a start. */
export type Broken = { readonly count: number; readonly names: readonly string[] };

const namesIn = async (folder: string): Promise<readonly string[]> => {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
};

export class Kept {
  readonly #client: Client;
  readonly #folder: string;
  /** Transfers that need a file of the inbox. */
  readonly #needed = new Map<number, string>();
  /** Files that a transfer has ended with, to be looked at in a moment. */
  readonly #ended = new Set<string>();
  /** Items that are whole and are being queued. */
  readonly #queueing = new Set<string>();
  readonly #named = new Map<string, number>();
  readonly #stop: () => void;
  readonly #removing = new Later(() => this.#work(() => this.#removeEnded()), grace);
  /**
   * Removals arrive at once, and rows that changed before them may arrive later: only the list shows whether another
   * one needs the file.
   */
  readonly #sweeping = new Later(() => this.#work(() => this.#sweep()), sweepAfter);
  #working: Promise<void> = Promise.resolve();
  #closed = false;

  /** @param folder the inbox, by its real path */
  constructor(client: Client, folder: string) {
    this.#client = client;
    this.#folder = folder;
    this.#stop = client.on('transfers', ({ rows, removed }) => this.#take(rows, removed));
  }

  /**
   * Queues what was whole when the last run ended, and removes the parts of items that it left; files that no transfer
   * needs go in a while.
   */
  async start(): Promise<Broken> {
    const names: string[] = [];
    let count = 0;
    const finishing = { client: this.#client, remove: (path: string) => this.remove(path) };
    for (const token of await namesIn(this.#folder)) {
      const folder = join(this.#folder, token);
      for (const item of await namesIn(folder)) {
        if (!item.endsWith(intentEnd)) continue;
        const lost = await carryOutNoted(finishing, join(folder, item));
        names.push(...lost);
        count += lost.length;
      }
      for (const item of await namesIn(folder)) {
        if (!item.endsWith(partEnd)) continue;
        const part = join(folder, item);
        names.push(...(await namesIn(part)));
        count++;
        await this.remove(part);
      }
    }
    this.#work(() => this.#sweep());
    return { count, names };
  }

  /** Keeps an item from being taken for one that nobody needs while it is queued. */
  async whileQueueing<T>(items: readonly string[], work: () => Promise<T>): Promise<T> {
    for (const item of items) this.#queueing.add(item);
    try {
      return await work();
    } finally {
      for (const item of items) this.#queueing.delete(item);
    }
  }

  /** Keeps files that are there already from being removed while a browser queues them once more. */
  async whileNaming<T>(paths: readonly string[], work: () => Promise<T>): Promise<T> {
    const named = paths.filter((path) => isBelow(path, this.#folder));
    for (const path of named) this.#named.set(path, Infinity);
    try {
      return await work();
    } finally {
      for (const path of named) this.#named.set(path, Date.now() + namedFor);
    }
  }

  /** Whether it is a file of the inbox that is there no more. */
  isGone(path: string): boolean {
    return isBelow(path, this.#folder) && !existsSync(path);
  }

  /** Removes a file or folder of the inbox, and the folders that are empty without it. */
  async remove(path: string): Promise<void> {
    if (path === this.#folder || !isBelow(path, this.#folder)) return;
    await rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
    for (let above = dirname(path); above !== this.#folder; above = dirname(above))
      try {
        await rmdir(above);
      } catch {
        return;
      }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stop();
    this.#removing.stop();
    this.#sweeping.stop();
    await this.settled();
  }

  /** Resolves when what is looked at now was removed, or stays. */
  async settled(): Promise<void> {
    await this.#working;
  }

  #take(rows: readonly TransferView[], removed: readonly number[]): void {
    for (const row of rows) {
      const { id, path } = row;
      if (!isBelow(path, this.#folder)) continue;
      if (isOver(row)) this.#end(id, path);
      else this.#needed.set(id, path);
    }
    for (const id of removed) this.#needed.delete(id);
    if (removed.length > 0) this.#sweeping.soon();
  }

  #end(id: number, path: string): void {
    this.#needed.delete(id);
    this.#ended.add(path);
    this.#removing.soon();
  }

  #work(work: () => Promise<void>): void {
    this.#working = this.#working
      .then(work)
      // What could not be asked or removed now is at the next start.
      .catch(() => undefined);
  }

  async #removeEnded(): Promise<void> {
    const ended = [...this.#ended];
    this.#ended.clear();
    const needed = new Set(this.#needed.values());
    for (const path of ended) {
      if (needed.has(path)) continue;
      if (this.#isHeld(path, Date.now())) {
        this.#ended.add(path);
        continue;
      }
      // A row that is told late needs it no less: of files that were queued once more the list is asked.
      if (this.#wasNamed(path) && ((await this.#isListed(path)) || this.#isHeld(path, Date.now()))) continue;
      await this.remove(path);
      this.#named.delete(path);
    }
    if (this.#ended.size > 0 && !this.#closed) this.#removing.soon();
  }

  async #isListed(path: string): Promise<boolean> {
    for await (const row of rowsBelow(this.#client, this.#folder, unended))
      if (row.path === path && !isOver(row)) return true;
    return false;
  }

  /**
   * Removes the files that no transfer needs. They are listed before the transfers are, newest first: what is queued
   * meanwhile is in neither list, and no row can slip from one page to another.
   */
  async #sweep(): Promise<void> {
    const began = Date.now();
    const files: string[] = [];
    for (const token of await namesIn(this.#folder))
      for (const item of await namesIn(join(this.#folder, token))) {
        const path = join(this.#folder, token, item);
        if (item.endsWith(partEnd) || item.endsWith(intentEnd) || this.#queueing.has(path)) continue;
        for (const entry of await readdir(path, { withFileTypes: true, recursive: true }).catch(() => []))
          if (!entry.isDirectory()) files.push(join(entry.parentPath, entry.name));
      }
    if (files.length === 0) return;
    const needed = new Set<string>();
    for await (const row of rowsBelow(this.#client, this.#folder, unended)) {
      if (this.#closed) return;
      if (isOver(row)) continue;
      const { id, path } = row;
      needed.add(path);
      this.#needed.set(id, path);
    }
    if (this.#closed) return;
    // Files that were queued once more while the list was read may be in none of its pages.
    for (const path of files) if (!needed.has(path) && !this.#isHeld(path, began)) await this.remove(path);
  }

  /** Whether it is being queued once more, or was until after `since`. */
  #isHeld(path: string, since: number): boolean {
    return this.#named.entries().some(([named, until]) => until >= since && isBelow(path, named));
  }

  #wasNamed(path: string): boolean {
    return this.#named.keys().some((named) => isBelow(path, named));
  }
}
