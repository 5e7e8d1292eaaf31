import type { CallInput, HistoryView, ProblemView, ServerView } from '../../preload/contract.ts';
import { Later } from '../../preload/later.ts';
import { m } from '../../preload/paraglide/messages.js';
import { hasEnded } from '../../preload/states.ts';
import type { App } from '../client/app.svelte.ts';
import { problemOf } from '../client/client.ts';
import { copyText } from '../client/copy.ts';
import { keptBy } from '../client/kept.svelte.ts';
import { csvLine, csvStart } from './csv.ts';
import { byDay, dayOf } from '../ui/days.ts';
import { csvCells, csvHead } from './export.ts';
import type { Ending } from './words.ts';
import { withNewest } from '../ui/newest-page.ts';
import { saveFile } from '../ui/save-file.ts';

/** Rows of a page on the screen. */
const pageRows = 200;
/** Rows of a page of an export, as many as one may ask for. */
const exportRows = 1000;
/** ms between looks for what is new. */
const lookEvery = 1_000;
/** ms after the last letter before a search. */
const searchAfter = 200;

/** What has ended, page by page from the database. */
export class History {
  readonly app: App;
  rows = $state.raw<readonly HistoryView[]>([]);
  loaded = $state(false);
  /** Why nothing could be loaded. */
  failure = $state.raw<ProblemView>();
  search = $state('');
  ending = $state<Ending>();
  active = $state<number>();
  open = $state<number>();
  /** Rows that an export has so far, while one runs. */
  exporting = $state<number>();
  now = $state(Date.now());
  #next = $state<string>();
  /** The question whose answer `rows` are. */
  #shown: CallInput<'history.list'> = {};
  #run = 0;
  /** The run whose next page is on its way. */
  #loadingMore: number | undefined;
  readonly #look = new Later(() => void this.#lookNow(), lookEvery);
  #searching: ReturnType<typeof setTimeout> | undefined;

  constructor(app: App) {
    this.app = app;
  }

  readonly days = $derived(byDay(this.rows));
  readonly opened = $derived(this.rows.find(({ id }) => id === this.open));
  /** Whether older rows are still in the database. */
  readonly more = $derived(this.#next !== undefined);

  /** Keeps the list up to date. Returns a function that stops it. */
  watch(): () => void {
    this.now = Date.now();
    const stops = [
      this.app.client.on('transfers', ({ rows }) => {
        if (rows.some(({ state }) => hasEnded(state))) this.#look.soon();
      }),
      this.app.onReconnect(() => void this.load()),
    ];
    // "Today" is another day after midnight.
    const tick = setInterval(() => {
      if (dayOf(this.now) !== dayOf(Date.now())) this.now = Date.now();
    }, 30_000);
    return () => {
      for (const stop of stops) stop();
      clearInterval(tick);
      this.#look.stop();
    };
  }

  async load(): Promise<void> {
    const run = ++this.#run;
    const query = this.#query();
    try {
      const page = await this.app.client.call('history.list', { ...query, limit: pageRows });
      if (run !== this.#run) return;
      this.#shown = query;
      this.rows = page.rows;
      this.#next = page.next;
      this.failure = undefined;
    } catch (error) {
      if (run !== this.#run) return;
      this.failure = problemOf(error);
    }
    this.loaded = true;
  }

  /** Loads the next older page, where there is one and none is under way. */
  async loadMore(): Promise<void> {
    const run = this.#run;
    if (this.#next === undefined || this.#loadingMore === run) return;
    this.#loadingMore = run;
    try {
      const query = { ...this.#shown, limit: pageRows, after: this.#next };
      const page = await this.app.client.call('history.list', query);
      if (run !== this.#run) return;
      this.rows = [...this.rows, ...page.rows];
      this.#next = page.next;
    } catch (error) {
      this.app.slips.error(error);
    } finally {
      if (this.#loadingMore === run) this.#loadingMore = undefined;
    }
  }

  searchFor(text: string, at: 'now' | 'soon' = 'soon'): void {
    this.search = text;
    clearTimeout(this.#searching);
    this.#searching = setTimeout(() => void this.load(), at === 'now' ? 0 : searchAfter);
  }

  show(ending: Ending | undefined): void {
    this.ending = ending;
    void this.load();
  }

  /** Takes a row out of the history. */
  async forget(row: HistoryView): Promise<void> {
    try {
      await this.app.client.call('history.forget', { ids: [row.id] });
      this.rows = this.rows.filter(({ id }) => id !== row.id);
      this.app.slips.show(m.row_broken_removed());
    } catch (error) {
      this.app.slips.error(error);
    }
  }

  async copy(row: HistoryView): Promise<void> {
    if (row.link === undefined) {
      this.app.slips.show(m.history_no_link(), { tone: 'plain' });
      return;
    }
    try {
      await copyText(this.app, row.link);
      this.app.slips.show(m.shares_copied({ count: 1 }));
    } catch (error) {
      this.app.slips.error(error);
    }
  }

  /** The server that an upload went to, where it is still saved. */
  serverOf({ serverId }: HistoryView): ServerView | undefined {
    return this.app.server(serverId);
  }

  /** Queues the file of a row once more, for the server it went to or else the usual one. */
  async uploadAgain(row: HistoryView): Promise<void> {
    const server = this.serverOf(row);
    try {
      const { refused } = await this.app.client.call('transfers.add', {
        paths: [row.path],
        again: true,
        ...(server === undefined ? {} : { serverId: server.id }),
      });
      const [no] = refused;
      if (no !== undefined) this.app.slips.show(no.problem.message, { tone: 'warn' });
      else
        this.app.slips.show(m.history_added({ name: row.name }), {
          actions: [{ label: m.history_show_queue(), act: () => (this.app.navigation.view = 'queue') }],
        });
    } catch (error) {
      this.app.slips.error(error);
    }
  }

  /** Saves all that matches as CSV, read page by page. */
  async exportCsv(): Promise<void> {
    if (this.exporting !== undefined) return;
    this.exporting = 0;
    const query = this.#query();
    const parts: string[] = [csvStart, csvLine(csvHead())];
    try {
      for (let after: string | undefined, more = true; more;) {
        const page = await this.app.client.call('history.list', {
          ...query,
          limit: exportRows,
          ...(after === undefined ? {} : { after }),
        });
        parts.push(page.rows.map((row) => csvLine(csvCells(row))).join(''));
        this.exporting += page.rows.length;
        after = page.next;
        more = after !== undefined;
      }
      saveFile(`stevedore-history-${dayOf(Date.now())}.csv`, new Blob(parts, { type: 'text/csv;charset=utf-8' }));
      // The app says itself whether it was saved, and where.
      if (this.app.info?.host !== 'app') this.app.slips.show(m.history_exported({ count: this.exporting }));
    } catch (error) {
      this.app.slips.error(error);
    } finally {
      this.exporting = undefined;
    }
  }

  #query(): CallInput<'history.list'> {
    const search = this.search.trim();
    return {
      ...(this.app.navigation.serverId === undefined ? {} : { serverId: this.app.navigation.serverId }),
      ...(search === '' ? {} : { search }),
      ...(this.ending === undefined ? {} : { ending: this.ending }),
    };
  }

  async #lookNow(): Promise<void> {
    const run = this.#run;
    try {
      const page = await this.app.client.call('history.list', { ...this.#shown, limit: pageRows });
      if (run !== this.#run) return;
      const rows = withNewest(this.rows, page.rows, page.next === undefined);
      this.rows = rows ?? page.rows;
      if (rows === undefined || page.next === undefined) {
        // Older pages begin behind this one now; one that is on its way belongs to the rows before.
        this.#run++;
        this.#next = page.next;
      }
    } catch {
      // What is shown stays; the next look tells more.
    }
  }
}

/** The history of a window: kept while another view is shown. */
export const historyOf = keptBy((app) => new History(app));
