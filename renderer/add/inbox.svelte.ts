import type { HeldItem } from './drop-entries.ts';
import { sizeOf } from './drop-entries.ts';
import type { Terms } from './drop-terms.ts';
import type { App } from '../client/app.svelte.ts';
import { inboxPort } from './inbox-port.ts';
import { upload, type InboxPort, type ItemWatch, type Outcome } from './inbox-upload.ts';
import { Incoming } from './incoming.svelte.ts';
import { forgetLost, watchLeaving } from './lost-page.ts';

/** The id of the row of what waits. Those that are received have ids below it, where no folder or transfer has any. */
export const waitingId = -(2 ** 50);

/** Rows of what is queued that wait to be shown as transfers: a window that is hidden shows none. */
const receivedMost = 20;

/** What is on its way from this browser into the host's inbox. One drop after the other. */
export class Inbox {
  /** What is received now, and what is queued and not yet shown as a transfer, in their order. */
  rows = $state.raw<readonly Incoming[]>([]);
  /** Files and folders that wait for their turn, and their bytes. */
  waiting = $state.raw({ count: 0, bytes: 0 });
  /** Names of all that has not arrived. */
  readonly #open = new Map<object, string>();
  readonly #tokens = new Set<string>();
  readonly #port: InboxPort;
  readonly #listeners = new Set<() => void>();
  #stopWatching: (() => void) | undefined;
  #nextId = waitingId - 1;
  /** Ends what has not begun. */
  #endingRest = new AbortController();
  #last: Promise<unknown> = Promise.resolve();

  constructor(port: InboxPort) {
    this.#port = port;
  }

  /** Calls back when something is queued. Returns the way to stop. */
  onQueued(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  byId(id: number): Incoming | undefined {
    return this.rows.find((row) => row.id === id);
  }

  /** Their transfers are shown now. */
  settle(rows: readonly Incoming[]): void {
    if (rows.length > 0) this.rows = this.rows.filter((row) => !rows.includes(row));
  }

  /** Resolves when all of it has arrived and was queued, or has ended. */
  async receive(items: readonly HeldItem[], terms: Terms): Promise<Outcome> {
    const begun = new Map<number, Incoming>();
    this.#stopWatching ??= watchLeaving(() => ({ tokens: [...this.#tokens], names: [...this.#open.values()] }));
    for (const item of items) this.#open.set(item, item.name);
    this.#wait(items, 1);
    const rest = this.#endingRest.signal;
    const waits = new Set(items);
    const begins = (some: readonly HeldItem[]): void => {
      this.#wait(
        some.filter((item) => waits.delete(item)),
        -1,
      );
    };
    rest.addEventListener('abort', () => begins(items), { once: true });
    const gone = (row: Incoming): void => {
      this.rows = this.rows.filter((other) => other !== row);
    };
    const watch: ItemWatch = {
      opened: (token) => this.#tokens.add(token),
      begins: (nth) => {
        const item = items[nth];
        if (item === undefined) return rest;
        const row = new Incoming({
          id: this.#nextId--,
          name: item.name,
          serverId: terms.serverId,
          size: sizeOf(item),
          files: item.files.length,
        });
        row.signal.addEventListener('abort', () => gone(row));
        begun.set(nth, row);
        begins([item]);
        this.rows = [...this.rows, row];
        return row.signal;
      },
      moved: (nth, bytes, files) => begun.get(nth)?.moved(bytes, files),
      ended: (nth, ids) => {
        const row = begun.get(nth);
        const item = items[nth];
        if (item !== undefined) this.#open.delete(item);
        if (row === undefined) return;
        row.ids = ids;
        if (ids.length === 0) gone(row);
        this.settle(this.rows.filter((other) => other.ids.length > 0).slice(0, -receivedMost));
        if (ids.length > 0) for (const listener of this.#listeners) listener();
      },
    };
    const work = this.#last.then(() => upload(this.#port, items, terms, rest, watch));
    this.#last = work.catch(() => undefined);
    try {
      return await work;
    } finally {
      begins(items);
      for (const row of begun.values()) if (row.ids.length === 0) gone(row);
      for (const item of items) this.#open.delete(item);
      if (this.#open.size === 0) this.#allIn();
    }
  }

  #allIn(): void {
    this.#tokens.clear();
    this.#stopWatching?.();
    this.#stopWatching = undefined;
  }

  /** Ends one row: what is received now, or all that waits. What is queued is cancelled as a transfer. */
  cancel(id: number): void {
    if (id === waitingId) this.cancelWaiting();
    else this.byId(id)?.cancel();
  }

  /** Ends what is not received yet; what is received now continues. */
  cancelWaiting(): void {
    this.#endingRest.abort();
    this.#endingRest = new AbortController();
  }

  /** What a page before this one was receiving when it was loaded again. It is removed from the host. */
  async lost(): Promise<readonly string[]> {
    const { tokens, names } = forgetLost();
    for (const token of tokens) await this.#port.end(token);
    return names;
  }

  #wait(items: readonly HeldItem[], sign: 1 | -1): void {
    const { count, bytes } = this.waiting;
    const size = items.reduce((sum, item) => sum + sizeOf(item), 0);
    this.waiting = { count: count + sign * items.length, bytes: bytes + sign * size };
  }
}

const all = new WeakMap<App, Inbox>();

/** The one of a window. */
export const inboxOf = (app: App): Inbox => {
  const inbox = all.get(app) ?? new Inbox(inboxPort);
  all.set(app, inbox);
  return inbox;
};
