/** When all of a drop has ended, its links go to the clipboard, and the person hears of it. */
import type { Client, DropView } from '../../preload/contract.ts';
import { batchNews } from './batch-news.ts';
import type { News } from './news.ts';
import type { Tell } from './outbox.ts';

export type DropPorts = {
  /** Puts text into the system's clipboard. */
  readonly copy: (text: string) => Promise<void>;
  readonly tell: Tell;
  /** Shows a notification. */
  readonly notify: (news: News) => void;
};

const expiryOf = async (client: Client, drop: DropView): Promise<number | undefined> => {
  const [id] = drop.transferIds;
  if (drop.transferIds.length !== 1 || id === undefined) return undefined;
  // A row that was cleared away meanwhile is up all the same.
  const found = await client.call('transfers.get', { id }).catch(() => undefined);
  const until = found?.transfer.share?.expiresAt;
  return until === undefined ? undefined : until - Date.now();
};

const finish = async (client: Client, id: number, { copy, tell, notify }: DropPorts): Promise<void> => {
  const { drop } = await client.call('drops.take', { id });
  if (drop === undefined) return;
  const { links, transferIds, done, names, leftOut, serverName } = drop;
  const text = drop.text ?? links.join('\n');
  // A clipboard that another program holds takes nothing: the links stay in the rows.
  const copied =
    drop.copies === true &&
    links.length > 0 &&
    (await copy(text).then(
      () => true,
      () => false,
    ));
  if (copied) tell('copied', { transferIds, links });
  const expiresIn = await expiryOf(client, drop);
  const end = { names, serverName, done, leftOut, of: transferIds.length, links, text, copied };
  const news = batchNews(expiresIn === undefined ? end : { ...end, expiresIn });
  if (news !== undefined) notify(news);
};

/** Takes every drop that ends, one after the other, so that the last one stands in the clipboard. Returns the end of it. */
export const watchDrops = (client: Client, ports: DropPorts): (() => void) => {
  const inHand = new Set<number>();
  let last: Promise<void> = Promise.resolve();
  const take = (drops: readonly DropView[]): void => {
    for (const { id } of drops) {
      if (inHand.has(id)) continue;
      inHand.add(id);
      last = last
        .then(() => finish(client, id, ports))
        // An owner that ended must not cost the next drop its links.
        .catch(() => undefined)
        .finally(() => inHand.delete(id));
    }
  };
  const stop = client.on('drops', ({ rows }) => take(rows));
  client.call('drops.ready', {}).then(
    ({ rows }) => take(rows),
    () => undefined,
  );
  return stop;
};
