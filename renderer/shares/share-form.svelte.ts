import type { ProblemView, RemoteShareView, ServerView, TermsView } from '../../preload/contract.ts';
import { m } from '../../preload/paraglide/messages.js';
import type { App } from '../client/app.svelte.ts';
import { problemOf } from '../client/client.ts';
import type { ShareAsked } from '../client/sheets.svelte.ts';
import { lengths } from '../add/share-terms.svelte.ts';

export type SharePlace = 'path' | 'expiry' | 'downloads' | 'password' | 'form';

const day = 86_400;

const byCode: Readonly<Record<string, SharePlace>> = {
  'expiry-invalid': 'expiry',
  'expiry-too-long': 'expiry',
  'file-gone-there': 'path',
  'folder-missing': 'path',
  'name-refused': 'path',
  'share-path-unknown': 'path',
};

/** Beside which field a problem is told. */
export const placeOfShare = ({ code, params }: ProblemView): SharePlace => {
  const about = `${String(params['option'] ?? '')} ${String(params['where'] ?? '')}`;
  const named = (['expir', 'downloads', 'password', 'path'] as const).find((word) => about.includes(word));
  if (named !== undefined) return named === 'expir' ? 'expiry' : named;
  return byCode[code] ?? 'form';
};

/** Downloads as typed: '' is none; `undefined` where it is no number that could be meant. */
export const readDownloads = (text: string): number | null | undefined => {
  const typed = text.trim();
  if (typed === '') return null;
  return /^\d{1,9}$/.test(typed) && Number(typed) > 0 ? Number(typed) : undefined;
};

/** The form of a share that is made, or whose terms are changed: only what was touched is sent. */
export class ShareForm {
  readonly app: App;
  readonly asked: ShareAsked;
  serverId = $state('');
  path = $state('');
  /** Whether it must be told where it lies: nobody here knows. */
  asksPath = $state(false);
  /** Seconds as text; 'none': without end; '': as it is. */
  expiry = $state('');
  downloads = $state('');
  password = $state('');
  busy = $state(false);
  wrong = $state.raw<{ readonly place: SharePlace; readonly words: string }>();
  /** As the share says it: what was typed is held against it. */
  readonly #downloadsNow: string;

  constructor(app: App, asked: ShareAsked) {
    this.app = app;
    this.asked = asked;
    this.serverId = asked.serverId;
    this.asksPath = asked.about === 'path';
    this.#downloadsNow = asked.about === 'share' ? String(asked.share.downloads?.left ?? '') : '';
    this.downloads = this.#downloadsNow;
    this.expiry = asked.about === 'share' ? (this.isOver ? String(7 * day) : '') : this.#usual();
  }

  get edits(): RemoteShareView | undefined {
    return this.asked.about === 'share' ? this.asked.share : undefined;
  }

  /** Whether the share has ended by its time, so that it gets more of it. */
  get isOver(): boolean {
    const { edits } = this;
    return edits?.expiresAt !== undefined && edits.expiresAt <= Date.now();
  }

  /** Servers that could share what is typed. */
  get servers(): readonly ServerView[] {
    return this.app.servers.filter(({ capabilities }) => capabilities.createShares);
  }

  /** Expiries to choose from, in seconds, the shortest first. */
  get choices(): readonly number[] {
    const server = this.app.server(this.serverId);
    const most = server?.limits.expirySeconds ?? Infinity;
    const usual = Number(this.#usual());
    const all = [...(server?.limits.expiryChoicesSeconds ?? lengths), ...(usual > 0 ? [usual] : [])];
    return [...new Set(all)].filter((seconds) => seconds <= most).sort((a, b) => a - b);
  }

  /** The folder of what is typed, as far as it is one: where a choice begins. */
  get folder(): string {
    const at = this.path.lastIndexOf('/');
    return at <= 0 ? '/' : this.path.slice(0, at);
  }

  wordsAt(place: SharePlace): string | undefined {
    return this.wrong?.place === place ? this.wrong.words : undefined;
  }

  /** Something was typed there: what was said of it holds no longer. */
  clear(place: SharePlace): void {
    if (this.wrong?.place === place || this.wrong?.place === 'form') this.wrong = undefined;
  }

  /** What was touched; `undefined` where it cannot be meant so. */
  terms(): TermsView | undefined {
    const downloads = readDownloads(this.downloads);
    const touched = this.downloads.trim() !== this.#downloadsNow;
    if (downloads === undefined && touched) {
      this.wrong = { place: 'downloads', words: m.share_form_downloads_wrong() };
      return undefined;
    }
    return {
      ...(this.expiry === '' ? {} : { expirySeconds: this.expiry === 'none' ? null : Number(this.expiry) }),
      ...(touched && downloads !== undefined ? { downloads } : {}),
      ...(this.password === '' || this.edits !== undefined ? {} : { password: this.password }),
    };
  }

  /** The share as it is now; `undefined` where it was refused, in words at `wrong`. Never rejects. */
  async submit(): Promise<RemoteShareView | undefined> {
    if (this.busy) return undefined;
    this.wrong = undefined;
    const terms = this.terms();
    const path = this.#typedPath();
    if (terms === undefined || path === '') return undefined;
    this.busy = true;
    try {
      return (await this.#send(terms, path)).share;
    } catch (error) {
      const problem = problemOf(error);
      const place = placeOfShare(problem);
      if (place === 'path') this.asksPath = true;
      this.wrong = { place, words: problem.message };
      return undefined;
    } finally {
      this.busy = false;
    }
  }

  async #send(terms: TermsView, path: string | undefined): Promise<{ share: RemoteShareView }> {
    const { asked, app, serverId } = this;
    if (asked.about === 'share') {
      if (Object.keys(terms).length === 0) return { share: asked.share };
      const share = path === undefined ? asked.share : { ...asked.share, path };
      return await app.client.call('shares.edit', { serverId, share, terms });
    }
    if (path !== undefined) return await app.client.call('shares.create', { serverId, path, terms });
    const transferId = asked.about === 'upload' ? asked.transferId : 0;
    return await app.client.call('shares.create', { transferId, terms });
  }

  /** Paths begin at the account's own root, whether that is typed or not. '': it is none; absent: none is asked for. */
  #typedPath(): string | undefined {
    if (!this.asksPath) return undefined;
    const names = this.path.trim().replace(/^\/+/, '').replace(/\/+$/, '');
    if (names !== '') return `/${names}`;
    this.wrong = { place: 'path', words: m.share_form_path_wrong() };
    return '';
  }

  /** The expiry that links have where nobody says another. */
  #usual(): string {
    const usual = this.app.server(this.serverId)?.defaultExpirySeconds ?? this.app.settings?.defaultExpirySeconds;
    return usual === undefined || usual === null ? 'none' : String(usual);
  }
}
