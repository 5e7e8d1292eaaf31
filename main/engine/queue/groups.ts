/** Joins the transfers of a group under one key when the last of them is done. */
import { problem } from '../../../preload/problems.ts';
import { unexpected, type Failure } from '../outcome.ts';
import type { Share } from '../providers/provider.ts';
import type { GroupRow } from '../store/rows.ts';
import type { AsksServers } from './asks-servers.ts';
import { backoff } from './backoff.ts';

export class Groups {
  readonly #deps: AsksServers;
  #ended = false;
  readonly #busy = new Set<number>();
  readonly #later = new Map<number, { readonly serverId: string; readonly at: number; readonly attempts: number }>();

  constructor(deps: AsksServers) {
    this.#deps = deps;
  }

  nextDue(): number | undefined {
    const due = [...this.#later.values()].map((later) => later.at);
    return due.length === 0 ? undefined : Math.min(...due);
  }

  /** What is on its way may come to its end, but nothing is written any more: the next start finds it in doubt. */
  end(): void {
    this.#ended = true;
  }

  /**
   * Groups whose files are all up and that are still to be joined. A file that has failed may be retried, cancelled or
   * removed: the person says whether the group goes without it.
   */
  waiting(): readonly GroupRow[] {
    const { store } = this.#deps;
    return store.groups.ready().filter((group) => store.transfers.totals({ groupId: group.id }).byState.failed === 0);
  }

  /** Groups that could not be joined are tried again: the program was started again, or a password was given. */
  revive(serverId?: string): void {
    const { groups } = this.#deps.store;
    for (const { id, state, problem: why, serverId: its } of groups.recent(1_000)) {
      if (state !== 'failed' || why?.code === 'group-too-small' || (serverId ?? its) !== its) continue;
      // In doubt, as after a kill: the server may have joined it all the same.
      groups.update(id, { state: 'merging', problem: undefined });
    }
  }

  /** What was to be tried again later is tried now, ms since the epoch; where a server is given, on that one. */
  wake(now: number, serverId?: string): void {
    for (const [id, later] of this.#later)
      if (serverId === undefined || later.serverId === serverId) this.#later.set(id, { ...later, at: now });
  }

  look(): void {
    if (this.#ended) return;
    for (const group of this.waiting()) {
      if (this.#busy.has(group.id) || (this.#later.get(group.id)?.at ?? 0) > this.#deps.now()) continue;
      if (!this.#deps.attempts.cooldowns.mayBegin(group.serverId)) continue;
      this.#busy.add(group.id);
      void this.#join(group)
        .catch((error: unknown): Failure => ({
          behaviour: 'retry',
          problem: unexpected(error),
        }))
        .then((failure) => (this.#ended ? undefined : this.#settle(group, failure)))
        .finally(() => {
          this.#busy.delete(group.id);
          if (!this.#ended) this.#deps.changed();
        })
        // A full disk stops the queue by itself; the group is still there.
        .catch(() => undefined);
    }
  }

  #settle(group: GroupRow, failure: Failure | undefined): void {
    const attempts = (this.#later.get(group.id)?.attempts ?? 0) + 1;
    this.#later.delete(group.id);
    if (failure === undefined) return;
    const { store, now, random } = this.#deps;
    if (failure.behaviour === 'attention' || failure.behaviour === 'fatal') {
      store.groups.update(group.id, { state: 'failed', problem: failure.problem });
      return;
    }
    const at = now() + Math.max(250, backoff(attempts, random));
    this.#later.set(group.id, { serverId: group.serverId, at, attempts });
    store.groups.update(group.id, { problem: failure.problem });
  }

  async #join(group: GroupRow): Promise<Failure | undefined> {
    const { store, now } = this.#deps;
    const server = this.#deps.server(group.serverId);
    if (!server.ok) return server.failure;
    const { provider, context } = server.value;
    const members = store.transfers.page({ groupId: group.id, states: ['done'] }, 'queue', { limit: group.count }).rows;
    const shares = members.flatMap((member): readonly Share[] => (member.share === undefined ? [] : [member.share]));
    const join = provider.group?.bind(provider);
    if (shares.length < 2 || join === undefined) {
      store.groups.update(group.id, { state: 'failed', problem: problem('group-too-small', { count: shares.length }) });
      return undefined;
    }
    // A merge cannot be repeated without leaving two groups: what is about to happen is written down first.
    const inDoubt = group.state === 'merging';
    store.groups.update(group.id, { state: 'merging' });
    const joined = await this.#deps.attempts.run(group.serverId, `group ${group.id}`, () =>
      join(shares, { ...group.options, inDoubt }, context),
    );
    if (!joined.ok) return joined.failure;
    if (this.#ended) return undefined;
    const share = joined.value.remote;
    store.transaction(() => {
      store.groups.update(group.id, { state: 'done', share, problem: joined.value.notices[0] });
      store.shares.add({
        ...share,
        transferId: undefined,
        serverId: group.serverId,
        name: members.map((member) => member.name).join(', '),
        size: members.reduce((sum, member) => sum + member.size, 0),
        isGroup: true,
        createdAt: now(),
        state: 'live',
      });
    });
    return undefined;
  }
}
