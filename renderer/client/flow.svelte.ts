import type { Section, TotalsView, TransferView } from '../../preload/contract.ts';
import { Later } from '../../preload/later.ts';
import { activeStates, countIn, isRunning, sectionOf, unendedStates } from '../../preload/states.ts';
import type { App } from './app.svelte.ts';

/** ms between two updates of the figures at least. */
const paintEvery = 250;

type Counts = { readonly moving: number; readonly needsYou: number; readonly unfinished: number };

const countsOf = ({ byState, atWork = 0, undelivered = 0 }: TotalsView): Counts => ({
  moving: countIn(byState, activeStates) + atWork,
  needsYou: byState.attention + undelivered,
  unfinished: countIn(byState, unendedStates),
});

export type ServerFlow = { readonly moving: number; readonly waiting: boolean; readonly needsSignIn: boolean };
const still: ServerFlow = { moving: 0, waiting: false, needsSignIn: false };

/** What moves now, over all servers: for the sidebar's foot, its counts and the title. */
export class Flow {
  /** Bytes/s, all together. */
  rate = $state(0);
  /** ms until all active uploads are sent at the present speed; `undefined` where that cannot be estimated. */
  leftMs = $state<number>();
  moving = $state(0);
  needsYou = $state(0);
  /** Rows that are not ended. */
  unfinished = $state(0);
  /** Bytes/s of the last 60 s, a value a second. */
  curve = $state.raw<readonly number[]>(Array.from({ length: 60 }, () => 0));
  /** Servers that several transfers wait to be signed in to. */
  askedBySeveral = $state.raw<ReadonlySet<string>>(new Set());
  #servers = $state.raw<ReadonlyMap<string, ServerFlow>>(new Map());
  /** Rows that are active, waiting or asking, as last heard. */
  readonly #rows = new Map<number, TransferView>();
  #counts: Counts = { moving: 0, needsYou: 0, unfinished: 0 };
  readonly #paint = new Later(() => this.#count(), paintEvery);
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
    app.client.on('transfers', ({ rows, removed, totals }) => {
      for (const row of rows) this.#note(row);
      for (const id of removed) this.#rows.delete(id);
      this.#counts = countsOf(totals);
      this.#paint.soon();
    });
    app.onReconnect(() => void this.load());
  }

  /** Asks for what a window that was just opened has not heard: by sections, which cost the same at any length. */
  async load(): Promise<void> {
    try {
      // In one call: later changes arrive as events after its answer.
      const { sections, pages } = await this.#app.client.call('transfers.sections', {
        pages: (['under-way', 'waiting', 'needs-you'] as const).map((section) => ({ section, limit: 100 })),
      });
      this.#rows.clear();
      for (const row of pages.flat()) this.#note(row);
      const count = (section: Section): number => sections[section].count;
      this.#counts = {
        moving: count('under-way'),
        needsYou: count('needs-you'),
        unfinished: count('under-way') + count('needs-you') + count('waiting') + count('next') + count('paused'),
      };
      this.#count();
    } catch {
      // The next event, or the next connection, tells it.
    }
  }

  server(id: string): ServerFlow {
    return this.#servers.get(id) ?? still;
  }

  /** Once a second: moves the curve on. */
  tick(): void {
    this.curve = [...this.curve.slice(1), this.rate];
  }

  #note(row: TransferView): void {
    if (isRunning(row.state) || row.state === 'attention') this.#rows.set(row.id, row);
    else this.#rows.delete(row.id);
  }

  #count(): void {
    let rate = 0;
    let left = 0;
    const servers = new Map<string, ServerFlow>();
    const several = new Set<string>();
    for (const row of this.#rows.values()) {
      const before = servers.get(row.serverId) ?? still;
      const moves = sectionOf(row) === 'under-way';
      const asks = row.state === 'attention' && row.problem?.action === 'sign-in';
      if (moves) {
        rate += row.rate ?? 0;
        left += row.size - row.acknowledged;
      }
      servers.set(row.serverId, {
        moving: before.moving + (moves ? 1 : 0),
        waiting: before.waiting || (row.state === 'waiting' && !moves),
        needsSignIn: before.needsSignIn || asks,
      });
      if (asks && before.needsSignIn) several.add(row.serverId);
    }
    this.rate = rate;
    // Nothing is promised for less than a steady flow.
    this.leftMs = rate > 1024 ? (left / rate) * 1000 : undefined;
    this.#servers = servers;
    this.askedBySeveral = several;
    ({ moving: this.moving, needsYou: this.needsYou, unfinished: this.unfinished } = this.#counts);
  }
}
