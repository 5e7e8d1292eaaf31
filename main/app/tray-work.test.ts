import { expect, test } from 'vitest';
import { problem } from '../../preload/problems.ts';
import { problemView } from '../../preload/problem-view.ts';
import { settingsRow } from '../../test/fakes/settings-row.ts';
import type { Handed } from './arguments.ts';
import { FakeClient } from './test-rows.ts';
import { trayWorkOf } from './tray-work.ts';

const gone = problemView(problem('server-unreachable', { server: 'Hafen', reason: 'no-answer' }));

const scene = () => {
  const did: unknown[] = [];
  let chosen = Promise.withResolvers<readonly string[]>();
  const client = new FakeClient({
    'transfers.wish': () => ({ changed: [], refused: [] }),
    'transfers.decide': ({ ids }) => ({
      changed: [],
      refused: ids[0] === 2 ? [{ id: 2, problem: gone }] : [],
      notices: [],
    }),
    'settings.set': () => settingsRow({}),
  });
  const does = trayWorkOf({
    client,
    tell: (event, payload) => void did.push([event, payload]),
    show: () => void did.push('show'),
    choose: () => {
      did.push('choose');
      return chosen.promise;
    },
    upload: (handed: Handed) => void did.push(handed),
    uploadClipboard: () => Promise.resolve(void did.push('clipboard')),
    copy: (text) => Promise.resolve(void did.push(text)),
    quit: () => void did.push('quit'),
    quitNow: () => void did.push('quit now'),
  });
  return {
    did,
    does,
    client,
    choose: (paths: readonly string[]) => {
      chosen.resolve(paths);
      chosen = Promise.withResolvers();
    },
  };
};

test('files are chosen without the window, and go to the server that was named', async () => {
  const { did, does, choose } = scene();
  const first = does({ does: 'upload' });
  choose(['/a', '/b']);
  await first;
  const second = does({ does: 'upload', serverId: 'x' });
  choose(['/c']);
  await second;
  const third = does({ does: 'upload' });
  choose([]);
  await third;
  expect(did).toEqual([
    'choose',
    { paths: ['/a', '/b'], links: [] },
    'choose',
    { paths: ['/c'], links: [], serverId: 'x' },
    'choose',
  ]);
});

test('one dialog for files is open at a time', async () => {
  const { did, does, choose } = scene();
  const first = does({ does: 'upload' });
  await does({ does: 'upload', serverId: 'x' });
  choose(['/a']);
  await first;
  expect(did).toEqual(['choose', { paths: ['/a'], links: [] }]);
});

test('a decision that is refused brings the window, which says why', async () => {
  const { did, does } = scene();
  await does({ does: 'decide', id: 1, decision: 'retry' });
  expect(did).toEqual([]);
  await does({ does: 'decide', id: 2, decision: 'retry' });
  expect(did).toEqual([['notice', { problem: gone }], 'show']);
});

test('limits and pauses through the engine, and leads to settings in the window', async () => {
  const { did, does, client } = scene();
  await does({ does: 'limit', bytesPerSecond: 1_000_000 });
  await does({ does: 'limit', bytesPerSecond: null });
  await does({ does: 'pause' });
  await does({ does: 'resume' });
  expect(client.asked).toEqual([
    { name: 'settings.set', input: { limitBytesPerSecond: 1_000_000 } },
    { name: 'settings.set', input: { limitBytesPerSecond: null } },
    { name: 'transfers.wish', input: { filter: {}, wish: 'pause' } },
    { name: 'transfers.wish', input: { filter: {}, wish: 'resume' } },
  ]);
  await does({ does: 'settings' });
  await does({ does: 'limit-setting' });
  expect(did).toEqual(['show', ['command', { name: 'settings' }], 'show', ['command', { name: 'limit' }]]);
});

test('opens, copies, uploads the clipboard and quits', async () => {
  const { did, does } = scene();
  await does({ does: 'open' });
  await does({ does: 'copy', link: 'https://h/d' });
  await does({ does: 'upload-clipboard' });
  await does({ does: 'quit' });
  await does({ does: 'quit-now' });
  expect(did).toEqual(['show', 'https://h/d', 'clipboard', 'quit', 'quit now']);
});
