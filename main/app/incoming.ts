/** Files that come from outside the window: a second start, a file manager, the dock. */
import type { Client, ServerView } from '../../preload/contract.ts';
import { problemOf } from '../api/from-client.ts';
import type { Handed } from './arguments.ts';
import type { Tell } from './outbox.ts';

/** More than a person reads one by one. */
const noticesMost = 5;

/** The server that files go to when nobody says where: the usual one, or the only one. */
export const usualServer = (servers: readonly ServerView[]): ServerView | undefined =>
  servers.find((server) => server.isDefault) ?? (servers.length === 1 ? servers[0] : undefined);

/**
 * Sends files to a server, the default one if none is named, and tells the window. Where there is no such server, the
 * window asks where to. What cannot be sent is told as notices. Never rejects.
 *
 * @returns whether everything was queued: otherwise the window has something to say
 */
export const takeIn = async (
  client: Client,
  tell: Tell,
  { paths, serverId }: Pick<Handed, 'paths' | 'serverId'>,
): Promise<boolean> => {
  if (paths.length === 0) return true;
  try {
    const servers = await client.call('servers.list', {});
    const server = serverId === undefined ? usualServer(servers) : servers.find(({ id }) => id === serverId);
    if (server === undefined) {
      tell('incoming', { paths: [...paths] });
      return false;
    }
    const { added, refused, notices, dropId } = await client.call('transfers.add', {
      paths: [...paths],
      serverId: server.id,
      again: true,
      drop: 'new',
    });
    if (added.length > 0)
      tell('added', {
        transferIds: added,
        serverName: server.name,
        ...(server.folder === undefined ? {} : { folder: server.folder }),
        ...(dropId === undefined ? {} : { dropId }),
      });
    const said = [...refused.map((one) => one.problem), ...notices];
    for (const one of said.slice(0, noticesMost)) tell('notice', { problem: one });
    return said.length === 0;
  } catch (error) {
    tell('notice', { problem: problemOf(error) });
    return false;
  }
};
