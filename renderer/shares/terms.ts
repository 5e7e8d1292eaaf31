import type { RemoteShareView, ShareView } from '../../preload/contract.ts';

const day = 86_400_000;

/** A link as the list shows it. `remote`: as its server lists it, where the list is that of an account. */
export type LinkRow = ShareView & { readonly remote?: RemoteShareView };

type Life = Pick<ShareView, 'createdAt' | 'expiresAt'> & { readonly remote?: Pick<RemoteShareView, 'expired'> };

/** Whether the link no longer opens anything. Takes ms since the epoch. */
export const isExpired = ({ expiresAt, remote }: Life, now: number): boolean =>
  remote?.expired === true || (expiresAt !== undefined && expiresAt <= now);

/** Why it opens nothing any more: its time, its downloads, or what it opened is over. */
export const whyEnded = ({ expiresAt, remote }: LinkRow, now: number): 'time' | 'used-up' | 'gone' | undefined => {
  if (expiresAt !== undefined && expiresAt <= now) return 'time';
  if (remote?.expired !== true) return undefined;
  return remote.downloads?.left === 0 ? 'used-up' : 'gone';
};

/** Whether a link is in its last 24 hours, or in the last tenth of its life. */
export const expiresSoon = ({ createdAt, expiresAt }: Life, now: number): boolean => {
  if (expiresAt === undefined || expiresAt <= now) return false;
  return expiresAt - now <= Math.max(day, (expiresAt - createdAt) / 10);
};

/** What is left of a link's life, from 1 down to 0; absent where it does not expire. */
export const lifeLeft = ({ createdAt, expiresAt }: Life, now: number): number | undefined => {
  if (expiresAt === undefined) return undefined;
  const life = expiresAt - createdAt;
  return life <= 0 ? 0 : Math.min(1, Math.max(0, (expiresAt - now) / life));
};

export const shareTabs = ['all', 'soon', 'expired'] as const;
export type ShareTab = (typeof shareTabs)[number];
export type ShareGroup = {
  readonly key: 'soon' | 'live' | 'expired' | 'account' | 'files';
  readonly rows: readonly LinkRow[];
};

/**
 * The groups that a tab shows; none that is empty. What was revoked or forgotten is shown nowhere. Soon: the first to
 * expire first; live: as given; expired: the last that expired first. Files without a public link come last, as given.
 */
export const groupShares = (rows: readonly LinkRow[], tab: ShareTab, now: number): readonly ShareGroup[] => {
  const soon: LinkRow[] = [];
  const live: LinkRow[] = [];
  const expired: LinkRow[] = [];
  const files: LinkRow[] = [];
  for (const row of rows) {
    if (row.state === 'revoked' || row.state === 'forgotten') continue;
    if (row.isFile === true) files.push(row);
    else (isExpired(row, now) ? expired : expiresSoon(row, now) ? soon : live).push(row);
  }
  const end = ({ expiresAt = 0 }: ShareView): number => expiresAt;
  soon.sort((a, b) => end(a) - end(b));
  expired.sort((a, b) => end(b) - end(a));
  const groups: readonly ShareGroup[] = [
    { key: 'soon', rows: tab === 'expired' ? [] : soon },
    { key: 'live', rows: tab === 'all' ? live : [] },
    { key: 'expired', rows: tab === 'expired' ? expired : [] },
    { key: 'files', rows: tab === 'all' ? files : [] },
  ];
  return groups.filter((group) => group.rows.length > 0);
};
