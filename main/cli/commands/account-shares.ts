/** Shares of an account, whoever made them: `share create`, `share edit`, and what `list` and `revoke` do with them. */
import type { Client, RemoteShareView, ServerView, TermsView } from '../../../preload/contract.ts';
import { bytes, time } from '../../../preload/format.ts';
import { problem } from '../../../preload/problems.ts';
import { m } from '../../../preload/paraglide/messages.js';
import { exits, UsageError } from '../exits.ts';
import { ShareFinder, type FoundShare } from '../find-share.ts';
import { accountShareLine } from '../json-lines.ts';
import type { Out } from '../out.ts';
import { readPassword } from '../password.ts';
import { wordsError } from '../problem-error.ts';
import { parseSeconds, parseWhole } from '../quantities.ts';
import { withSession, type Host, type SecretOptions } from '../session.ts';
import { usualServer } from '../targets.ts';

export type TermOptions = SecretOptions & {
  readonly server?: string;
  readonly expire?: string;
  readonly downloads?: string;
  readonly withoutPassword?: boolean;
};

/** Most downloads that can be asked for. */
const downloadsMost = 1_000_000_000;

/** What the options say of a share; what they do not say stays. Throws `UsageError`. */
export const readTerms = (options: TermOptions): TermsView => {
  const { expire, downloads } = options;
  if (options.passwordStdin === true && options.withoutPassword === true)
    throw new UsageError(m.usage_share_password_both());
  return {
    ...(expire === undefined ? {} : { expirySeconds: expire === 'never' ? null : parseSeconds(expire) }),
    ...(downloads === undefined
      ? {}
      : { downloads: downloads === 'any' ? null : parseWhole(downloads, '--downloads', 1, downloadsMost) }),
    ...(options.withoutPassword === true ? { password: null } : {}),
  };
};

const withPassword = async (host: Host, options: TermOptions, terms: TermsView): Promise<TermsView> =>
  options.passwordStdin === true ? { ...terms, password: await readPassword(host.io, m.ask_share_password()) } : terms;

export const tellAccountShare = (out: Out, row: RemoteShareView, server: string, now: number, isFile = false): void => {
  if (out.json) {
    out.object(accountShareLine(row, server));
    return;
  }
  const { downloads, expiresAt } = row;
  const parts = [
    row.link ?? (isFile ? m.terminal_file({ id: row.id }) : m.terminal_share_key({ key: row.id })),
    row.path ?? row.name,
    row.size === undefined ? '' : bytes(row.size),
    row.expired
      ? m.terminal_share_over()
      : expiresAt === undefined || expiresAt < now
        ? ''
        : m.terminal_share_until({ time: time(expiresAt) }),
    downloads === undefined ? '' : m.terminal_share_downloads({ count: downloads.counted }),
    downloads?.left === undefined ? '' : m.terminal_share_downloads_left({ count: downloads.left }),
    row.password === true ? m.terminal_share_password() : '',
    isFile ? m.terminal_file_no_link() : '',
  ];
  out.line(parts.filter((part) => part !== '').join('  '));
};

/** The server whose account a command is about. Throws option-unsupported where it cannot do that. */
const accountServer = async (
  client: Client,
  name: string | undefined,
  what: 'createShares' | 'editShares',
  option: string,
): Promise<ServerView> => {
  const server = await usualServer(client, name);
  if (!server.capabilities[what]) throw wordsError(problem('option-unsupported', { option, server: server.name }));
  return server;
};

/** `share create PATH…` */
export const shareCreate = async (host: Host, paths: readonly string[], options: TermOptions): Promise<number> => {
  const terms = await withPassword(host, options, readTerms(options));
  return await withSession(host, { ...options, passwordStdin: false }, { serve: false }, async ({ client, out }) => {
    const { id: serverId, name } = await accountServer(client, options.server, 'createShares', 'share-create');
    for (const word of paths) {
      const path = `/${word.split('/').filter(Boolean).join('/')}`;
      const { share } = await client.call('shares.create', { serverId, path, terms });
      tellAccountShare(out, share, name, Date.now());
    }
    return exits.done;
  });
};

/** `share edit KEY…` */
export const shareEdit = async (host: Host, keys: readonly string[], options: TermOptions): Promise<number> => {
  const read = readTerms(options);
  if (Object.keys(read).length === 0 && options.passwordStdin !== true)
    throw new UsageError(m.usage_share_edit_nothing());
  const terms = await withPassword(host, options, read);
  return await withSession(host, { ...options, passwordStdin: false }, { serve: false }, async ({ client, out }) => {
    const servers = await client.call('servers.list', {});
    // Where no server can do it, or the one that is named cannot, that is the answer.
    if (options.server !== undefined || !servers.some((one) => one.capabilities.editShares))
      await accountServer(client, options.server, 'editShares', 'share-edit');
    const finder = new ShareFinder(client, options.server);
    const found: (FoundShare & { readonly of: 'account' })[] = [];
    for (const key of keys) found.push(await finder.findRemote(key));
    for (const { server, share: before } of found) {
      if (!server.capabilities.editShares)
        throw wordsError(problem('option-unsupported', { option: 'share-edit', server: server.name }));
      const { share } = await client.call('shares.edit', { serverId: server.id, share: before, terms });
      tellAccountShare(out, share, server.name, Date.now());
    }
    return exits.done;
  });
};
