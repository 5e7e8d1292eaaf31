import type { TotalsView, TransferView } from '../../preload/contract.ts';
import { FlowWatch, type Whole } from '../../preload/flow.ts';
import { Later } from '../../preload/later.ts';
import { countIn, isRunning, sectionOf, unendedStates } from '../../preload/states.ts';
import type { App } from './app.svelte.ts';

/** ms between two updates of the figures at least. */
const paintEvery = 250;

export type ServerFlow = { readonly moving: number; readonly waiting: boolean; readonly needsSignIn: boolean };
const still: ServerFlow = { moving: 0, waiting: false, needsSignIn: false };

/** What moves now, over all servers: for the sidebar's foot, its counts and the title. */
export class Flow {
  /** Bytes/s, all together. */
  rate = $state(0);
  /** Files/s; `undefined`: fewer than one a second is done. */
  filesRate = $state<number>();
  /** ms until everything is sent at the present speed; `undefined` where that cannot be estimated. */
  leftMs = $state<number>();
  /** `undefined`: nothing is to be sent. */
  whole = $state.raw<Whole>();
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
  #watch: FlowWatch | undefined;
  #unfinished = 0;
  readonly #paint = new Later(() => this.#count(), paintEvery);
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
    app.client.on('transfers', ({ rows, removed, totals }) => {
      for (const row of rows) this.#note(row);
      for (const id of removed) this.#rows.delete(id);
      this.#take({ rows, removed, totals });
      this.#paint.soon();
    });
    app.onReconnect(() => void this.load());
  }

  /** Asks for what a window that was just opened has not heard: by sections, which cost the same at any length. */
  async load(): Promise<void> {
    try {
      // In one call: later changes arrive as events after its answer.
      const [{ pages }, { totals }] = await Promise.all([
        this.#app.client.call('transfers.sections', {
          pages: (['under-way', 'waiting', 'needs-you'] as const).map((section) => ({ section, limit: 100 })),
        }),
        this.#app.client.call('transfers.list', { limit: 1 }),
      ]);
      this.#rows.clear();
      for (const row of pages.flat()) this.#note(row);
      this.#take({ rows: pages.flat(), removed: [], totals });
      this.#count();
    } catch {
      // The next event, or the next connection, tells it.
    }
  }

  server(id: string): ServerFlow {
    return this.#servers.get(id) ?? still;
  }

  #take(change: { rows: TransferView[]; removed: number[]; totals: TotalsView }): void {
    this.#watch ??= new FlowWatch(change.totals);
    this.#watch.take(change);
    this.#unfinished = countIn(change.totals.byState, unendedStates);
  }

  /** Once a second: moves the curve on, and counts again, because a speed in files needs no event to end. */
  tick(): void {
    if (this.filesRate !== undefined) this.#paint.soon();
    this.curve = [...this.curve.slice(1), this.rate];
  }

  #note(row: TransferView): void {
    if (isRunning(row.state) || row.state === 'attention') this.#rows.set(row.id, row);
    else this.#rows.delete(row.id);
  }

  #count(): void {
    const servers = new Map<string, ServerFlow>();
    const several = new Set<string>();
    for (const row of this.#rows.values()) {
      const before = servers.get(row.serverId) ?? still;
      const moves = sectionOf(row) === 'under-way';
      const asks = row.state === 'attention' && row.problem?.action === 'sign-in';
      servers.set(row.serverId, {
        moving: before.moving + (moves ? 1 : 0),
        waiting: before.waiting || (row.state === 'waiting' && !moves),
        needsSignIn: before.needsSignIn || asks,
      });
      if (asks && before.needsSignIn) several.add(row.serverId);
    }
    this.#servers = servers;
    this.askedBySeveral = several;
    this.unfinished = this.#unfinished;
    const flow = this.#watch?.flow;
    if (flow === undefined) return;
    this.moving = flow.underWay + flow.atWork;
    ({
      rate: this.rate,
      filesRate: this.filesRate,
      leftMs: this.leftMs,
      whole: this.whole,
      needsYou: this.needsYou,
    } = flow);
  }
}
