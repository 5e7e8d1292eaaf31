import type { CallInput, ShareView } from '../../preload/contract.ts';
import { m } from '../../preload/paraglide/messages.js';
import { problemOf } from '../client/client.ts';
import { keptBy } from '../client/kept.svelte.ts';
import { Links, type Revoked } from './links.svelte.ts';
import { withNewest } from '../ui/newest-page.ts';
import { groupShares, type LinkRow, type ShareGroup, type ShareTab } from './terms.ts';

/** Rows of a call that loads all, as many as one may ask for. */
const allAtOnce = 1000;
/** Rows of a call that looks for what is new. */
const newest = 200;
/** ms after the last letter before a search. */
const searchAfter = 200;

/** The links that were made here, and what the person does with them. */
export class Shares extends Links {
  readonly more = false;
  /** Links that open something, whatever the tab. */
  readonly openRows = $derived.by(() => groupShares(this.rows, 'all', this.now).flatMap(({ rows }) => rows));
  #run = 0;
  /** The question whose answer `rows` are. */
  #shown = '';
  #searching: ReturnType<typeof setTimeout> | undefined;

  /** Loads all links that match: which expire soon is known only then. */
  async load(): Promise<void> {
    const run = ++this.#run;
    const query = this.#query();
    const question = JSON.stringify(query);
    const found: ShareView[] = [];
    try {
      for (let after: string | undefined, more = true; more;) {
        const page = await this.app.client.call('shares.list', {
          ...query,
          limit: allAtOnce,
          ...(after === undefined ? {} : { after }),
        });
        if (run !== this.#run) return;
        found.push(...page.rows);
        after = page.next;
        more = after !== undefined;
        // What answers another question than the one shown is shown as it comes.
        if (question !== this.#shown && found.length === page.rows.length) {
          this.rows = [...found];
          this.loaded = true;
        }
      }
      this.rows = found;
      this.#shown = question;
      this.failure = undefined;
    } catch (error) {
      if (run !== this.#run) return;
      this.failure = problemOf(error);
    }
    this.loaded = true;
    this.forgetGone();
  }

  /** There is nothing older: all of them are loaded. */
  loadMore(): Promise<void> {
    return Promise.resolve();
  }

  /** Takes a link out of the list; nothing is done on its server. */
  async forget(row: LinkRow): Promise<void> {
    try {
      await this.app.client.call('shares.forget', { ids: [row.id] });
      this.app.slips.show(m.row_broken_removed());
      await this.load();
    } catch (error) {
      this.app.slips.error(error);
    }
  }

  searchFor(text: string, at: 'now' | 'soon' = 'soon'): void {
    this.search = text;
    clearTimeout(this.#searching);
    this.#searching = setTimeout(() => void this.load(), at === 'now' ? 0 : searchAfter);
  }

  protected grouped(tab: ShareTab): readonly ShareGroup[] {
    return groupShares(this.rows, tab, this.now);
  }

  protected async look(): Promise<void> {
    const query = this.#query();
    if (JSON.stringify(query) !== this.#shown) return;
    const run = this.#run;
    try {
      const page = await this.app.client.call('shares.list', { ...query, limit: newest });
      if (run !== this.#run) return;
      const rows = withNewest(this.rows, page.rows, page.next === undefined);
      if (rows === undefined) void this.load();
      else this.rows = rows;
      this.forgetGone();
    } catch {
      // What is shown stays; the next look tells more.
    }
  }

  protected async send(ids: readonly number[]): Promise<Revoked> {
    const refusals = new Map<number, string>();
    const revoked: number[] = [];
    try {
      for (let from = 0; from < ids.length; from += allAtOnce) {
        const reply = await this.app.client.call('shares.revoke', { ids: ids.slice(from, from + allAtOnce) });
        revoked.push(...reply.revoked);
        for (const { id, problem } of reply.refused) refusals.set(id, problem.message);
      }
    } catch (error) {
      for (const id of ids) if (!revoked.includes(id)) refusals.set(id, problemOf(error).message);
    }
    return { revoked, refusals };
  }

  #query(): CallInput<'shares.list'> {
    const search = this.search.trim();
    return {
      ...(this.app.navigation.serverId === undefined ? {} : { serverId: this.app.navigation.serverId }),
      ...(search === '' ? {} : { search }),
    };
  }
}

/** The links of a window: kept while another view is shown, so that what can be undone there still can. */
export const sharesOf = keptBy((app) => new Shares(app));
