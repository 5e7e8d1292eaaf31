import { settingsRow } from '../../test/fakes/settings-row.ts';
import { expect, test } from 'vitest';
import type { CallInput, CallOutput } from '../../preload/contract.ts';
import { sections } from '../../preload/states.ts';
import type { Flow } from '../../preload/flow.ts';
import { followQueue, wishForAll } from './follow.ts';
import type { News } from './news.ts';
import { FakeClient, rowOf, totalsOf } from './test-rows.ts';

const settings = settingsRow({ atOnce: 3, theme: 'dark' });
const password = { code: 'password-wrong', params: { server: 'Hafen' }, message: '' };
const old = rowOf(1, 'attention', { problem: password });

const scene = (list?: (input: CallInput<'transfers.list'>) => CallOutput<'transfers.list'>) => {
  const flows: Flow[] = [];
  const news: News[] = [];
  const themes: string[] = [];
  const client = new FakeClient({
    'settings.get': () => settings,
    'transfers.list':
      list ??
      (({ filter }) => ({
        rows: [],
        totals: filter === undefined ? totalsOf({ done: 1, attention: 1 }, 200, 100) : totalsOf({ done: 1 }, 100, 100),
        change: 5,
      })),
    'transfers.sections': () => ({
      sections: Object.fromEntries(sections.map((section) => [section, { count: 0, bytes: 0 }])) as never,
      pages: [[old]],
      change: 5,
    }),
    'drops.ready': () => ({ rows: [] }),
    'shares.takeExpiring': () => ({ rows: [] }),
    'queue.start': () => ({ running: true }),
    'transfers.wish': () => ({ changed: [], refused: [] }),
  });
  const following = followQueue(client, {
    flow: (flow) => flows.push(flow),
    settings: ({ theme }) => themes.push(theme),
    notify: (one) => news.push(one),
    copy: () => Promise.resolve(),
    tell: () => undefined,
  });
  return { client, following, flows, news, themes };
};

test('tells how things stand before it starts the queue, and starts it last', async () => {
  const { client, following, flows, themes } = scene();
  await following;
  expect(flows).toMatchObject([{ underWay: 0, needsYou: 1 }]);
  expect(themes).toEqual(['dark']);
  expect(client.asked.some(({ name }) => name === 'queue.start')).toBe(true);
  client.emit('settings', { ...settings, theme: 'light' });
  expect(themes).toEqual(['dark', 'light']);
});

test('starts the queue even where it cannot be followed', async () => {
  const { client, following } = scene(() => {
    throw new Error('broken');
  });
  await expect(following).rejects.toThrow('broken');
  expect(client.asked.at(-1)?.name).toBe('queue.start');
});

test('reports what is new, once, and why the whole queue stopped unless the user wanted that', async () => {
  const { client, following, news, flows } = scene();
  await following;
  const tell = (id: number): void =>
    client.emit('transfers', {
      rows: [old, rowOf(id, 'attention', { serverId: `server ${id}`, problem: password })],
      removed: [],
      totals: totalsOf({ attention: id }),
      change: id,
    });
  tell(2);
  expect(news.map(({ title }) => title)).toEqual(['Hafen does not take the password']);
  tell(2);
  expect(news).toHaveLength(1);
  expect(flows.at(-1)?.needsYou).toBe(2);
  client.emit('queue', { running: false, problem: { code: 'on-battery', params: {}, message: '' } });
  expect(news).toHaveLength(1);
  client.emit('queue', { running: false, problem: { code: 'disk-full', params: { path: '/' }, message: '' } });
  expect(news).toHaveLength(2);
});

test('asks for a pause or resume of all transfers, so that the engine decides which ones that means', async () => {
  const { client, following } = scene();
  await following;
  await wishForAll(client, 'pause');
  await wishForAll(client, 'resume');
  expect(client.asked.slice(-2)).toEqual([
    { name: 'transfers.wish', input: { filter: {}, wish: 'pause' } },
    { name: 'transfers.wish', input: { filter: {}, wish: 'resume' } },
  ]);
});
