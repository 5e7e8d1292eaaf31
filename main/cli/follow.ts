/** Follows transfers until they have ended, or go on only when a person wants so. */
import type { Client, GroupView, TotalsView, TransferView } from '../../preload/contract.ts';
import { exits } from './exits.ts';
import type { Reporter } from './reporter.ts';

/** Whom to follow: these and their group, or all there are. */
export type Followed = {
  readonly ids?: readonly number[];
  readonly groupId?: number;
  /** The change after which rows count. */
  readonly from: number;
  /** Without `ids`: whether to end when nothing goes on by itself any more. */
  readonly untilIdle?: boolean;
};

/** Settled: nothing happens to it unless a person wants so. */
const settledStates: readonly TransferView['state'][] = ['done', 'failed', 'cancelled', 'attention', 'paused'];
const isSettled = (row: TransferView): boolean =>
  settledStates.includes(row.state) &&
  // Cancelling goes on from a state that would rest otherwise.
  (row.state === 'done' || row.state === 'cancelled' || row.wish === 'run' || row.wish === 'pause');

/** Deltas may be lost where the owner of the queue changes: what was missed is asked for, ms between. */
const askEvery = 2000;

/** Resolves with the exit status. Rejects with `ContractError`. */
export const follow = (client: Client, reporter: Reporter, followed: Followed): Promise<number> =>
  new Follower(client, reporter, followed).run();

class Follower {
  readonly #client: Client;
  readonly #reporter: Reporter;
  readonly #followed: Followed;
  /** Newest of what is known: by id what is followed, and else what is under way. */
  readonly #rows = new Map<number, TransferView>();
  readonly #pending: Set<number> | undefined;
  readonly #groups = new Set<number>();
  readonly #toldGroups = new Set<number>();
  readonly #counts = { failed: 0, person: 0, done: 0 };
  readonly #end = Promise.withResolvers<number>();
  #totals: TotalsView | undefined;
  #change: number;
  #looking = false;
  #ended = false;

  constructor(client: Client, reporter: Reporter, followed: Followed) {
    this.#client = client;
    this.#reporter = reporter;
    this.#followed = followed;
    this.#change = followed.from;
    this.#pending = followed.ids === undefined ? undefined : new Set(followed.ids);
    if (followed.groupId !== undefined) this.#groups.add(followed.groupId);
  }

  async run(): Promise<number> {
    const stops = [
      this.#client.on('transfers', ({ rows, removed, totals }) => {
        this.#totals = totals;
        this.#take(rows, removed);
        this.#soon();
      }),
      this.#client.on('groups', () => this.#soon()),
      this.#client.on('queue', ({ running, problem }) => {
        if (running || problem === undefined) return;
        this.#reporter.queue(running, problem);
        this.#finish(exits.person);
      }),
    ];
    const timer = setInterval(() => this.#soon(), askEvery);
    this.#soon();
    try {
      return await this.#end.promise;
    } finally {
      this.#ended = true;
      clearInterval(timer);
      for (const stop of stops) stop();
      this.#reporter.close();
    }
  }

  #finish(exit: number): void {
    this.#ended = true;
    this.#end.resolve(exit);
  }

  /** Looks whether it is over; one look at a time. */
  #soon(): void {
    if (this.#looking || this.#ended) return;
    this.#looking = true;
    this.#look()
      .catch((error: unknown) => {
        this.#ended = true;
        this.#end.reject(error instanceof Error ? error : new Error(String(error)));
      })
      .finally(() => (this.#looking = false));
  }

  async #look(): Promise<void> {
    await this.#catchUp();
    if (this.#ended || !(await this.#idle())) return;
    for (const id of this.#groups) if (!(await this.#groupEnded(id))) return;
    if (this.#pending === undefined && this.#followed.untilIdle !== true) return;
    const { failed } = this.#counts;
    const person = this.#pending === undefined ? (this.#totals?.byState.attention ?? 0) : this.#counts.person;
    this.#finish(failed > 0 ? exits.failed : person > 0 ? exits.person : exits.done);
  }

  async #catchUp(): Promise<void> {
    for (let more = true; more && !this.#ended;) {
      const missed = await this.#client.call('transfers.since', { change: this.#change });
      this.#change = missed.change;
      this.#take(missed.rows, missed.removed);
      more = missed.more;
    }
  }

  async #idle(): Promise<boolean> {
    if (this.#pending !== undefined) return this.#pending.size === 0;
    const { totals } = await this.#client.call('transfers.list', { limit: 1 });
    this.#totals = totals;
    const settled = settledStates.reduce((sum, state) => sum + (totals.byState[state] ?? 0), 0);
    return settled === totals.count;
  }

  #take(rows: readonly TransferView[], removed: readonly number[]): void {
    for (const row of rows) this.#row(row);
    for (const id of removed) {
      const row = this.#rows.get(id);
      if (row !== undefined && !isSettled(row)) this.#row({ ...row, state: 'cancelled', wish: 'cancel' });
      else this.#pending?.delete(id);
    }
    this.#tellCounts();
  }

  #row(row: TransferView): void {
    const known = this.#rows.get(row.id);
    const { ids } = this.#followed;
    if (known === undefined && ids !== undefined && this.#pending?.has(row.id) !== true) return;
    if (known !== undefined && known.change > row.change) return;
    const was = known !== undefined && isSettled(known);
    const is = isSettled(row);
    this.#rows.set(row.id, row);
    if (was && is && known.state === row.state) return;
    if (was) this.#count(known, -1);
    if (!is) {
      this.#pending?.add(row.id);
      this.#reporter.row(row, known?.state);
      return;
    }
    // Rows that rested before anybody followed them are not news.
    this.#count(row, 1);
    this.#pending?.delete(row.id);
    if (row.groupId !== undefined && this.#pending === undefined) this.#groups.add(row.groupId);
    this.#reporter.last(row);
  }

  #count({ state }: TransferView, by: 1 | -1): void {
    if (state === 'failed' || state === 'cancelled') this.#counts.failed += by;
    else if (state === 'done') this.#counts.done += by;
    else this.#counts.person += by;
  }

  #tellCounts(): void {
    const { ids } = this.#followed;
    if (ids === undefined) {
      const totals = this.#totals;
      if (totals === undefined) return;
      this.#reporter.counts({ ...totals, done: totals.byState.done ?? 0 });
      return;
    }
    let bytes = 0;
    let acknowledged = 0;
    for (const row of this.#rows.values()) {
      bytes += row.size;
      acknowledged += row.acknowledged;
    }
    this.#reporter.counts({ done: this.#counts.done, count: ids.length, bytes, acknowledged });
  }

  /** Told once when it has ended; a group whose members will not all be done does not hold anybody up. */
  async #groupEnded(id: number): Promise<boolean> {
    if (this.#toldGroups.has(id)) return true;
    const group = await this.#client.call('groups.get', { id });
    if (group.state === 'open' || group.state === 'merging') return !(await this.#canEnd(group));
    this.#toldGroups.add(id);
    const server = [...this.#rows.values()].find((row) => row.serverId === group.serverId)?.serverName ?? group.serverId;
    this.#reporter.group(group, server);
    if (group.state === 'failed') this.#counts.failed++;
    return true;
  }

  async #canEnd(group: GroupView): Promise<boolean> {
    const filter = { groupId: group.id, states: ['done' as const] };
    const { totals } = await this.#client.call('transfers.list', { filter, limit: 1 });
    return totals.count >= group.count;
  }
}
