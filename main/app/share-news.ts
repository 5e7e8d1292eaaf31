/** Looks every so often for shares that expire soon and, if the user wants that, for first downloads. */
import type { CallOutput, Client, SettingsView, ShareView } from '../../preload/contract.ts';
import { visible } from '../../preload/bounds.ts';
import { duration } from '../../preload/format.ts';
import { m } from '../../preload/paraglide/messages.js';
import type { News } from './news.ts';

type Expiring = CallOutput<'shares.takeExpiring'>['rows'][number];

/** Names of shares that a notification has space for. */
const namesMost = 3;

const names = (shares: readonly Pick<ShareView, 'name'>[]): string => {
  const shown = shares.slice(0, namesMost).map(({ name }) => visible(name));
  return shares.length > namesMost ? `${shown.join(', ')}, …` : shown.join(', ');
};

/** `now`: ms since the epoch. */
export const expiringNews = (rows: readonly Expiring[], now: number): News | undefined => {
  const [first] = rows;
  if (first === undefined) return undefined;
  const { share, extendSeconds } = first;
  const rest = { kind: 'expiring', view: 'shares' } as const;
  const show = { label: m.news_show_shares(), act: { does: 'show', view: 'shares' } } as const;
  if (rows.length > 1) {
    const title = m.news_expiring_several({ count: rows.length });
    return { ...rest, title, body: names(rows.map((one) => one.share)), actions: [show] };
  }
  const extend = {
    label: m.news_extend({ time: duration((extendSeconds ?? 0) * 1000) }),
    act: { does: 'extend', shareId: share.id },
  } as const;
  return {
    ...rest,
    title: m.news_expiring({ name: visible(share.name), time: duration((share.expiresAt ?? now) - now) }),
    body: m.news_expiring_detail({ server: share.serverName }),
    actions: extendSeconds === undefined ? [show] : [extend, show],
  };
};

export const downloadedNews = (rows: readonly ShareView[]): News | undefined => {
  const [first] = rows;
  if (first === undefined) return undefined;
  const title =
    rows.length === 1
      ? m.news_downloaded({ name: visible(first.name) })
      : m.news_downloaded_several({ count: rows.length });
  const body = rows.length === 1 ? m.news_downloaded_detail({ server: first.serverName }) : names(rows);
  return { kind: 'downloaded', title, body, actions: [], view: 'shares' };
};

export type ShareNewsPorts = {
  readonly client: Client;
  readonly settings: () => Pick<SettingsView, 'notifyExpiring' | 'notifyDownloads'> | undefined;
  readonly say: (news: News) => void;
  /** ms since the epoch. */
  readonly now?: () => number;
};

/** ms between two looks. */
export const lookEvery = 15 * 60 * 1000;

/** One look. What fails is looked at again with the next. Never rejects. */
export const lookAtShares = async ({ client, settings, say, now = Date.now }: ShareNewsPorts): Promise<void> => {
  const { notifyExpiring = false, notifyDownloads = false } = settings() ?? {};
  const tell = (news: News | undefined): void => {
    if (news !== undefined) say(news);
  };
  try {
    if (notifyExpiring) tell(expiringNews((await client.call('shares.takeExpiring', {})).rows, now()));
    if (notifyDownloads) tell(downloadedNews((await client.call('shares.takeDownloaded', {})).rows));
  } catch {
    // An owner that ended is looked for by the next call.
  }
};

/** Looks now and every so often. Returns a look that may be asked for (after a sleep, say), and the way to stop. */
export const watchShares = (ports: ShareNewsPorts): { readonly look: () => void; readonly stop: () => void } => {
  let last = Promise.resolve();
  const look = (): void => {
    last = last.then(() => lookAtShares(ports));
  };
  const timer = setInterval(look, lookEvery);
  timer.unref();
  look();
  return { look, stop: () => clearInterval(timer) };
};
