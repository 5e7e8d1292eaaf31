import { expect, test } from 'vitest';
import type { SettingsView } from '../../preload/contract.ts';
import { settingsRow } from '../../test/fakes/settings-row.ts';
import type { News } from './news.ts';
import { NewsDesk } from './news-desk.ts';
import { FakeClient } from './test-rows.ts';

const links: News = {
  kind: 'done',
  title: '2 files are up',
  body: 'All verified on Hafen.',
  actions: [{ label: 'Copy 2 links', act: { does: 'copy', text: 'a\nb' } }],
  view: 'queue',
};
const expiring: News = {
  kind: 'expiring',
  title: 'a.pdf expires in 20 hr',
  body: 'On Hafen.',
  actions: [{ label: 'Extend by 7 days', act: { does: 'extend', shareId: 3 } }],
  view: 'shares',
};
const retry: News = {
  kind: 'failed',
  title: 'Could not send a.pdf',
  body: '',
  actions: [{ label: 'Retry', act: { does: 'decide', ids: [4, 5], decision: 'retry' } }],
  view: 'queue',
};

const scene = (how: { seen?: boolean; hasActions?: boolean; settings?: Partial<SettingsView> } = {}) => {
  const did: unknown[] = [];
  let clicked: (action?: number) => void = () => undefined;
  const client = new FakeClient({
    'shares.extend': () => ({ name: 'a.pdf' }),
    'transfers.decide': () => ({ changed: [4], refused: [], notices: [] }),
  });
  const desk = new NewsDesk({
    client,
    settings: () => settingsRow(how.settings),
    tell: (event, payload) => did.push([event, payload]),
    seen: () => how.seen ?? false,
    show: () => did.push('show'),
    copy: (text) => Promise.resolve(void did.push(`copy ${text}`)),
    openLink: (link) => did.push(`open ${link}`),
    notify: (news, then) => {
      did.push(`notify ${news.title}`);
      clicked = then;
    },
    hasActions: how.hasActions ?? true,
  });
  return { desk, did, client, click: (action?: number) => clicked(action) };
};
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('an action of a notification is carried out without the window', async () => {
  const { desk, did, client, click } = scene();
  desk.say(links);
  click(0);
  desk.say(expiring);
  click(0);
  desk.say(retry);
  click(0);
  await settled();
  expect(did).toEqual([`notify ${links.title}`, 'copy a\nb', `notify ${expiring.title}`, `notify ${retry.title}`]);
  expect(client.asked).toEqual([
    { name: 'shares.extend', input: { id: 3 } },
    { name: 'transfers.decide', input: { ids: [4, 5], decision: 'retry' } },
  ]);
});

test('a click opens the window where it belongs', () => {
  const { desk, did, click } = scene();
  desk.say(expiring);
  click();
  expect(did.slice(1)).toEqual(['show', ['command', { name: 'shares' }]]);
});

test('where notifications have no actions, the click opens the window with the same choice', async () => {
  const { desk, did, client, click } = scene({ hasActions: false });
  desk.say(expiring);
  click();
  const text = 'a.pdf expires in 20 hr. On Hafen.';
  expect(did.slice(1)).toEqual([
    'show',
    ['command', { name: 'shares' }],
    ['choice', { id: 1, text, actions: ['Extend by 7 days'] }],
  ]);
  await desk.choose(1, 0);
  await desk.choose(1, 0);
  await desk.choose(9, 0);
  expect(client.asked).toEqual([{ name: 'shares.extend', input: { id: 3 } }]);
});

test('a person who looks at the window is shown there what its queue does not show, without leaving the view', () => {
  const { desk, did } = scene({ seen: true });
  desk.say(links);
  desk.say(retry);
  expect(did).toEqual([]);
  desk.say(expiring);
  expect(did).toMatchObject([['choice', { actions: ['Extend by 7 days'] }]]);
});

test.each([
  ['notifyDone', links],
  ['notifyFailed', retry],
  ['notifyExpiring', expiring],
  ['notifyAttention', { ...retry, kind: 'attention' }],
  ['notifyDownloads', { ...expiring, kind: 'downloaded' }],
] as const)('%s switches its kind off, and no other', (setting, news) => {
  const off = scene({ settings: { notifyDownloads: true, [setting]: false } });
  off.desk.say(news);
  expect(off.did).toEqual([]);
  const on = scene({ settings: { notifyDownloads: true } });
  on.desk.say(news);
  expect(on.did).toEqual([`notify ${news.title}`]);
  off.desk.say({ ...news, kind: 'stopped' });
  expect(off.did).toHaveLength(1);
});

test('what goes wrong with an action is shown in the window', async () => {
  const { desk, did } = scene();
  await desk.act({ ...links, actions: [{ label: '', act: { does: 'extend', shareId: 0 } }] }, 0);
  await desk.act(links, 7);
  expect(did).toEqual([]);
  const broken = new NewsDesk({
    client: new FakeClient(),
    settings: () => undefined,
    tell: (event) => did.push(event),
    seen: () => false,
    show: () => did.push('show'),
    copy: () => Promise.reject(new Error('held')),
    openLink: () => undefined,
    notify: () => undefined,
    hasActions: true,
  });
  await broken.act(links, 0);
  expect(did).toEqual(['notice', 'show']);
});
