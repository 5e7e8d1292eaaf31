import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { LeftoverView, ProblemView } from '../../preload/contract.ts';
import { problemOf, type Client } from '../client/client.ts';
import { keptBy } from '../client/kept.svelte.ts';

export type Held = { readonly count: number; readonly size: number };

/** Room that some of them hold, bytes. */
export const held = (rows: readonly LeftoverView[]): Held => ({
  count: rows.length,
  size: rows.reduce((sum, { size }) => sum + size, 0),
});

/** What was found on servers when somebody looked: it outlives the sheet that asked. */
export class LeftoverNotes {
  readonly #noted = new SvelteMap<string, Held>();

  of(serverId: string): Held | undefined {
    return this.#noted.get(serverId);
  }

  note(serverId: string, rows: readonly LeftoverView[]): void {
    if (rows.length === 0) this.#noted.delete(serverId);
    else this.#noted.set(serverId, held(rows));
  }
}

/** The one of a window. */
export const leftoverNotesOf = keptBy(() => new LeftoverNotes());

/** What broken uploads left on one server, and cleaning it. */
export class Leftovers {
  /** `undefined` before the server has answered. */
  rows = $state.raw<readonly LeftoverView[]>();
  loading = $state(false);
  cleaning = $state(false);
  /** Why the list, or the cleaning as a whole, did not come about. */
  problem = $state.raw<ProblemView>();
  /** What was cleaned in this sheet, bytes and all. */
  cleaned = $state.raw<Held>({ count: 0, size: 0 });
  readonly chosen = new SvelteSet<string>();
  /** Why one could not be cleaned, by its id. */
  readonly refused = new SvelteMap<string, ProblemView>();
  readonly #client: Pick<Client, 'call'>;
  readonly #notes: LeftoverNotes;
  readonly #serverId: string;
  readonly #asking = new AbortController();

  constructor(client: Pick<Client, 'call'>, notes: LeftoverNotes, serverId: string) {
    this.#client = client;
    this.#notes = notes;
    this.#serverId = serverId;
  }

  get sum(): Held {
    return held(this.rows ?? []);
  }

  /** Those that are ticked. */
  get chosenRows(): readonly LeftoverView[] {
    return (this.rows ?? []).filter(({ id }) => this.chosen.has(id));
  }

  /** Looks on the server. Never rejects. */
  async load(): Promise<void> {
    if (this.loading) return;
    this.loading = true;
    this.problem = undefined;
    try {
      const { rows } = await this.#client.call('leftovers.list', { serverId: this.#serverId }, this.#asking.signal);
      this.#show(rows);
    } catch (error) {
      this.problem = problemOf(error);
    } finally {
      this.loading = false;
    }
  }

  /** The sheet is closed: the server is asked no further. */
  stop(): void {
    this.#asking.abort();
  }

  choose(id: string): void {
    if (!this.chosen.delete(id)) this.chosen.add(id);
  }

  /** Ticks all, or none where all are ticked. */
  chooseAll(): void {
    const rows = this.rows ?? [];
    if (this.chosen.size === rows.length) this.chosen.clear();
    else for (const { id } of rows) this.chosen.add(id);
  }

  /** Cleans some. What is refused stays, with the reason; what was no leftover any more goes from the list as well. */
  async clean(ids: readonly string[]): Promise<void> {
    if (this.cleaning || ids.length === 0) return;
    this.cleaning = true;
    this.problem = undefined;
    const before = this.rows ?? [];
    try {
      const { cleaned, refused } = await this.#client.call('leftovers.clean', {
        serverId: this.#serverId,
        ids: [...ids],
      });
      const done = new Set(cleaned);
      const { count, size } = held(before.filter(({ id }) => done.has(id)));
      this.cleaned = { count: this.cleaned.count + count, size: this.cleaned.size + size };
      this.refused.clear();
      for (const { id, problem } of refused) this.refused.set(id, problem);
      this.#show(before.filter(({ id }) => !ids.includes(id) || this.refused.has(id)));
    } catch (error) {
      this.problem = problemOf(error);
    } finally {
      this.cleaning = false;
    }
  }

  #show(rows: readonly LeftoverView[]): void {
    this.rows = rows;
    const ids = new Set(rows.map(({ id }) => id));
    for (const id of this.chosen) if (!ids.has(id)) this.chosen.delete(id);
    this.#notes.note(this.#serverId, rows);
  }
}
