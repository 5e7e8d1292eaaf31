import { expect, test } from 'vitest';
import { ContractError, type ProblemView, type ServerView } from '../../preload/contract.ts';
import { serverRow } from '../../test/fakes/server-row.ts';
import { takeIn } from './incoming.ts';
import { FakeClient } from './test-rows.ts';

const server = (id: string, isDefault = false): ServerView => serverRow({ id, name: `server ${id}`, isDefault });
const missing: ProblemView = { code: 'file-missing', params: { path: '/b' }, message: 'Not there.' };

const scene = (servers: readonly ServerView[], refused: readonly ProblemView[] = []) => {
  const told: unknown[] = [];
  const client = new FakeClient({
    'servers.list': () => [...servers],
    'transfers.add': () => ({
      added: [1, 2],
      dropId: 9,
      refused: refused.map((problem) => ({ path: '/b', problem })),
      notices: [],
    }),
  });
  return {
    told,
    client,
    hand: (paths: readonly string[], serverId?: string) =>
      takeIn(client, (event, payload) => told.push([event, payload]), {
        paths,
        ...(serverId === undefined ? {} : { serverId }),
      }),
  };
};

test('sends files to the usual server as one drop, and tells the window', async () => {
  const { hand, client, told } = scene([server('a'), server('b', true)]);
  await hand(['/x', '/y']);
  expect(client.asked.at(-1)).toEqual({
    name: 'transfers.add',
    input: { paths: ['/x', '/y'], serverId: 'b', drop: 'new' },
  });
  expect(told).toEqual([['added', { transferIds: [1, 2], serverName: 'server b', dropId: 9 }]]);
});

test('sends files to the only server', async () => {
  const { hand, told } = scene([server('a')]);
  await hand(['/x']);
  expect(told).toMatchObject([['added', { serverName: 'server a' }]]);
});

test('lets the person choose where there is no server, or several and none is usual', async () => {
  for (const servers of [[], [server('a'), server('b')]]) {
    const { hand, told, client } = scene(servers);
    await hand(['/x', '/y']);
    expect(told).toEqual([['incoming', { paths: ['/x', '/y'] }]]);
    expect(client.asked).toHaveLength(1);
  }
});

test('tells what cannot be sent, but not without end', async () => {
  const { hand, told } = scene(
    [server('a')],
    Array.from({ length: 40 }, () => missing),
  );
  await hand(['/b']);
  expect(told.slice(1)).toEqual(Array.from({ length: 5 }, () => ['notice', { problem: missing }]));
});

test('tells why nothing could be added at all', async () => {
  const told: unknown[] = [];
  const failing = new FakeClient({
    'servers.list': () => {
      throw new ContractError(missing);
    },
  });
  await takeIn(failing, (event, payload) => told.push([event, payload]), { paths: ['/x'] });
  expect(told).toEqual([['notice', { problem: missing }]]);
});

test('no files are no reason to ask anything', async () => {
  const { hand, client } = scene([server('a')]);
  await hand([]);
  expect(client.asked).toEqual([]);
});

test('sends files to the server that was named, and asks where it is not there any more', async () => {
  const { hand, client, told } = scene([server('a'), server('b', true)]);
  expect(await hand(['/x'], 'a')).toBe(true);
  expect(client.asked.at(-1)).toMatchObject({ input: { serverId: 'a' } });
  expect(await hand(['/x'], 'gone')).toBe(false);
  expect(told.at(-1)).toEqual(['incoming', { paths: ['/x'] }]);
});

test('says whether the window has something to report', async () => {
  expect(await scene([server('a')]).hand(['/x'])).toBe(true);
  expect(await scene([server('a')], [missing]).hand(['/x'])).toBe(false);
});

test('files that were uploaded before are asked about in the window, which is opened for it', async () => {
  const before = [{ path: '/x', name: 'x', link: 'https://nas/x', at: 5 }];
  const told: unknown[] = [];
  const client = new FakeClient({
    'servers.list': () => [server('a')],
    'transfers.add': () => ({ added: [], refused: [], notices: [], before }),
  });
  const whole = await takeIn(client, (event, payload) => told.push([event, payload]), { paths: ['/x', '/y'] });
  expect(whole).toBe(false);
  expect(told).toEqual([['before', { paths: ['/x', '/y'], serverId: 'a', before }]]);
});
