import type { CallInput, RemoteShareView } from '../../preload/contract.ts';
import { problemOf } from '../client/client.ts';
import { keptBy } from '../client/kept.svelte.ts';
import { Links, type Revoked } from './links.svelte.ts';
import { expiresSoon, isExpired, type LinkRow, type ShareGroup, type ShareTab } from './terms.ts';

/** Ids of a call that revokes: each is a request to the server. */
const atOnce = 20;

/**
 * The account's newest page put before what is known of the rest: what is gone in its range goes. `undefined` where
 * others may lie between them: what was known is of no use then.
 */
const merged = (known: readonly LinkRow[], page: readonly LinkRow[], last: boolean): readonly LinkRow[] | undefined => {
  if (last) return page;
  const at = known.findIndex(({ id }) => id === page.at(-1)?.id);
  return at < 0 ? undefined : [...page, ...known.slice(at + 1)];
};

/** All shares of one account, wherever they were made, as its server lists them: the newest first. */
export class AccountShares extends Links {
  /** Whose account is looked at. */
  serverId = $state<string>();
  #next = $state<string>();
  readonly more = $derived(this.#next !== undefined);
  #run = 0;
  /** The run whose next page is on its way. */
  #loadingMore: number | undefined;
  /** Rows have numbers: the same share has the same one, as long as the window lives. */
  readonly #ids = new Map<string, number>();
  readonly #known = new Map<number, LinkRow>();

  /** Shows a server's account from now on; `undefined`: none. */
  choose(serverId: string | undefined): void {
    if (serverId === this.serverId) return;
    this.serverId = serverId;
    this.rows = [];
    this.#next = undefined;
    this.loaded = false;
    this.failure = undefined;
    this.open = undefined;
    this.active = undefined;
    this.chosen = new Set();
  }

  /** Loads as many as are shown, and a page at least. */
  async load(): Promise<void> {
    const run = ++this.#run;
    const { serverId } = this;
    if (serverId === undefined) return;
    // A share that moved from one page to the next is listed twice.
    const rows = new Map<number, LinkRow>();
    try {
      let after: string | undefined;
      do {
        const asked: CallInput<'shares.remote'> = { serverId, ...(after === undefined ? {} : { after }) };
        const page = await this.app.client.call('shares.remote', asked);
        if (run !== this.#run) return;
        for (const share of page.rows) {
          const row = this.#row(serverId, share);
          rows.set(row.id, row);
        }
        after = page.next;
      } while (after !== undefined && rows.size < this.rows.length);
      this.rows = [...rows.values()];
      this.#next = after;
      this.failure = undefined;
    } catch (error) {
      if (run !== this.#run) return;
      this.failure = problemOf(error);
      this.rows = [];
      this.#next = undefined;
    }
    this.loaded = true;
    this.forgetGone();
  }

  async loadMore(): Promise<void> {
    const run = this.#run;
    const { serverId } = this;
    if (serverId === undefined || this.#next === undefined || this.#loadingMore === run) return;
    this.#loadingMore = run;
    try {
      const page = await this.app.client.call('shares.remote', { serverId, after: this.#next });
      if (run !== this.#run) return;
      const there = new Set(this.rows.map(({ key }) => key));
      const older = page.rows.filter(({ id }) => !there.has(id));
      this.rows = [...this.rows, ...older.map((share) => this.#row(serverId, share))];
      this.#next = page.next;
    } catch (error) {
      if (run === this.#run) this.app.slips.error(error);
    } finally {
      if (this.#loadingMore === run) this.#loadingMore = undefined;
    }
  }

  /** The server cannot search: what is known is looked through, and the view asks for more. */
  searchFor(text: string): void {
    this.search = text;
  }

  protected grouped(tab: ShareTab): readonly ShareGroup[] {
    const wanted = this.search.trim().normalize('NFKC').toLowerCase();
    const rows = this.rows.filter((row) => {
      if (tab === 'soon' && (isExpired(row, this.now) || !expiresSoon(row, this.now))) return false;
      if (tab === 'expired' && !isExpired(row, this.now)) return false;
      return wanted === '' || `${row.name}\n${row.key}`.normalize('NFKC').toLowerCase().includes(wanted);
    });
    return rows.length === 0 ? [] : [{ key: rows[0]?.isFile === true ? 'files' : 'account', rows }];
  }

  protected async look(): Promise<void> {
    const run = this.#run;
    const { serverId } = this;
    if (serverId === undefined || this.failure !== undefined) return;
    try {
      const page = await this.app.client.call('shares.remote', { serverId });
      if (run !== this.#run) return;
      const newest = page.rows.map((share) => this.#row(serverId, share));
      const rows = merged(this.rows, newest, page.next === undefined);
      if (rows === undefined) await this.load();
      else {
        this.rows = rows;
        if (page.next === undefined) this.#next = undefined;
      }
      this.forgetGone();
    } catch {
      // What is shown stays; the next look tells more.
    }
  }

  protected async send(ids: readonly number[]): Promise<Revoked> {
    const refusals = new Map<number, string>();
    const revoked: number[] = [];
    const rows = ids.flatMap((id) => this.#known.get(id) ?? []);
    for (const [serverId, group] of Map.groupBy(rows, (row) => row.serverId)) {
      const numbers = new Map(group.map(({ key, id }) => [key, id]));
      const keys = [...numbers.keys()];
      try {
        for (let from = 0; from < keys.length; from += atOnce) {
          const part = { serverId, ids: keys.slice(from, from + atOnce) };
          const reply = await this.app.client.call('shares.revokeRemote', part);
          revoked.push(...reply.revoked.flatMap((key) => numbers.get(key) ?? []));
          for (const { id, problem } of reply.refused) refusals.set(numbers.get(id) ?? 0, problem.message);
        }
      } catch (error) {
        for (const { id } of group) if (!revoked.includes(id)) refusals.set(id, problemOf(error).message);
      }
    }
    this.rows = this.rows.filter(({ id }) => !revoked.includes(id));
    return { revoked, refusals };
  }

  /** A share has other terms now. */
  changed(share: RemoteShareView): void {
    this.rows = this.rows.map((row) => (row.key === share.id ? this.#row(row.serverId, share) : row));
  }

  #row(serverId: string, share: RemoteShareView): LinkRow {
    const key = `${serverId} ${share.id}`;
    const id = this.#ids.get(key) ?? this.#ids.size + 1;
    this.#ids.set(key, id);
    const can = this.app.server(serverId)?.capabilities;
    const row: LinkRow = {
      id,
      serverId,
      serverName: this.app.server(serverId)?.name ?? '',
      name: share.name,
      size: share.size ?? 0,
      isGroup: false,
      ...(can?.sharesAreFiles === true ? { isFile: true as const } : {}),
      key: share.id,
      link: share.link,
      canRevoke: can === undefined || (can.revoke && !can.revokeNeedsKey),
      canEdit: can?.editShares === true,
      createdAt: share.createdAt,
      state: 'live',
      remote: share,
      ...(share.expiresAt === undefined ? {} : { expiresAt: share.expiresAt }),
    };
    this.#known.set(id, row);
    return row;
  }
}

/** Those of a window: kept while another view is shown, so that what can be undone there still can. */
export const accountSharesOf = keptBy((app) => new AccountShares(app));
