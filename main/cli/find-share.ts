/** Which share a person means: by its whole link, its key or its name, over all servers. */
import type { Client, RemoteShareView, ServerView, ShareView } from '../../preload/contract.ts';
import { time } from '../../preload/format.ts';
import { m } from '../../preload/paraglide/messages.js';
import { problem } from '../../preload/problems.ts';
import { isShareValid } from '../../preload/states.ts';
import { eachAccountShare, eachShare } from './each-share.ts';
import { wordsError } from './problem-error.ts';
import { findServer } from './targets.ts';

/** One share: rows of this profile (several where it was made several times), or one that only the account knows. */
export type FoundShare = OfProfile | OfAccount;
type OfProfile = { readonly of: 'profile'; readonly rows: readonly [ShareView, ...ShareView[]] };
type OfAccount = { readonly of: 'account'; readonly server: ServerView; readonly share: RemoteShareView };

type Known = {
  readonly server: string;
  readonly key: string;
  readonly link: string | undefined;
  readonly names: readonly string[];
  readonly createdAt: number;
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** A link as it may be pasted: without its scheme, too. */
const urlOf = (word: string): URL | undefined => {
  const full = /^https?:\/\//i.test(word) ? word : `https://${word}`;
  return /[/?]/.test(word) ? (URL.parse(full) ?? undefined) : undefined;
};

const pathOf = ({ pathname }: URL): string => decoded(pathname).replace(/\/+$/, '');

/** Whether two links open the same: what was added behind one, a slash or another query, does not count. */
const sameLink = (word: URL, link: URL): boolean =>
  word.host === link.host &&
  pathOf(word) === pathOf(link) &&
  [...link.searchParams].every(([name, value]) => word.searchParams.getAll(name).includes(value));

const holdsKey = (url: URL, key: string): boolean =>
  `${pathOf(url)}/`.includes(`/${key}/`) || url.searchParams.has(key);

type Means = (word: string, share: Known) => boolean;

/** How a word may mean a share, the surest first. */
const byLinkOrKey: readonly Means[] = [
  (word, { link, key }) => {
    const [given, own] = [urlOf(word), link === undefined ? undefined : urlOf(link)];
    return given !== undefined && own !== undefined && sameLink(given, own) && holdsKey(given, key);
  },
  (word, { link }) => link === word,
  (word, { key }) => key === word,
  // Printed with another password than it has now, say, or when the address of its page was not known yet.
  (word, { link, key }) => {
    const [given, own] = [urlOf(word), link === undefined ? undefined : urlOf(link)];
    return given !== undefined && (own === undefined || own.host === given.host) && holdsKey(given, key);
  },
];
const byName: Means = (word, { names }) => names.includes(word);
const ways: readonly Means[] = [...byLinkOrKey, byName];

const ofProfile = (row: ShareView): Known => ({
  server: row.serverName,
  key: row.key,
  link: row.link,
  names: [row.name],
  createdAt: row.createdAt,
});

const ofAccount = (server: ServerView, share: RemoteShareView): Known => ({
  server: server.name,
  key: share.id,
  link: share.link,
  names: [share.name, ...(share.path === undefined ? [] : [share.path])],
  createdAt: share.createdAt,
});

const knownOf = (found: FoundShare): Known =>
  found.of === 'profile' ? ofProfile(found.rows[0]) : ofAccount(found.server, found.share);

/** Most shares that are named where a word means several. */
const namedMost = 10;

const ambiguous = (word: string, found: readonly FoundShare[]): Error => {
  const lines = found.slice(0, namedMost).map((one) => {
    const { server, key, names, createdAt } = knownOf(one);
    return m.terminal_share_match({ server, name: names[0] ?? '', key, time: time(createdAt) });
  });
  const more = found.length > namedMost ? '; …' : '';
  return wordsError(problem('share-ambiguous', { wanted: word, count: found.length, shares: lines.join('; ') + more }));
};

type Accounts = { readonly shares: readonly OfAccount[]; readonly failure: Error | undefined };

/** Finds shares by what people give; what it has listed once, it does not ask for again. */
export class ShareFinder {
  readonly #client: Client;
  readonly #named: boolean;
  readonly #servers: Promise<readonly ServerView[]>;
  #profile: Promise<readonly FoundShare[]> | undefined;
  #accounts: Promise<Accounts> | undefined;

  /** @param server name of the only server to look at; default: all */
  constructor(client: Client, server: string | undefined) {
    this.#client = client;
    this.#named = server !== undefined;
    this.#servers =
      server === undefined ? client.call('servers.list', {}) : findServer(client, server).then((one) => [one]);
    // Reported where it is awaited.
    this.#servers.catch(() => undefined);
  }

  /**
   * The share that a word means, live or being revoked. Rejects with share-unknown, share-ambiguous, server-unknown, and
   * where it is not found and an account could not be asked, with why not.
   */
  async find(word: string): Promise<FoundShare> {
    const profile = await (this.#profile ??= this.#ofProfile());
    for (const means of byLinkOrKey) {
      const found = profile.filter((one) => means(word, knownOf(one)));
      if (found.length > 0) return only(word, found);
    }
    const named = profile.filter((one) => byName(word, knownOf(one)));
    const { shares } = await (this.#accounts ??= this.#ofAccounts());
    if (named.length === 0 || shares.some((one) => byLinkOrKey.some((means) => means(word, knownOf(one)))))
      return await this.findRemote(word);
    // What an account lists may be the same share.
    const known = new Set(named.map(identityOf));
    return only(word, [...named, ...shares.filter((one) => byName(word, knownOf(one)) && !known.has(identityOf(one)))]);
  }

  /** As `find`, of those that the accounts list alone. */
  async findRemote(word: string): Promise<OfAccount> {
    const { shares, failure } = await (this.#accounts ??= this.#ofAccounts());
    for (const means of ways) {
      const found = shares.filter((one) => means(word, knownOf(one)));
      if (found.length > 0) return only(word, found);
    }
    throw failure ?? wordsError(problem('share-unknown', { key: word }));
  }

  async #ofProfile(): Promise<readonly FoundShare[]> {
    const servers = await this.#servers;
    const byKey = new Map<string, [ShareView, ...ShareView[]]>();
    for await (const row of eachShare(this.#client, {}, Infinity)) {
      if (!isShareValid(row.state) || !this.#isMeant(row, servers)) continue;
      const identity = `${row.serverId} ${row.key}`;
      const same = byKey.get(identity);
      if (same === undefined) byKey.set(identity, [row]);
      else same.push(row);
    }
    return [...byKey.values()].map((rows) => ({ of: 'profile', rows }));
  }

  /** A share of a server that is not saved any more may be meant where none is named. */
  #isMeant({ serverId }: ShareView, servers: readonly ServerView[]): boolean {
    return !this.#named || servers.some(({ id }) => id === serverId);
  }

  async #ofAccounts(): Promise<Accounts> {
    const shares: OfAccount[] = [];
    let failure: Error | undefined;
    for (const server of await this.#servers) {
      if (!server.capabilities.listShares) continue;
      try {
        for await (const share of eachAccountShare(this.#client, server.id))
          shares.push({ of: 'account', server, share });
      } catch (error) {
        // Another account may have it.
        failure ??= error instanceof Error ? error : new Error(String(error));
      }
    }
    return { shares, failure };
  }
}

const identityOf = (found: FoundShare): string =>
  found.of === 'profile' ? `${found.rows[0].serverId} ${found.rows[0].key}` : `${found.server.id} ${found.share.id}`;

const only = <T extends FoundShare>(word: string, found: readonly T[]): T => {
  const [one] = found;
  if (one === undefined || found.length > 1) throw ambiguous(word, found);
  return one;
};
