/** Which transfers, servers and shares a command line means. */
import type { CallInput, Client, ServerView, TransferView } from '../../preload/contract.ts';
import { problem } from '../../preload/problems.ts';
import { m } from '../../preload/paraglide/messages.js';
import { UsageError } from './exits.ts';
import { wordsError } from './problem-error.ts';

export type TargetOptions = { readonly all?: boolean; readonly server?: string };
export type Filter = CallInput<'transfers.wish'>['filter'];

/** Transfer ids as `list` shows them. Throws `UsageError`. */
export const parseIds = (words: readonly string[]): number[] =>
  words.map((word) => {
    const id = /^#?(\d+)$/.exec(word)?.[1];
    if (id === undefined || !Number.isSafeInteger(Number(id)) || Number(id) < 1)
      throw new UsageError(m.usage_transfer_id({ word }));
    return Number(id);
  });

/** A saved server by its name or id: as written, else whatever the case. Rejects with server-unknown. */
export const findServer = async (client: Client, name: string): Promise<ServerView> => {
  const servers = await client.call('servers.list', {});
  const lower = name.toLowerCase();
  const found =
    servers.find((server) => server.id === name || server.name === name) ??
    servers.find((server) => server.name.toLowerCase() === lower);
  if (found === undefined) throw wordsError(problem('server-unknown', { name }));
  return found;
};

/** The server that was named, else the default one, else the only one. Rejects with server-none, server-choice. */
export const usualServer = async (client: Client, name: string | undefined): Promise<ServerView> => {
  if (name !== undefined) return await findServer(client, name);
  const servers = await client.call('servers.list', {});
  const found = servers.length === 1 ? servers[0] : servers.find((server) => server.isDefault);
  if (found !== undefined) return found;
  const names = servers.map((server) => server.name).join(', ');
  throw wordsError(servers.length === 0 ? problem('server-none') : problem('server-choice', { names }));
};

/** `{ serverId }` of a server that was named, else nothing. */
export const serverPart = async (client: Client, name: string | undefined): Promise<{ readonly serverId?: string }> =>
  name === undefined ? {} : { serverId: (await findServer(client, name)).id };

/** Refuses, before anything is asked of anybody, a command line that names nothing, or both ids and all. */
export const checkTargets = (ids: readonly string[], options: TargetOptions): void => {
  const wide = options.all === true || options.server !== undefined;
  if (ids.length === 0 && !wide) throw new UsageError(m.usage_targets_none());
  if (ids.length > 0 && wide) throw new UsageError(m.usage_targets_both());
  parseIds(ids);
};

/** The transfers that ids, `--server` and `--all` name. */
export const filterOf = async (client: Client, ids: readonly string[], options: TargetOptions): Promise<Filter> => {
  if (ids.length > 0) return { ids: parseIds(ids) };
  return options.all === true && options.server === undefined ? {} : await serverPart(client, options.server);
};

/** Pages through transfers, `most` of them in all. */
export async function* eachTransfer(
  client: Client,
  filter: Filter,
  order: 'queue' | 'newest',
  most = Infinity,
): AsyncGenerator<TransferView> {
  let after: string | undefined;
  let left = most;
  do {
    const limit = Math.min(1000, left);
    const page = await client.call('transfers.list', {
      filter,
      order,
      limit,
      ...(after === undefined ? {} : { after }),
    });
    yield* page.rows;
    left -= page.rows.length;
    after = page.next;
  } while (after !== undefined && left > 0);
}
