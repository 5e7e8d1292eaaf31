import { dirname, join } from 'node:path';
import type { FilesNestConfig } from './config.ts';
import type { FileRow, Store } from './store.ts';
import type { Vices } from './vices.ts';

/** The server's queue: it merges the chunks of a file some time after the last one came. */
export class Merges {
  readonly #store: Store;
  readonly #delay: FilesNestConfig['merge'];
  readonly #now: () => number;
  readonly #vices: Vices;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(store: Store, delay: FilesNestConfig['merge'], now: () => number, vices: Vices) {
    this.#store = store;
    this.#delay = delay;
    this.#now = now;
    this.#vices = vices;
    this.#wait();
  }

  /** Queues the merge of a file, if it is one that can be merged. */
  queue(row: FileRow): FileRow {
    if (row.status === 'completed' || !this.#store.hasAllChunks(row)) return row;
    // A number that JSON keeps: whoever waits to be told has all the time there is.
    const delay = this.#delay === 'told' ? Number.MAX_SAFE_INTEGER / 2 : this.#delay;
    const queued = this.#store.change(row, { mergeAt: this.#now() + delay });
    this.#wait();
    return queued;
  }

  /** Does what is due; with `all` what is queued. Returns how many files that were. */
  run(all = false): number {
    if (this.#isOver) return 0;
    const due = this.#store.rows().filter(({ mergeAt }) => mergeAt !== null && (all || mergeAt <= this.#now()));
    for (const row of due) this.#merge(row);
    this.#wait();
    return due.length;
  }

  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  #merge(row: FileRow): void {
    const vice = this.#vices.next('merge');
    // protocol: without a checksum nothing is merged; a name with a folder that is not there fails for ever.
    if (vice === 'forget' || row.checksum === null || !hasFolder(row.name)) {
      this.#store.change(row, { mergeAt: null });
    } else if (vice === 'fail') {
      this.#store.change(row, { mergeAt: null, status: 'failed:chunks-merge' });
    } else if (this.#store.merge(row)) {
      this.#store.change(row, { mergeAt: null, status: 'completed' });
      this.#store.dropChunks(row.id);
    } else this.#store.change(row, { mergeAt: null, status: 'failed:checksum' });
  }

  #wait(): void {
    clearTimeout(this.#timer);
    const due = this.#store.rows().flatMap(({ mergeAt }) => mergeAt ?? []);
    const wait = Math.min(...due) - this.#now();
    // A longer one than a timer can hold is for the clock, or for whoever tells.
    if (!this.#isOver && wait < 2 ** 31) this.#timer = setTimeout(() => this.run(), Math.max(0, wait));
  }
}

/** protocol: the name is a path below the server's folder: `../` leads out of it, another folder is not there. */
function hasFolder(name: string): boolean {
  const root = '/storage/files';
  return Buffer.byteLength(name) <= 255 && [root, '/storage', '/'].includes(dirname(join(root, name)));
}
