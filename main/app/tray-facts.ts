/** What the tray's menu shows beside the state of the queue: servers, the newest links, the speed limit. */
import type { Client } from '../../preload/contract.ts';
import { safeLink } from '../../preload/bounds.ts';
import { Later } from '../../preload/later.ts';
import { usualServer } from './incoming.ts';
import { noFacts, type TrayFacts } from './tray.ts';

const linksMost = 5;
/** Shares that are looked at for so many links: not every one has a link or is still there. */
const sharesMost = 50;

/** ms from an upload's end until its link is asked for: several may end together. */
const askAfter = 500;

const newestLinks = async (client: Client): Promise<TrayFacts['links']> => {
  const { rows } = await client.call('shares.list', { limit: sharesMost });
  return rows
    .flatMap(({ name, serverName, link, state }) => {
      const safe = state === 'live' && link !== undefined ? safeLink(link) : undefined;
      return safe === undefined ? [] : [{ name, serverName, link: safe }];
    })
    .slice(0, linksMost);
};

/**
 * Follows what the menu shows, and calls back with every change of it. What cannot be asked for stays as it was.
 *
 * @param askIn ms from an upload's end until its link is asked for
 */
export const watchTrayFacts = async (
  client: Client,
  changed: (facts: TrayFacts) => void,
  askIn = askAfter,
): Promise<void> => {
  let facts = noFacts;
  const use = (part: Partial<TrayFacts>): void => {
    facts = { ...facts, ...part };
    changed(facts);
  };
  const useServers = (servers: Parameters<typeof usualServer>[0]): void => {
    const { defaultServerId: _earlier, ...rest } = facts;
    const id = usualServer(servers)?.id;
    facts = { ...rest, ...(id === undefined ? {} : { defaultServerId: id }) };
    use({ servers: servers.map((server) => ({ id: server.id, name: server.name })) });
  };
  const askLinks = async (): Promise<void> => {
    await newestLinks(client).then(
      (links) => use({ links }),
      () => undefined,
    );
  };
  const links = new Later(() => void askLinks(), askIn);
  client.on('servers', useServers);
  client.on('settings', ({ limitBytesPerSecond }) => use({ limit: limitBytesPerSecond }));
  client.on('transfers', ({ rows, removed }) => {
    if (removed.length > 0 || rows.some(({ state }) => state === 'done')) links.soon();
  });
  await Promise.all([
    client.call('servers.list', {}).then(useServers, () => undefined),
    client.call('settings.get', {}).then(
      ({ limitBytesPerSecond }) => use({ limit: limitBytesPerSecond }),
      () => undefined,
    ),
    askLinks(),
  ]);
};
