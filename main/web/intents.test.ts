import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ContractError, type CallName, type CallOutput, type Client } from '../../preload/contract.ts';
import { problem } from '../../preload/problems.ts';
import { problemView } from '../../preload/problem-view.ts';
import { keptPort } from '../../test/peers/held-port.ts';
import { noteIntent } from './intents.ts';
import { ask, json, TestWindow, until } from './test-window.ts';

let window: TestWindow;
let cookie: string;
let serverId: string;
const token = 'ab'.repeat(16);

beforeEach(async () => {
  window = await TestWindow.create();
  await window.start();
  cookie = await window.signIn();
  const saved = await (await window.opened(cookie)).call('window.practice');
  ({ serverId } = saved['value'] as { serverId: string });
});
afterEach(() => window.remove());

const folder = (): string => join(window.profile, 'inbox', token);
const lay = async (place: string, names: readonly string[]): Promise<void> => {
  await mkdir(join(folder(), place, 'trip'), { recursive: true });
  for (const name of names) await writeFile(join(folder(), place, 'trip', name), name);
};
const rows = async (): Promise<CallOutput<'transfers.list'>['rows']> =>
  (await window.client.call('transfers.list', {})).rows;
const names = async (): Promise<readonly string[]> => (await rows()).map(({ path }) => basename(path)).sort();
const onDisk = async (): Promise<readonly string[]> => {
  const all = await readdir(join(window.profile, 'inbox'), { recursive: true, withFileTypes: true });
  return all
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => name)
    .sort();
};
const three = ['one.txt', 'two.txt', 'three.txt'];
const trip = [{ place: '0', name: 'trip' }];

describe('what was whole when the host was killed', () => {
  it.each([
    ['before it had its name', '0.part', 0],
    ['before any of it was queued', '0', 0],
    ['when a part of it was queued', '0', 2],
    ['when all of it was queued', '0', 3],
  ])('%s: is queued once at the next start', async (_, place, before) => {
    await window.stop(false);
    await lay(place, three);
    await noteIntent(join(folder(), '0.queueing'), { options: { serverId, paused: true }, items: trip });
    if (before > 0) {
      // As far as the last run came.
      await window.client.call('transfers.add', { paths: [join(folder(), '0', 'trip')], serverId, paused: true });
      const spare = (await rows()).slice(before).map(({ id }) => id);
      if (spare.length > 0) await window.client.call('transfers.wish', { filter: { ids: spare }, wish: 'remove' });
      await until(async () => (await rows()).length === before);
    }
    await window.start();
    expect(await names()).toEqual([...three].sort());
    expect((await rows()).map((row) => row.folder.join('/'))).toEqual(['trip', 'trip', 'trip']);
    expect(await onDisk()).toEqual([...three].sort());
    const next = await window.opened(cookie);
    await next.call('app.info');
    expect(next.event('notice')).toBeUndefined();
  });

  it('is not sent again where another owner has sent it meanwhile', async () => {
    await lay('0', three);
    await window.client.call('transfers.add', { paths: [join(folder(), '0', 'trip', 'one.txt')], serverId });
    await window.client.call('queue.start', {});
    await until(async () => (await rows())[0]?.state === 'done');
    await window.stop(false);
    // Only this host removes what is done; it did not run.
    await lay('0', three);
    await noteIntent(join(folder(), '0.queueing'), { options: { serverId }, items: trip });
    await window.start();
    await until(async () => (await rows()).every(({ state }) => state === 'done'));
    expect(await names()).toEqual([...three].sort());
  });

  it('is one group, and no second one', async () => {
    await window.stop(false);
    await lay('0', three);
    const options = { serverId, group: true, paused: true };
    await noteIntent(join(folder(), '0.queueing'), { options, items: trip });
    await window.client.call('transfers.add', { ...options, paths: [join(folder(), '0', 'trip')] });
    await window.start();
    expect(await names()).toEqual([...three].sort());
  });

  it('is queued before any browser is served: a request that comes too early is refused and never hangs', async () => {
    await window.stop(false);
    await lay('0', three);
    await noteIntent(join(folder(), '0.queueing'), { options: { serverId, paused: true }, items: trip });
    const { connection } = window;
    if (connection === undefined) throw new Error('not started');
    const queueing = Promise.withResolvers<undefined>();
    const mayQueue = Promise.withResolvers<undefined>();
    const client: Client = {
      on: (event, listener) => connection.client.on(event, listener),
      close: () => connection.client.close(),
      call: async <C extends CallName>(name: C, input: Parameters<Client['call']>[1]) => {
        if (name === 'transfers.add') {
          queueing.resolve(undefined);
          await mayQueue.promise;
        }
        return await connection.client.call(name, input as never);
      },
    };
    const port = await keptPort();
    const starting = window.start({ port, connection: { client, profile: window.profile } });
    await queueing.promise;
    // Refused at once, so that the browser tries again; the deadline is only for a request that hangs.
    const early = await fetch(`http://127.0.0.1:${port}/sign-in`, { signal: AbortSignal.timeout(20_000) }).catch(
      (error: unknown) => (error instanceof Error ? error.cause : error),
    );
    mayQueue.resolve(undefined);
    await starting;
    expect(early).toMatchObject({ code: 'ECONNREFUSED' });
    expect(window.port).toBe(port);
    expect((await ask(port, '/sign-in')).status).toBe(200);
  });

  it('and cannot be queued any more: is removed, and told', async () => {
    await window.stop(false);
    await lay('0', three);
    await noteIntent(join(folder(), '0.queueing'), { options: { serverId: 'nobody' }, items: trip });
    await window.start();
    const next = await window.opened(cookie);
    await until(() => next.event('notice') !== undefined);
    expect(next.event('notice')).toMatchObject({
      payload: { problem: { code: 'drop-broken', params: { count: 1, names: 'trip' } } },
    });
    expect(await onDisk()).toEqual([]);
  });
});

it('what was being queued when the queue lost its owner is queued once, and answered', async () => {
  await window.stop(false);
  const { connection } = window;
  if (connection === undefined) throw new Error('not started');
  let gone = 0;
  const client: Client = {
    on: (event, listener) => connection.client.on(event, listener),
    close: () => connection.client.close(),
    call: async <C extends CallName>(name: C, input: Parameters<Client['call']>[1]) => {
      const output = await connection.client.call(name, input as never);
      if (name === 'transfers.add' && gone++ === 0) throw new ContractError(problemView(problem('owner-gone')));
      return output;
    },
  };
  await window.start({ connection: { client, profile: window.profile } });
  const announced = await window.post(
    '/inbox',
    { items: [{ files: [{ path: 'a.txt', size: 1 }] }], options: { serverId, paused: true } },
    { headers: { cookie } },
  );
  const way = `/inbox/${json(announced)['token'] as string}/0/0`;
  const answer = await ask(window.port, way, { method: 'PUT', body: 'a', headers: { cookie } });
  expect(gone).toBe(2);
  expect(answer.status).toBe(200);
  expect(json(answer)['queued']).toMatchObject({ added: [(await rows())[0]?.id], notices: [] });
  expect(await names()).toEqual(['a.txt']);
  expect(await onDisk()).toEqual(['a.txt']);
});
