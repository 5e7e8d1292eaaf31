import type { ProblemView } from '../../preload/contract.ts';
import { Later } from '../../preload/later.ts';
import { m } from '../../preload/paraglide/messages.js';
import type { App } from '../client/app.svelte.ts';
import { linksEnd } from '../client/server-links.ts';
import { copyText } from '../client/copy.ts';
import { saveFile } from '../ui/save-file.ts';
import { RevokeDelay } from './delay.ts';
import { qrCode, qrPicture } from '../ui/qr.ts';
import { wordsOf } from './words.ts';
import { isExpired, type LinkRow, type ShareGroup, type ShareTab } from './terms.ts';

/** ms between looks for what is new. */
const lookEvery = 1_000;

/** Why a link cannot be revoked from here, in words; `undefined` where it can. `deletes`: whether its server can delete anything. */
export const whyNotRevoked = (share: LinkRow, now: number, deletes = true): string | undefined => {
  // An account keeps what has ended, too, until somebody takes it away.
  if (share.remote !== undefined && share.canRevoke) return undefined;
  if (isExpired(share, now)) return m.shares_no_revoke_expired();
  if (share.canRevoke) return undefined;
  if (!deletes) return m.shares_no_delete({ server: share.serverName });
  if (share.isGroup) return m.shares_no_revoke_group();
  return share.expiresAt === undefined ? m.shares_no_revoke_ever({ server: share.serverName }) : m.shares_no_revoke();
};

/** What came of a try to revoke: ids, and why others were not. */
export type Revoked = { readonly revoked: readonly number[]; readonly refusals: ReadonlyMap<number, string> };

/** A list of links, and what the person does with them, wherever it comes from. */
export abstract class Links {
  readonly app: App;
  rows = $state.raw<readonly LinkRow[]>([]);
  loaded = $state(false);
  /** Why nothing could be loaded. */
  failure = $state.raw<ProblemView>();
  search = $state('');
  tab = $state<ShareTab>('all');
  active = $state<number>();
  open = $state<number>();
  chosen = $state.raw<ReadonlySet<number>>(new Set());
  /** Links the person is asked about before they are revoked. */
  asked = $state.raw<readonly LinkRow[]>();
  /** When each link is revoked, ms since the epoch, while that can be undone. */
  leaving = $state.raw<ReadonlyMap<number, number>>(new Map());
  /** Links whose revocation is under way. */
  sent = $state.raw<ReadonlySet<number>>(new Set());
  /** Why the last attempt to revoke a link failed. */
  refusals = $state.raw<ReadonlyMap<number, string>>(new Map());
  now = $state(Date.now());
  readonly #delay = new RevokeDelay(
    (ids) => void this.#revoke(ids),
    () => {
      this.now = Date.now();
      this.leaving = this.#delay.waiting;
    },
  );
  readonly #look = new Later(() => void this.look(), lookEvery);

  constructor(app: App) {
    this.app = app;
    // What was wished for is done, though nobody is there any more to undo it.
    addEventListener('pagehide', () => this.#delay.flush());
  }

  readonly groups = $derived.by(() => this.grouped(this.tab));
  readonly soonCount = $derived.by(() => this.grouped('soon').reduce((sum, { rows }) => sum + rows.length, 0));
  readonly opened = $derived(this.rows.find(({ id, state }) => id === this.open && state !== 'revoked'));
  readonly chosenRows = $derived(
    this.chosen.size === 0 ? [] : this.groups.flatMap(({ rows }) => rows.filter(({ id }) => this.chosen.has(id))),
  );

  /** Whether older ones are still to be asked for. */
  abstract readonly more: boolean;
  /** Loads the list again. Never rejects. */
  abstract load(): Promise<void>;
  /** Loads the next older ones, where there are any. Never rejects. */
  abstract loadMore(): Promise<void>;
  abstract searchFor(text: string, at?: 'now' | 'soon'): void;
  /** What a tab shows. */
  protected abstract grouped(tab: ShareTab): readonly ShareGroup[];
  /** Looks for what is new. Never rejects. */
  protected abstract look(): Promise<void>;
  /** Takes links back, for good. Never rejects. */
  protected abstract send(ids: readonly number[]): Promise<Revoked>;

  /** Keeps the list up to date. Returns a function that stops it. */
  watch(): () => void {
    this.now = Date.now();
    const stops = [
      this.app.client.on('transfers', ({ rows }) => {
        if (rows.some(({ state }) => state === 'done')) this.lookSoon();
      }),
      this.app.onReconnect(() => void this.load()),
    ];
    const tick = setInterval(() => {
      if (!document.hidden && (this.#countsDown() || Date.now() - this.now >= 30_000)) this.now = Date.now();
    }, 1000);
    // Another window may have revoked some of them.
    const onFocus = (): void => this.lookSoon();
    addEventListener('focus', onFocus);
    return () => {
      for (const stop of stops) stop();
      clearInterval(tick);
      this.#look.stop();
      removeEventListener('focus', onFocus);
    };
  }

  /** Whether something is shown that goes by seconds: a revocation that can be undone, or the last minute of a link. */
  #countsDown(): boolean {
    const inAMinute = Date.now() + 60_000;
    const ends = ({ expiresAt = 0 }: LinkRow): boolean => expiresAt > this.now && expiresAt <= inAMinute;
    return this.leaving.size > 0 || this.rows.some(ends);
  }

  /** Looks for what is new, at most once a second. */
  lookSoon(): void {
    this.#look.soon();
  }

  show(tab: ShareTab): void {
    this.tab = tab;
    this.chosen = new Set();
  }

  async copy(rows: readonly LinkRow[]): Promise<void> {
    const links = rows.flatMap(({ link }) => (link === undefined ? [] : [link]));
    if (links.length === 0) {
      this.app.slips.show(m.shares_none_copied(), { tone: 'plain' });
      return;
    }
    try {
      await copyText(this.app, links.join('\n'));
      this.app.slips.show(m.shares_copied({ count: links.length }));
    } catch (error) {
      this.app.slips.error(error);
    }
  }

  async saveQr(share: LinkRow): Promise<void> {
    const code = qrCode(share.link ?? '');
    if (code === undefined) return;
    try {
      saveFile(`${share.key.replaceAll(/[^\w.-]/g, '_')}.png`, await qrPicture(code));
    } catch (error) {
      this.app.slips.error(error);
    }
  }

  /** Whether the file there stays when its link is taken back. */
  keepsFile({ serverId }: LinkRow): boolean {
    return this.app.server(serverId)?.capabilities.revokeKeepsFile === true;
  }

  /** Whether the terms of a link can be changed now. */
  mayEdit(share: LinkRow): boolean {
    return share.canEdit && !this.leaving.has(share.id) && !this.sent.has(share.id);
  }

  /** Why a link cannot be revoked from here, in words; `undefined` where it can. */
  whyNot(share: LinkRow): string | undefined {
    return whyNotRevoked(share, this.now, this.app.server(share.serverId)?.capabilities.revoke !== false);
  }

  /** Whether a link can end by time, as far as its server is known: where none can, nothing is said of it. */
  ends({ serverId, expiresAt, isFile }: LinkRow): boolean {
    return expiresAt !== undefined || (isFile !== true && linksEnd(this.app.server(serverId)));
  }

  /** Whether a link can be revoked now, and nothing is on its way for it. */
  mayRevoke(share: LinkRow): boolean {
    return this.whyNot(share) === undefined && !this.leaving.has(share.id) && !this.sent.has(share.id);
  }

  /** Asks the person about these links; says so where none can be revoked. */
  askRevoke(rows: readonly LinkRow[]): void {
    if (rows.some((row) => this.mayRevoke(row))) this.asked = rows;
    else this.#tellNone(rows);
  }

  /** Begins to revoke: struck through at once, undone or sent later. */
  revoke(rows: readonly LinkRow[]): void {
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
    const isFile = this.rows.find((row) => row.id === id)?.isFile;
    this.app.slips.show(isFile === true ? m.files_kept() : m.shares_kept(), { tone: 'plain' });
  }

  /** Tells whether there was something to undo. */
  undoLast(): boolean {
    const undone = this.#delay.undoLast();
    if (undone) this.app.slips.show(m.shares_kept(), { tone: 'plain' });
    return undone;
  }

  /** Asks a server at once again for a link whose revocation it did not answer. */
  revokeAgain(share: LinkRow): void {
    void this.#revoke([share.id]);
  }

  async #revoke(ids: readonly number[]): Promise<void> {
    this.sent = new Set([...this.sent, ...ids]);
    const gone = this.rows.filter(({ id }) => ids.includes(id));
    const name = gone.find(({ id }) => id === ids[0])?.name ?? '';
    const { revoked, refusals } = await this.send(ids);
    await this.load();
    this.sent = new Set([...this.sent].filter((id) => !ids.includes(id)));
    this.refusals = new Map([...this.refusals, ...refusals]);
    const [refused] = refusals;
    if (refused === undefined) {
      this.app.slips.show(wordsOf(gone).revoked({ count: revoked.length, name }));
      return;
    }
    const row = this.rows.find(({ id }) => id === refused[0]);
    // Where no answer came it is asked for later: that counts, and not what broke.
    const unsure = row?.state === 'revoking' ? wordsOf([row]).unsure({ server: row.serverName }) : undefined;
    this.app.slips.show(unsure ?? refused[1], { tone: 'warn' });
  }

  #tellNone(rows: readonly LinkRow[]): void {
    const [only] = rows;
    const why = rows.length === 1 && only !== undefined ? this.whyNot(only) : m.shares_revoke_none();
    if (why !== undefined) this.app.slips.show(why, { tone: 'plain' });
  }

  protected forgetGone(): void {
    if (this.chosen.size === 0) return;
    const known = new Set(this.rows.map(({ id }) => id));
    const chosen = [...this.chosen].filter((id) => known.has(id));
    if (chosen.length !== this.chosen.size) this.chosen = new Set(chosen);
  }
}
