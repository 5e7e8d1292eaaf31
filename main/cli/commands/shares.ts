/** `share list`, `share revoke` and `share extend`. */
import {
  ContractError,
  type CallOutput,
  type Client,
  type RemoteShareView,
  type ServerView,
  type ShareView,
} from '../../../preload/contract.ts';
import { bytes, time } from '../../../preload/format.ts';
import { problem } from '../../../preload/problems.ts';
import { m } from '../../../preload/paraglide/messages.js';
import { eachAccountShare, eachShare } from '../each-share.ts';
import { exits } from '../exits.ts';
import { ShareFinder } from '../find-share.ts';
import { shareLine } from '../json-lines.ts';
import type { Out } from '../out.ts';
import { wordsError } from '../problem-error.ts';
import { parseSeconds } from '../quantities.ts';
import { runPassword, tellRefused, withSession, type Common, type Host, type SecretOptions } from '../session.ts';
import { findServer } from '../targets.ts';
import { tellAccountShare } from './account-shares.ts';
import { readLimit } from './lists.ts';

export type ShareListOptions = Common & {
  readonly server?: string;
  readonly search?: string;
  readonly limit?: string;
};

const endWords = (row: ShareView, now: number): string => {
  const { state, expiresAt, isFile } = row;
  if (state !== 'live') return m.share_state_word({ state });
  const until =
    expiresAt === undefined
      ? ''
      : expiresAt < now
        ? m.terminal_share_expired({ time: time(expiresAt) })
        : m.terminal_share_until({ time: time(expiresAt) });
  return [until, isFile === true ? m.terminal_file_no_link() : '', row.canRevoke ? '' : m.terminal_share_unrevokable()]
    .filter((part) => part !== '')
    .join(', ');
};

/** All shares of a server's account, whoever made them: only the server knows them. */
const accountList = async (
  client: Client,
  out: Out,
  server: ServerView,
  options: ShareListOptions,
  most: number,
): Promise<number> => {
  const wanted = options.search?.toLowerCase() ?? '';
  let count = 0;
  for await (const row of eachAccountShare(client, server.id)) {
    if (!`${row.name}\n${row.path ?? ''}\n${row.id}`.toLowerCase().includes(wanted)) continue;
    if (count === most) {
      if (!out.json) out.aside(m.terminal_shares_more(), 'note');
      return exits.done;
    }
    count++;
    tellAccountShare(out, row, server.name, Date.now(), server.capabilities.sharesAreFiles);
  }
  if (count === 0 && !out.json) out.aside(m.terminal_shares_none_such(), 'note');
  return exits.done;
};

/** `share list` */
export const shareList = (host: Host, options: ShareListOptions): Promise<number> => {
  const most = readLimit(options.limit, options.json === true);
  return withSession(host, options, { serve: false }, async ({ client, out }) => {
    const search = options.search === undefined ? {} : { search: options.search };
    const now = Date.now();
    const server = options.server === undefined ? undefined : await findServer(client, options.server);
    if (server?.capabilities.listShares === true) return await accountList(client, out, server, options, most);
    const serverId = server === undefined ? {} : { serverId: server.id };
    let count = 0;
    for await (const row of eachShare(client, { ...search, ...serverId }, most)) {
      count++;
      if (out.json) out.object(shareLine(row));
      else
        out.line(
          `${row.link ?? row.key}  ${row.name}  ${bytes(row.size)}  ${row.serverName}  ${endWords(row, now)}`.trimEnd(),
        );
    }
    if (count === 0 && !out.json) out.aside(m.terminal_shares_none(), 'note');
    else if (count === most && !out.json) out.aside(m.terminal_shares_more(), 'note');
    return exits.done;
  });
};

export type RevokeOptions = SecretOptions & { readonly server?: string };

/** `share revoke SHARE…`: all of them are found before the first is revoked. */
export const shareRevoke = async (host: Host, words: readonly string[], options: RevokeOptions): Promise<number> => {
  const password = await runPassword(host, options);
  return await withSession(host, options, { serve: false, ...password }, async ({ client, out }) => {
    const finder = new ShareFinder(client, options.server);
    const own: ShareView[] = [];
    const others = new Map<string, RemoteShareView[]>();
    const servers = new Map<string, ServerView>();
    for (const word of words) {
      const found = await finder.find(word);
      if (found.of === 'profile') own.push(...found.rows);
      else {
        const { server, share } = found;
        servers.set(server.id, server);
        others.set(server.id, [...(others.get(server.id) ?? []), share]);
      }
    }
    const ids = [...new Set(own.map((share) => share.id))];
    const ofProfile = ids.length === 0 ? { revoked: [], refused: [] } : await client.call('shares.revoke', { ids });
    const revokedThere: { readonly share: RemoteShareView; readonly server: ServerView | undefined }[] = [];
    const refusedThere: CallOutput<'shares.revokeRemote'>['refused'] = [];
    for (const [serverId, shares] of others) {
      const byId = new Map(shares.map((share) => [share.id, share]));
      const { revoked, refused } = await client.call('shares.revokeRemote', { serverId, ids: [...byId.keys()] });
      for (const id of revoked) {
        const share = byId.get(id);
        if (share !== undefined) revokedThere.push({ share, server: servers.get(serverId) });
      }
      refusedThere.push(...refused);
    }
    if (out.json) {
      const ids = [...ofProfile.revoked, ...revokedThere.map(({ share }) => share.id)];
      out.object({ event: 'changed', what: 'revoked', ids });
    } else {
      const tell = (key: string, name: string, serverName: string, isFile: boolean): void =>
        out.line(
          isFile
            ? m.terminal_file_deleted({ name, server: serverName })
            : `${m.terminal_share_revoked({ key })}  ${name}`,
          'done',
        );
      for (const { id, key, name, serverName, isFile } of own)
        if (ofProfile.revoked.includes(id)) tell(key, name, serverName, isFile === true);
      for (const { share, server } of revokedThere)
        tell(share.id, share.name, server?.name ?? '', server?.capabilities.sharesAreFiles === true);
    }
    const refused = [...ofProfile.refused, ...refusedThere];
    for (const { id, problem } of refused) tellRefused(out, { id }, problem);
    return refused.length > 0 ? exits.failed : exits.done;
  });
};

export type ExtendOptions = SecretOptions & { readonly server?: string; readonly by?: string };

/** `share extend SHARE…`: all of them are found before the first is extended. */
export const shareExtend = async (host: Host, words: readonly string[], options: ExtendOptions): Promise<number> => {
  const by = options.by === undefined ? {} : { seconds: parseSeconds(options.by) };
  const password = await runPassword(host, options);
  return await withSession(host, options, { serve: false, ...password }, async ({ client, out }) => {
    const finder = new ShareFinder(client, options.server);
    const found = [];
    for (const word of words) found.push({ word, share: await finder.find(word) });
    let refused = false;
    for (const { word, share } of found) {
      // What only the account knows has no row here: its new end is said outright, by `share edit`.
      if (share.of === 'account') throw wordsError(problem('share-not-here', { key: word }));
      try {
        const { name, expiresAt } = await client.call('shares.extend', { id: share.rows[0].id, ...by });
        if (out.json) out.object({ event: 'extended', key: share.rows[0].key, name, expiresAt });
        else out.line(`${m.terminal_share_until({ time: time(expiresAt ?? 0) })}  ${name}`, 'done');
      } catch (error) {
        if (!(error instanceof ContractError)) throw error;
        refused = true;
        tellRefused(out, { id: share.rows[0].id }, error.problem);
      }
    }
    return refused ? exits.failed : exits.done;
  });
};
