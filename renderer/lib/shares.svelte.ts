import type { CallInput, ProblemView, ShareView } from '../../preload/contract.ts';
import { m } from '../paraglide/messages.js';
import type { App } from './app.svelte.ts';
import { problemOf } from './client.ts';
import { copyText } from './copy.ts';
import { keptBy } from './kept.svelte.ts';
import { withNewest } from './newest-page.ts';
import { saveFile } from './save-file.ts';
import { RevokeDelay } from './shares-delay.ts';
import { qrCode, qrPicture } from './shares-qr.ts';
import { groupShares, isExpired, type ShareTab } from './shares-terms.ts';

/** Rows of a call that loads all, as many as one may ask for. */
const allAtOnce = 1000;
/** Rows of a call that looks for what is new. */
const newest = 200;
/** ms between looks for what is new. */
const lookEvery = 1_000;
/** ms after the last letter before a search. */
const searchAfter = 200;

/** Why a link cannot be revoked from here, in words; `undefined` where it can. */
export const whyNotRevoked = (share: ShareView, now: number): string | undefined => {
  if (isExpired(share, now)) return m.shares_no_revoke_expired();
  if (share.canRevoke) return undefined;
  if (share.isGroup) return m.shares_no_revoke_group();
  return share.expiresAt === undefined ? m.shares_no_revoke_ever({ server: share.serverName }) : m.shares_no_revoke();
};

/** The links that were made, and what the person does with them. */
export class Shares {
  readonly app: App;
  rows = $state.raw<readonly ShareView[]>([]);
  loaded = $state(false);
  /** Why nothing could be loaded. */
  failure = $state.raw<ProblemView>();
  search = $state('');
  tab = $state<ShareTab>('all');
  active = $state<number>();
  open = $state<number>();
  chosen = $state.raw<ReadonlySet<number>>(new Set());
  /** Links the person is asked about before they are revoked. */
  asked = $state.raw<readonly ShareView[]>();
  /** When each link is revoked, ms since the epoch, while that can be undone. */
  leaving = $state.raw<ReadonlyMap<number, number>>(new Map());
  /** Links whose revocation is under way. */
  sent = $state.raw<ReadonlySet<number>>(new Set());
  /** What a server said to the last try to revoke a link. */
  refusals = $state.raw<ReadonlyMap<number, string>>(new Map());
  now = $state(Date.now());
  readonly #delay = new RevokeDelay(
    (ids) => void this.#revoke(ids),
    () => {
      this.now = Date.now();
      this.leaving = this.#delay.waiting;
    },
  );
  #run = 0;
  /** The question whose answer `rows` are. */
  #shown = '';
  #look: ReturnType<typeof setTimeout> | undefined;
  #searching: ReturnType<typeof setTimeout> | undefined;

  constructor(app: App) {
    this.app = app;
    // What was wished for is done, though nobody is there any more to undo it.
    addEventListener('pagehide', () => this.#delay.flush());
  }

  readonly groups = $derived.by(() => groupShares(this.rows, this.tab, this.now));
  readonly soonCount = $derived.by(() =>
    groupShares(this.rows, 'soon', this.now).reduce((sum, { rows }) => sum + rows.length, 0),
  );
  /** Links that open something, whatever the tab. */
  readonly openRows = $derived.by(() => groupShares(this.rows, 'all', this.now).flatMap(({ rows }) => rows));
  readonly opened = $derived(this.rows.find(({ id, state }) => id === this.open && state !== 'revoked'));
  readonly chosenRows = $derived(
    this.chosen.size === 0 ? [] : this.groups.flatMap(({ rows }) => rows.filter(({ id }) => this.chosen.has(id))),
  );

  /** Keeps the list as it is on the servers' side, as long as it is looked at. Returns the way to stop. */
  watch(): () => void {
    this.now = Date.now();
    const stops = [
      this.app.client.on('transfers', ({ rows }) => {
        if (rows.some(({ state }) => state === 'done')) this.lookSoon();
      }),
      this.app.onReconnect(() => void this.load()),
    ];
    const tick = setInterval(() => {
      // Countdowns go by seconds, all else by minutes.
      if (!document.hidden && (this.leaving.size > 0 || Date.now() - this.now >= 30_000)) this.now = Date.now();
    }, 1000);
    // Another window may have revoked some meanwhile.
    const onFocus = (): void => this.lookSoon();
    addEventListener('focus', onFocus);
    return () => {
      for (const stop of stops) stop();
      clearInterval(tick);
      clearTimeout(this.#look);
      this.#look = undefined;
      removeEventListener('focus', onFocus);
    };
  }

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
    this.#forgetGone();
  }

  /** Looks for what is new, at most once a second. */
  lookSoon(): void {
    this.#look ??= setTimeout(() => {
      this.#look = undefined;
      void this.#lookNow();
    }, lookEvery);
  }

  searchFor(text: string, at: 'now' | 'soon' = 'soon'): void {
    this.search = text;
    clearTimeout(this.#searching);
    this.#searching = setTimeout(() => void this.load(), at === 'now' ? 0 : searchAfter);
  }

  show(tab: ShareTab): void {
    this.tab = tab;
    this.chosen = new Set();
  }

  async copy(rows: readonly ShareView[]): Promise<void> {
    const links = rows.flatMap(({ link }) => (link === undefined ? [] : [link]));
    if (links.length === 0) {
      this.app.slip(m.shares_none_copied(), { tone: 'plain' });
      return;
    }
    try {
      await copyText(this.app, links.join('\n'));
      this.app.slip(m.shares_copied({ count: links.length }));
    } catch (error) {
      this.app.tellError(error);
    }
  }

  async saveQr(share: ShareView): Promise<void> {
    const code = qrCode(share.link ?? '');
    if (code === undefined) return;
    try {
      saveFile(`${share.key.replaceAll(/[^\w.-]/g, '_')}.png`, await qrPicture(code));
    } catch (error) {
      this.app.tellError(error);
    }
  }

  /** Whether a link can be revoked now, and nothing is on its way for it. */
  mayRevoke(share: ShareView): boolean {
    return whyNotRevoked(share, this.now) === undefined && !this.leaving.has(share.id) && !this.sent.has(share.id);
  }

  /** Asks the person about these links; says so where none can be revoked. */
  askRevoke(rows: readonly ShareView[]): void {
    if (rows.some((row) => this.mayRevoke(row))) this.asked = rows;
    else this.#tellNone(rows);
  }

  /** Begins to revoke: struck through at once, undone or sent later. */
  revoke(rows: readonly ShareView[]): void {
    const ids = rows.filter((row) => this.mayRevoke(row)).map(({ id }) => id);
    if (ids.length === 0) {
      this.#tellNone(rows);
      return;
    }
    this.refusals = new Map([...this.refusals].filter(([id]) => !ids.includes(id)));
    this.chosen = new Set();
    this.#delay.add(ids);
  }

  undo(id: number): void {
    this.#delay.undo(id);
    this.app.slip(m.shares_kept(), { tone: 'plain' });
  }

  /** Tells whether there was something to undo. */
  undoLast(): boolean {
    const undone = this.#delay.undoLast();
    if (undone) this.app.slip(m.shares_kept(), { tone: 'plain' });
    return undone;
  }

  /** Asks a server at once again for a link whose revocation it did not answer. */
  revokeAgain(share: ShareView): void {
    void this.#revoke([share.id]);
  }

  #query(): CallInput<'shares.list'> {
    const search = this.search.trim();
    return {
      ...(this.app.serverId === undefined ? {} : { serverId: this.app.serverId }),
      ...(search === '' ? {} : { search }),
    };
  }

  async #lookNow(): Promise<void> {
    const query = this.#query();
    if (JSON.stringify(query) !== this.#shown) return;
    const run = this.#run;
    try {
      const page = await this.app.client.call('shares.list', { ...query, limit: newest });
      if (run !== this.#run) return;
      const rows = withNewest(this.rows, page.rows, page.next === undefined);
      if (rows === undefined) void this.load();
      else this.rows = rows;
      this.#forgetGone();
    } catch {
      // What is shown stays; the next look tells more.
    }
  }

  async #revoke(ids: readonly number[]): Promise<void> {
    this.sent = new Set([...this.sent, ...ids]);
    const name = this.rows.find(({ id }) => id === ids[0])?.name ?? '';
    const refusals = new Map<number, string>();
    let revoked = 0;
    try {
      for (let from = 0; from < ids.length; from += allAtOnce) {
        const reply = await this.app.client.call('shares.revoke', { ids: ids.slice(from, from + allAtOnce) });
        revoked += reply.revoked.length;
        for (const { id, problem } of reply.refused) refusals.set(id, problem.message);
      }
    } catch (error) {
      for (const id of ids) refusals.set(id, problemOf(error).message);
    }
    await this.load();
    this.sent = new Set([...this.sent].filter((id) => !ids.includes(id)));
    this.refusals = new Map([...this.refusals, ...refusals]);
    const [refused] = refusals;
    if (refused === undefined) {
      this.app.slip(m.shares_revoked({ count: revoked, name }));
      return;
    }
    const row = this.rows.find(({ id }) => id === refused[0]);
    // Where no answer came it is asked for later: that counts, and not what broke.
    const unsure = row?.state === 'revoking' ? m.shares_unsure({ server: row.serverName }) : undefined;
    this.app.slip(unsure ?? refused[1], { tone: 'warn' });
  }

  #tellNone(rows: readonly ShareView[]): void {
    const [only] = rows;
    const why = rows.length === 1 && only !== undefined ? whyNotRevoked(only, this.now) : m.shares_revoke_none();
    if (why !== undefined) this.app.slip(why, { tone: 'plain' });
  }

  #forgetGone(): void {
    if (this.chosen.size === 0) return;
    const known = new Set(this.rows.map(({ id }) => id));
    const chosen = [...this.chosen].filter((id) => known.has(id));
    if (chosen.length !== this.chosen.size) this.chosen = new Set(chosen);
  }
}

/** The links of a window: kept while another view is shown, so that what can be undone there still can. */
export const sharesOf = keptBy((app) => new Shares(app));
