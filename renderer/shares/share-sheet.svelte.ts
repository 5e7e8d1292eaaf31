import type { RemoteShareView, TransferView } from '../../preload/contract.ts';
import { m } from '../../preload/paraglide/messages.js';
import { accountSharesOf } from './account-shares.svelte.ts';
import type { App } from '../client/app.svelte.ts';
import { copyText } from '../client/copy.ts';
import { keptBy } from '../client/kept.svelte.ts';
import type { ShareAsked } from '../client/sheets.svelte.ts';
import { sharesOf } from './shares.svelte.ts';
import { isExpired, type LinkRow } from './terms.ts';

/** The sheet in which links are made and changed, from wherever it is opened. */
export class ShareSheet {
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  /** Whether a link can be made of what an upload stored. */
  mayShare({ serverId }: Pick<TransferView, 'serverId'>): boolean {
    return this.#app.server(serverId)?.capabilities.createShares === true;
  }

  /** A new link of what an upload stored. */
  ofUpload(row: TransferView): void {
    this.#app.sheets.share = { about: 'upload', serverId: row.serverId, transferId: row.id, name: row.name };
  }

  /** A link to something that is on a server. */
  ofPath(serverId: string): void {
    this.#app.sheets.share = { about: 'path', serverId };
  }

  /** Other terms for a link. */
  edit(row: LinkRow, now: number): void {
    const share: RemoteShareView = row.remote ?? {
      id: row.key,
      name: row.name,
      createdAt: row.createdAt,
      expired: isExpired(row, now),
      ...(row.link === undefined ? {} : { link: row.link }),
      ...(row.expiresAt === undefined ? {} : { expiresAt: row.expiresAt }),
    };
    this.#app.sheets.share = { about: 'share', serverId: row.serverId, share };
  }

  /** A share was made or changed: the lists follow, and a new link can be copied at once. */
  done(asked: ShareAsked, serverId: string, share: RemoteShareView): void {
    const app = this.#app;
    if (app.sheets.share === asked) app.sheets.share = undefined;
    const account = accountSharesOf(app);
    void sharesOf(app).load();
    if (asked.about === 'share') {
      account.changed(share);
      app.slips.show(m.share_changed({ name: share.name }));
      return;
    }
    if (account.serverId === serverId) void account.load();
    const { link } = share;
    if (link === undefined) {
      app.slips.show(m.share_made({ name: share.name }));
      return;
    }
    const copy = async (): Promise<void> => {
      try {
        await copyText(app, link);
        app.slips.show(m.shares_copied({ count: 1 }));
      } catch (error) {
        app.slips.error(error);
      }
    };
    app.slips.show(m.share_made({ name: share.name }), {
      actions: [{ label: m.shares_copy_link(), act: () => void copy() }],
    });
  }
}

/** The one of a window. */
export const shareSheetOf = keptBy((app) => new ShareSheet(app));
