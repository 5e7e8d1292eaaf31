import { expect, test } from 'vitest';
import type { ShareView } from '../../preload/contract.ts';
import { settingsRow } from '../../test/fakes/settings-row.ts';
import type { News } from './news.ts';
import { downloadedNews, expiringNews, lookAtShares } from './share-news.ts';
import { FakeClient } from './test-rows.ts';

const hour = 3_600_000;
const share = (id: number, more: Partial<ShareView> = {}): ShareView => ({
  id,
  serverId: 'hafen',
  serverName: 'Hafen',
  name: `file ${id}.pdf`,
  size: 1,
  isGroup: false,
  key: `k${id}`,
  canRevoke: true,
  canEdit: true,
  createdAt: 0,
  state: 'live',
  expiresAt: 20 * hour,
  ...more,
});

test('a link that expires soon is named with its time, and can be extended where its server does that', () => {
  const news = expiringNews([{ share: share(1), extendSeconds: 7 * 86_400 }], 0);
  expect(news).toMatchObject({
    kind: 'expiring',
    title: 'file 1.pdf expires in 20 hr',
    actions: [
      { label: 'Extend by 7 days', act: { does: 'extend', shareId: 1 } },
      { label: 'Show shares', act: { does: 'show', view: 'shares' } },
    ],
  });
  expect(expiringNews([{ share: share(1) }], 0)?.actions).toHaveLength(1);
});

test('several are one piece of news, with the first names', () => {
  const rows = [1, 2, 3, 4].map((id) => ({ share: share(id) }));
  expect(expiringNews(rows, 0)).toMatchObject({
    title: '4 links expire within 24 hours',
    body: 'file 1.pdf, file 2.pdf, file 3.pdf, …',
  });
  expect(downloadedNews(rows.map((one) => one.share))?.title).toBe('4 files were downloaded for the first time');
  expect([expiringNews([], 0), downloadedNews([])]).toEqual([undefined, undefined]);
});

test('shows nothing of a name that would hide or turn what is written', () => {
  expect(downloadedNews([share(1, { name: 'gpj.\u202eexe\n' })])?.title).toBe('gpj.\\u202eexe\\n was downloaded');
});

test('asks for no more than what the user wants to know, and never claims what would not be shown', async () => {
  const look = async (settings: Parameters<typeof settingsRow>[0]): Promise<readonly string[]> => {
    const client = new FakeClient({
      'shares.takeExpiring': () => ({ rows: [{ share: share(1) }] }),
      'shares.takeDownloaded': () => ({ rows: [share(2)] }),
    });
    const said: News[] = [];
    await lookAtShares({ client, settings: () => settingsRow(settings), say: (news) => said.push(news), now: () => 0 });
    expect(said).toHaveLength(client.asked.length);
    return client.asked.map(({ name }) => name);
  };
  expect(await look({})).toEqual(['shares.takeExpiring']);
  expect(await look({ notifyDownloads: true })).toEqual(['shares.takeExpiring', 'shares.takeDownloaded']);
  expect(await look({ notifyExpiring: false })).toEqual([]);
});

test('a look that fails is no fault of the app', async () => {
  await lookAtShares({ client: new FakeClient(), settings: () => settingsRow(), say: () => undefined });
});
