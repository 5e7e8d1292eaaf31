/** `share list` and `share revoke`. */
import type { Client, ShareView } from '../../../preload/contract.ts';
import { problem } from '../../../preload/problems.ts';
import { bytes, time } from '../../../preload/format.ts';
import { exits } from '../exits.ts';
import { shareLine } from '../json-lines.ts';
import { wordsError } from '../problem-error.ts';
import { runPassword, tellRefused, withSession, type Common, type Host, type SecretOptions } from '../session.ts';
import { serverPart } from '../targets.ts';
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

/** `share list` */
export const shareList = (host: Host, options: ShareListOptions): Promise<number> => {
  const most = readLimit(options.limit, options.json === true);
  return withSession(host, options, { serve: false }, async ({ client, out }) => {
    const search = options.search === undefined ? {} : { search: options.search };
    const now = Date.now();
    let count = 0;
    for await (const row of eachShare(client, { ...search, ...(await serverPart(client, options.server)) }, most)) {
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

/** A share by its key or link. Rejects with share-unknown. */
const findShare = async (
  client: Client,
  word: string,
  serverId: { readonly serverId?: string },
): Promise<ShareView> => {
  const key = /[?/#]([^?/#]+)\/?$/.exec(word)?.[1] ?? word;
  for await (const row of eachShare(client, serverId, Infinity))
    if (row.key === key && (row.state === 'live' || row.state === 'revoking')) return row;
  throw wordsError(problem('share-unknown', { key: word }));
};

export type RevokeOptions = SecretOptions & { readonly server?: string };

/** `share revoke KEY…` */
export const shareRevoke = async (host: Host, keys: readonly string[], options: RevokeOptions): Promise<number> => {
  const password = await runPassword(host, options);
  return await withSession(host, options, { serve: false, ...password }, async ({ client, out }) => {
    const serverId = await serverPart(client, options.server);
    const shares: ShareView[] = [];
    for (const key of keys) shares.push(await findShare(client, key, serverId));
    const { revoked, refused } = await client.call('shares.revoke', { ids: shares.map((share) => share.id) });
    for (const share of shares)
      if (!out.json && revoked.includes(share.id)) out.line(`revoked ${share.key}  ${share.name}`, 'done');
    if (out.json) out.object({ event: 'changed', what: 'revoked', ids: revoked });
    for (const { id, problem } of refused) tellRefused(out, { id }, problem);
    return refused.length > 0 ? exits.failed : exits.done;
  });
};
