import type { Peer } from '../peer.ts';
import type { CloudreveReport } from './chunk-log.ts';
import type { StoredContent } from './side-door.ts';

/** What a test knows of a site beyond what a client does. */
export interface SiteControl {
  /** Bodies by session and chunk, over all lives of the server. */
  readonly report: () => Promise<CloudreveReport>;
  /** What lies under an address of the first user; undefined where nothing is. */
  readonly stored: (uri: string) => Promise<StoredContent | undefined>;
  /** The word in the picture of a captcha; without a ticket of the last one. */
  readonly captchaWord: (ticket?: string) => Promise<string>;
  /** Bans a user, or lets them in again: "active", "manual_banned". */
  readonly setStatus: (user: number, status: string) => Promise<void>;
  /** The server's clock, ms. */
  readonly now: () => Promise<number>;
}

export const controlOf = ({ ask }: Peer): SiteControl => ({
  report: () => ask('/__peer/report'),
  stored: async (uri) => (await ask<StoredContent | null>(`/__peer/file?uri=${encodeURIComponent(uri)}`)) ?? undefined,
  captchaWord: async (ticket) =>
    (await ask<{ word: string }>(`/__peer/captcha${ticket === undefined ? '' : `?ticket=${ticket}`}`)).word,
  setStatus: async (user, status) => {
    await ask(`/__peer/user?id=${user}&status=${status}`);
  },
  now: async () => (await ask<{ now: number }>('/__peer/clock')).now,
});
