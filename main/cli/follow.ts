/** Follows transfers until they have ended, or go on only when a person wants so. */
import type { Client, GroupView, TotalsView, TransferView } from '../../preload/contract.ts';
import { isLeftOut } from '../../preload/problems.ts';
import {
  countIn,
  hasEnded,
  isDeliveryAsking,
  isDeliveryMoving,
  isFinal,
  isGroupUnended,
  isResting,
  restingStates,
  type DeliveryState,
} from '../../preload/states.ts';
import { exits } from './exits.ts';
import type { Reporter } from './reporting.ts';

/** Whom to follow: these and their group, or all there are. */
export type Followed = {
  readonly ids?: readonly number[];
  readonly groupId?: number;
  /** The change after which rows count. */
  readonly from: number;
  /** Without `ids`: whether to end when no transfer continues by itself. */
  readonly untilIdle?: boolean;
  /** The queue is paused on battery, and that was reported. */
  readonly onBattery?: boolean;
};

/** What is kept of a row that was seen: of those at rest no more than this, for there may be many. */
type Known = Pick<TransferView, 'state' | 'wish' | 'undoUntil' | 'change' | 'size' | 'acknowledged'> & {
  readonly delivery: DeliveryState | undefined;
  readonly leftOut: boolean;
};

/** Nothing happens to it unless a person wants so. Cancelling goes on from states that would rest otherwise. */
const isSettled = ({
  state,
  wish,
  undoUntil,
  delivery,
}: Omit<Known, 'change' | 'size' | 'acknowledged' | 'leftOut'>): boolean =>
  undoUntil === undefined &&
  isResting(state) &&
  (isFinal(state) || wish === 'run' || wish === 'pause') &&
  (delivery === undefined || !isDeliveryMoving(delivery));

const needsUser = (delivery: DeliveryState | undefined): boolean =>
  delivery !== undefined && isDeliveryAsking(delivery);

/** Said when the server was saved, and to be seen in the last line itself. */
const saidElsewhere: readonly string[] = ['web-address-unknown'];

/** Messages may be lost where the owner of the queue changes: what was missed is asked for, ms between. */
const askEvery = 2000;

/** Resolves with the exit status. Rejects with `ContractError`. */
export const follow = (client: Client, reporter: Reporter, followed: Followed): Promise<number> =>
  new Follower(client, reporter, followed).run();

class Follower {
  readonly #client: Client;
  readonly #reporter: Reporter;
  readonly #followed: Followed;
  readonly #known = new Map<number, Known>();
  /** Rows that have not settled; a removed one is told by its last row. */
  readonly #moving = new Map<number, TransferView>();
  /** The code of the last warning about each file that is being sent. */
  readonly #warned = new Map<number, string>();
  readonly #wanted: ReadonlySet<number> | undefined;
  readonly #pending: Set<number>;
  readonly #groups = new Set<number>();
  readonly #names = new Map<string, string>();
  readonly #sums = { done: 0, failed: 0, leftOut: 0, person: 0, bytes: 0, acknowledged: 0 };
  readonly #end = Promise.withResolvers<number>();
  /** Last lines that are not written yet. */
  readonly #telling = new Set<Promise<void>>();
  #totals: TotalsView | undefined;
  #change: number;
  #looking: 'no' | 'once' | 'again' = 'no';
  #ask = true;
  #ended = false;
  #onBattery: boolean;

  constructor(client: Client, reporter: Reporter, followed: Followed) {
    this.#client = client;
    this.#reporter = reporter;
    this.#followed = followed;
    this.#change = followed.from;
    this.#onBattery = followed.onBattery === true;
    this.#wanted = followed.ids === undefined ? undefined : new Set(followed.ids);
    this.#pending = new Set(followed.ids);
    if (followed.groupId !== undefined) this.#groups.add(followed.groupId);
  }

  async run(): Promise<number> {
    if (this.#wanted === undefined)
      for (const { id } of await this.#client.call('groups.open', {})) this.#groups.add(id);
    const stops = [
      this.#client.on('transfers', ({ rows, removed, totals }) => {
        if (this.#ended) return;
        this.#totals = totals;
        this.#take(rows, removed);
        this.#soon();
      }),
      this.#client.on('groups', () => this.#soon()),
      this.#client.on('queue', ({ running, problem }) => {
        const known = this.#onBattery;
        this.#onBattery = !running && problem?.code === 'on-battery';
        if (running || problem === undefined || this.#ended || (known && this.#onBattery)) return;
        this.#reporter.queue(running, problem);
        // It resumes automatically.
        if (!this.#onBattery) this.#finish(exits.person);
      }),
    ];
    const timer = setInterval(() => {
      this.#ask = true;
      this.#soon();
    }, askEvery);
    this.#soon();
    try {
      return await this.#end.promise;
    } finally {
      this.#ended = true;
      clearInterval(timer);
      for (const stop of stops) stop();
      await Promise.all(this.#telling);
      this.#reporter.close();
    }
  }

  #finish(exit: number): void {
    this.#ended = true;
    this.#end.resolve(exit);
  }

  /** Looks whether it is over, one look at a time. */
  #soon(): void {
    if (this.#ended) return;
    if (this.#looking !== 'no') {
      this.#looking = 'again';
      return;
    }
    this.#looking = 'once';
    this.#look()
      .catch((error: unknown) => {
        this.#ended = true;
        this.#end.reject(error instanceof Error ? error : new Error(String(error)));
      })
      .finally(() => {
        const again = this.#looking === 'again';
        this.#looking = 'no';
        if (again) this.#soon();
      });
  }

  async #look(): Promise<void> {
    await this.#catchUp();
    if (this.#ended || !(await this.#idle())) return;
    for (const id of this.#groups) if (!(await this.#groupEnded(id))) return;
    if (this.#wanted === undefined && this.#followed.untilIdle !== true) return;
    const { byState, undelivered = 0 } = this.#totals ?? {};
    const person = this.#wanted === undefined ? (byState?.attention ?? 0) + undelivered : this.#sums.person;
    this.#finish(this.#sums.failed > 0 ? exits.failed : person > 0 ? exits.person : exits.done);
  }

  async #catchUp(): Promise<void> {
    if (!this.#ask) return;
    this.#ask = false;
    for (let more = true; more && !this.#ended;) {
      const missed = await this.#client.call('transfers.since', { change: this.#change });
      this.#change = missed.change;
      this.#take(missed.rows, missed.removed);
      more = missed.more;
      if (!missed.complete) await this.#findRemoved();
    }
  }

  /** Too much was removed to be told one by one: who is waited for and not there any more was among it. */
  async #findRemoved(): Promise<void> {
    const waited = [...(this.#wanted === undefined ? this.#moving.keys() : this.#pending)];
    for (let from = 0; from < waited.length; from += 1000) {
      const ids = waited.slice(from, from + 1000);
      const { rows } = await this.#client.call('transfers.list', { filter: { ids }, limit: 1000 });
      const there = new Set(rows.map((row) => row.id));
      this.#take(
        rows,
        ids.filter((id) => !there.has(id)),
      );
    }
  }

  async #idle(): Promise<boolean> {
    if (this.#wanted !== undefined) return this.#pending.size === 0;
    const { totals } = await this.#client.call('transfers.list', { limit: 1 });
    this.#totals = totals;
    return countIn(totals.byState, restingStates) === totals.count && (totals.delivering ?? 0) === 0;
  }

  #take(rows: readonly TransferView[], removed: readonly number[]): void {
    for (const row of rows) this.#row(row);
    for (const id of removed) {
      const row = this.#moving.get(id);
      // Its message is not sent any more; the file stays uploaded.
      if (row?.state === 'done') this.#row({ ...row, delivery: undefined });
      else if (row !== undefined) this.#row({ ...row, state: 'cancelled', wish: 'cancel' });
      else this.#pending.delete(id);
    }
    this.#tellCounts();
  }

  #row(row: TransferView): void {
    if (this.#wanted?.has(row.id) === false) return;
    const known = this.#known.get(row.id);
    if (known !== undefined && known.change > row.change) return;
    const { state, wish, undoUntil, change, size, acknowledged } = row;
    const delivery = row.delivery?.state;
    const leftOut = isLeftOut(state, row.problem);
    const now: Known = { state, wish, undoUntil, change, size, acknowledged, delivery, leftOut };
    this.#known.set(row.id, now);
    this.#names.set(row.serverId, row.serverName);
    this.#sums.bytes += size - (known?.size ?? 0);
    this.#sums.acknowledged += acknowledged - (known?.acknowledged ?? 0);
    const was = known !== undefined && isSettled(known);
    if (!isSettled(now)) {
      if (was) this.#count(known, -1);
      if (this.#wanted !== undefined) this.#pending.add(row.id);
      this.#moving.set(row.id, row);
      this.#reporter.row(row, known?.state);
      this.#warn(row);
      return;
    }
    this.#pending.delete(row.id);
    this.#moving.delete(row.id);
    if (was && known.state === state && known.delivery === delivery) return;
    if (was) this.#count(known, -1);
    this.#count(now, 1);
    if (row.groupId !== undefined && this.#wanted === undefined) this.#groups.add(row.groupId);
    if (state !== 'done') this.#reporter.last(row);
    else {
      const telling = this.#tellDone(row).finally(() => this.#telling.delete(telling));
      this.#telling.add(telling);
    }
  }

  /** What will go wrong with a file that is being sent, once: it can still be prevented. */
  #warn(row: TransferView): void {
    const { problem } = row;
    if (row.state !== 'uploading' || problem === undefined || this.#warned.get(row.id) === problem.code) return;
    this.#warned.set(row.id, problem.code);
    this.#reporter.note(row, problem);
  }

  /** Before the last line, what happened on the way that the person should know: a key that was taken, say. */
  async #tellDone(row: TransferView): Promise<void> {
    // It may be taken out of the list meanwhile.
    const { log } = await this.#client.call('transfers.get', { id: row.id }).catch(() => ({ log: [] }));
    // What was known when it was added was said then.
    const said = [...saidElsewhere, this.#warned.get(row.id)];
    const since = log.filter(({ at, problem }) => at > row.createdAt && !said.includes(problem.code));
    for (const [, problem] of new Map(since.map(({ problem }) => [problem.message, problem])))
      this.#reporter.note(row, problem);
    this.#reporter.last(row);
  }

  #count({ state, delivery, leftOut }: Known, by: 1 | -1): void {
    if (needsUser(delivery)) this.#sums.person += by;
    if (leftOut) this.#sums.leftOut += by;
    else if (state === 'done') this.#sums.done += by;
    else if (hasEnded(state)) this.#sums.failed += by;
    else this.#sums.person += by;
  }

  #tellCounts(): void {
    const totals = this.#totals;
    if (this.#wanted !== undefined) this.#reporter.counts({ ...this.#sums, count: this.#wanted.size });
    else if (totals !== undefined)
      this.#reporter.counts({ ...totals, done: totals.byState.done, leftOut: this.#sums.leftOut });
  }

  /** Told once when it has ended; a group whose files will not all be done holds nobody up. */
  async #groupEnded(id: number): Promise<boolean> {
    const group = await this.#client.call('groups.get', { id });
    if (isGroupUnended(group.state)) return !(await this.#canEnd(group));
    this.#groups.delete(id);
    this.#reporter.group(group, this.#names.get(group.serverId) ?? group.serverId);
    if (group.state === 'failed') this.#sums.failed++;
    return true;
  }

  async #canEnd(group: GroupView): Promise<boolean> {
    const filter = { groupId: group.id, states: ['done' as const] };
    const { totals } = await this.#client.call('transfers.list', { filter, limit: 1 });
    return totals.count >= group.count;
  }
}
