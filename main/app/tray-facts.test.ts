import { expect, test, vi } from 'vitest';
import type { ShareView } from '../../preload/contract.ts';
import { serverRow } from '../../test/fakes/server-row.ts';
import { settingsRow } from '../../test/fakes/settings-row.ts';
import { FakeClient, rowOf, totalsOf } from './test-rows.ts';
import { watchTrayFacts } from './tray-facts.ts';
import type { TrayFacts } from './tray.ts';

const share = (id: number, more: Partial<ShareView> = {}): ShareView => ({
  id,
  serverId: 'a',
  serverName: 'Hafen',
  name: `file-${id}`,
  size: 1,
  isGroup: false,
  key: `k${id}`,
  link: `https://hafen.example/d?k${id}`,
  canRevoke: false,
  canEdit: false,
  createdAt: 0,
  state: 'live',
  ...more,
});

const scene = (shares: () => readonly ShareView[]) => {
  const client = new FakeClient({
    'servers.list': () => [
      serverRow({ id: 'a', name: 'Hafen', isDefault: false }),
      serverRow({ id: 'b', name: 'Cloud', isDefault: true }),
    ],
    'settings.get': () => settingsRow({ limitBytesPerSecond: 5_000_000 }),
    'shares.list': () => ({ rows: [...shares()] }),
  });
  const seen: TrayFacts[] = [];
  return { client, seen, watching: watchTrayFacts(client, (facts) => seen.push(facts), 0) };
};

test('knows servers, the limit, and the newest links that can be given out', async () => {
  const rows = [
    share(9, { state: 'revoked' }),
    share(8, { link: 'javascript:alert(1)' }),
    ...[7, 6, 5, 4, 3, 2].map((id) => share(id)),
  ];
  const { seen, watching } = scene(() => rows);
  await watching;
  expect(seen.at(-1)).toEqual({
    servers: [
      { id: 'a', name: 'Hafen' },
      { id: 'b', name: 'Cloud' },
    ],
    defaultServerId: 'b',
    links: [7, 6, 5, 4, 3].map((id) => ({
      name: `file-${id}`,
      serverName: 'Hafen',
      link: `https://hafen.example/d?k${id}`,
    })),
    limit: 5_000_000,
  });
});

test('hears of new links, other settings and other servers', async () => {
  let rows: readonly ShareView[] = [];
  const { client, seen, watching } = scene(() => rows);
  await watching;
  rows = [share(1)];
  client.emit('transfers', { rows: [rowOf(1, 'done')], removed: [], totals: totalsOf({ done: 1 }), change: 2 });
  await vi.waitFor(() => expect(seen.at(-1)?.links).toHaveLength(1));
  client.emit('settings', settingsRow({ limitBytesPerSecond: null }));
  client.emit('servers', []);
  expect(seen.at(-1)).toMatchObject({ servers: [], limit: null });
  expect(seen.at(-1)).not.toHaveProperty('defaultServerId');
});

test('keeps what it knows where something cannot be asked for', async () => {
  const client = new FakeClient({ 'servers.list': () => [serverRow({ id: 'a', name: 'Hafen' })] });
  const seen: TrayFacts[] = [];
  await watchTrayFacts(client, (facts) => seen.push(facts), 0);
  expect(seen.at(-1)).toMatchObject({ servers: [{ id: 'a' }], links: [], limit: null });
});
