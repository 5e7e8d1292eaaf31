import type { TransferView } from '../../preload/contract.ts';
import type { App } from './app.svelte.ts';

const active: ReadonlySet<TransferView['state']> = new Set([
  'preparing',
  'opening',
  'uploading',
  'finishing',
  'verifying',
]);

/** Figures are drawn anew at most that often, ms. */
const paintEvery = 250;

export type ServerFlow = { readonly moving: number; readonly waiting: boolean; readonly needsSignIn: boolean };

/** What moves now, over all servers: for the sidebar's foot, its counts and the title. */
export class Flow {
  /** Bytes/s, all together. */
  rate = $state(0);
  /** ms until all that is on its way is sent, at the present speed; `undefined` where that cannot be said. */
  leftMs = $state<number>();
  moving = $state(0);
  needsYou = $state(0);
  /** Rows that are not ended. */
  unfinished = $state(0);
  /** Bytes/s of the last 60 s, a value a second. */
  curve = $state.raw<readonly number[]>(Array.from({ length: 60 }, () => 0));
  #servers = $state.raw<ReadonlyMap<string, ServerFlow>>(new Map());
  /** Rows that are active, waiting or asking, as last heard. */
  readonly #rows = new Map<number, TransferView>();
  #byState: Readonly<Record<TransferView['state'], number>> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
    app.client.on('transfers', ({ rows, removed, totals }) => {
      for (const row of rows) this.#note(row);
      for (const id of removed) this.#rows.delete(id);
      this.#byState = totals.byState;
      this.#paintSoon();
    });
    app.onReconnect(() => void this.load());
  }

  /** Asks for what a window that was just opened has not heard. */
  async load(): Promise<void> {
    const states: TransferView['state'][] = [...active, 'waiting', 'attention'];
    try {
      const [{ rows }, { totals }] = await Promise.all([
        this.#app.client.call('transfers.list', { filter: { states }, limit: 200 }),
        this.#app.client.call('transfers.list', { limit: 1 }),
      ]);
      this.#rows.clear();
      for (const row of rows) this.#note(row);
      this.#byState = totals.byState;
      this.#count();
    } catch {
      // The next event, or the next connection, tells it.
    }
  }

  server(id: string): ServerFlow {
    return this.#servers.get(id) ?? { moving: 0, waiting: false, needsSignIn: false };
  }

  /** Once a second: moves the curve on. */
  tick(): void {
    this.curve = [...this.curve.slice(1), this.rate];
  }

  #note(row: TransferView): void {
    if (active.has(row.state) || row.state === 'waiting' || row.state === 'attention') this.#rows.set(row.id, row);
    else this.#rows.delete(row.id);
  }

  #paintSoon(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#count();
    }, paintEvery);
  }

  #count(): void {
    const byState = this.#byState;
    if (byState === undefined) return;
    let rate = 0;
    let left = 0;
    const servers = new Map<string, ServerFlow>();
    for (const row of this.#rows.values()) {
      const before = servers.get(row.serverId) ?? { moving: 0, waiting: false, needsSignIn: false };
      const moves = active.has(row.state);
      if (moves) {
        rate += row.rate ?? 0;
        left += row.size - row.acknowledged;
      }
      servers.set(row.serverId, {
        moving: before.moving + (moves ? 1 : 0),
        waiting: before.waiting || row.state === 'waiting',
        needsSignIn: before.needsSignIn || (row.state === 'attention' && row.problem?.action === 'sign-in'),
      });
    }
    this.rate = rate;
    // Nothing is promised for less than a steady flow.
    this.leftMs = rate > 1024 ? (left / rate) * 1000 : undefined;
    this.#servers = servers;
    this.moving = [...active].reduce((sum, state) => sum + byState[state], 0);
    this.needsYou = byState.attention;
    this.unfinished = this.moving + byState.attention + byState.waiting + byState.paused + byState.queued;
  }
}
