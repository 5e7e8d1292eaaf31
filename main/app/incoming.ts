/** Files that come from outside the window: a second start, a file manager, the dock. */
import type { Client, ServerView } from '../../preload/contract.ts';
import { problemOf } from '../api/from-client.ts';
import type { Tell } from './outbox.ts';

/** More than a person reads one by one. */
const noticesMost = 5;

/** The server that files go to when nobody says where: the usual one, or the only one. */
export const usualServer = (servers: readonly ServerView[]): ServerView | undefined =>
  servers.find((server) => server.isDefault) ?? (servers.length === 1 ? servers[0] : undefined);

/**
 * Sends files to the usual server, and tells the window; where there is none, or several, the window asks where to.
 * What cannot be sent is told as notices. Never rejects.
 */
export const takeIn = async (client: Client, tell: Tell, paths: readonly string[]): Promise<void> => {
  if (paths.length === 0) return;
  try {
    const server = usualServer(await client.call('servers.list', {}));
    if (server === undefined) {
      tell('incoming', { paths: [...paths] });
      return;
    }
    const { added, refused, notices, dropId } = await client.call('transfers.add', {
      paths: [...paths],
      serverId: server.id,
      drop: 'new',
    });
    if (added.length > 0)
      tell('added', {
        transferIds: added,
        serverName: server.name,
        ...(server.folder === undefined ? {} : { folder: server.folder }),
        ...(dropId === undefined ? {} : { dropId }),
      });
    for (const said of [...refused.map((one) => one.problem), ...notices].slice(0, noticesMost))
      tell('notice', { problem: said });
  } catch (error) {
    tell('notice', { problem: problemOf(error) });
  }
};
