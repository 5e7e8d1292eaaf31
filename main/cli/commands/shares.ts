/** `share list` and `share revoke`. */
import type { Client, RemoteShareView, ServerView, ShareView } from '../../../preload/contract.ts';
import { problem } from '../../../preload/problems.ts';
import { bytes, time } from '../../../preload/format.ts';
import { exits } from '../exits.ts';
import { shareLine } from '../json-lines.ts';
import type { Out } from '../out.ts';
import { wordsError } from '../problem-error.ts';
import { runPassword, tellRefused, withSession, type Common, type Host, type SecretOptions } from '../session.ts';
import { findServer, serverPart, usualServer } from '../targets.ts';
import { eachAccountShare, findAccountShare, tellAccountShare } from './account-shares.ts';
import { readLimit } from './lists.ts';

export type ShareListOptions = Common & {
  readonly server?: string;
  readonly search?: string;
  readonly limit?: string;
};

type Search = { readonly serverId?: string; readonly search?: string };

async function* eachShare(client: Client, search: Search, most: number): AsyncGenerator<ShareView> {
  let after: string | undefined;
  let left = most;
  do {
    const limit = Math.min(1000, left);
    const page = await client.call('shares.list', { ...search, limit, ...(after === undefined ? {} : { after }) });
    yield* page.rows;
    left -= page.rows.length;
    after = page.next;
  } while (after !== undefined && left > 0);
}

const endWords = (row: ShareView, now: number): string => {
  if (row.state !== 'live') return row.state;
  if (row.expiresAt === undefined) return row.canRevoke ? '' : 'cannot be revoked';
  const until = row.expiresAt < now ? `expired ${time(row.expiresAt)}` : `until ${time(row.expiresAt)}`;
  return row.canRevoke ? until : `${until}, cannot be revoked`;
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
      if (!out.json) out.aside('There may be more: --limit all', 'note');
      return exits.done;
    }
    count++;
    tellAccountShare(out, row, server.name, Date.now());
  }
  if (count === 0 && !out.json) out.aside('There are no such shares.', 'note');
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
    if (count === 0 && !out.json) out.aside('There are no shares yet.', 'note');
    else if (count === most && !out.json) out.aside('There may be more: --limit all', 'note');
    return exits.done;
  });
};

/** A share of this profile by its key or link. */
const findShare = async (
  client: Client,
  word: string,
  serverId: { readonly serverId?: string },
): Promise<ShareView | undefined> => {
  const key = /[?/#]([^?/#]+)\/?$/.exec(word)?.[1] ?? word;
  for await (const row of eachShare(client, serverId, Infinity))
    if (row.key === key && (row.state === 'live' || row.state === 'revoking')) return row;
  return undefined;
};

export type RevokeOptions = SecretOptions & { readonly server?: string };

/** `share revoke KEY…`: those of this profile, else those of the account of the server. */
export const shareRevoke = async (host: Host, keys: readonly string[], options: RevokeOptions): Promise<number> => {
  const password = await runPassword(host, options);
  return await withSession(host, options, { serve: false, ...password }, async ({ client, out }) => {
    const serverId = await serverPart(client, options.server);
    const own: ShareView[] = [];
    const others: RemoteShareView[] = [];
    for (const key of keys) {
      const found = await findShare(client, key, serverId);
      if (found !== undefined) own.push(found);
      else others.push(await findOther(client, key, options.server));
    }
    const ofProfile =
      own.length === 0
        ? { revoked: [], refused: [] }
        : await client.call('shares.revoke', { ids: own.map((share) => share.id) });
    const ofAccount =
      others.length === 0
        ? { revoked: [], refused: [] }
        : await client.call('shares.revokeRemote', {
            serverId: (await usualServer(client, options.server)).id,
            ids: others.map((share) => share.id),
          });
    if (out.json) out.object({ event: 'changed', what: 'revoked', ids: [...ofProfile.revoked, ...ofAccount.revoked] });
    else {
      for (const { id, key, name } of own)
        if (ofProfile.revoked.includes(id)) out.line(`revoked ${key}  ${name}`, 'done');
      for (const { id, name } of others) if (ofAccount.revoked.includes(id)) out.line(`revoked ${id}  ${name}`, 'done');
    }
    const refused = [...ofProfile.refused, ...ofAccount.refused];
    for (const { id, problem } of refused) tellRefused(out, { id }, problem);
    return refused.length > 0 ? exits.failed : exits.done;
  });
};

/** A share that was not made here. Rejects with share-unknown. */
const findOther = async (client: Client, key: string, name: string | undefined): Promise<RemoteShareView> => {
  const servers = await client.call('servers.list', {});
  const unknown = wordsError(problem('share-unknown', { key }));
  if (servers.length === 0) throw unknown;
  const server = await usualServer(client, name);
  if (!server.capabilities.listShares) throw unknown;
  return await findAccountShare(client, key, server.id);
};
