import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { connect, type Connection } from '../api/connect.ts';
import { resumePractice, type HostedPractice } from './hosted.ts';

let profile: string;
let connection: Connection;
const hosted: HostedPractice[] = [];
const others: Server[] = [];

beforeEach(async () => {
  profile = await mkdtemp(join(tmpdir(), 'stevedore-hosted-'));
  connection = await connect({ profile, serve: false });
});
afterEach(async () => {
  for (const one of hosted.splice(0)) await one.close();
  for (const other of others.splice(0)) {
    other.close();
    other.closeAllConnections();
  }
  await connection.stop('now');
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
});

const start = async (): Promise<HostedPractice> => {
  const one = await resumePractice(profile, connection.client);
  hosted.push(one);
  return one;
};
const servers = (): Promise<readonly { id: string; name: string; address: string }[]> =>
  connection.client.call('servers.list', {});
const notedPort = async (): Promise<number> =>
  (JSON.parse(await readFile(join(profile, 'practice/host.json'), 'utf8')) as { port: number }).port;
const isUp = async (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/instance`).then(
    (reply) => reply.ok,
    () => false,
  );

it('waits to be asked for, then is saved once, however often it is asked for', async () => {
  const one = await start();
  expect(await servers()).toEqual([]);
  const [first, second] = await Promise.all([one.use(), one.use()]);
  expect([second, await one.use()]).toEqual([first, first]);
  expect(await servers()).toMatchObject([{ id: first.serverId, name: 'Practice server' }]);
  expect(await isUp(await notedPort())).toBe(true);
});

it('is there again at the same address after a restart, as long as it is saved', async () => {
  const one = await start();
  const { serverId } = await one.use();
  const port = await notedPort();
  await one.close();
  expect(await isUp(port)).toBe(false);
  const two = await start();
  expect(await isUp(port)).toBe(true);
  expect(await two.use()).toEqual({ serverId });
  await two.close();
  await connection.client.call('servers.remove', { id: serverId });
  const three = await start();
  expect(await isUp(port)).toBe(false);
  expect((await three.use()).serverId).not.toBe(serverId);
  expect(await notedPort()).toBe(port);
});

it('is used where another host of the profile runs it already', async () => {
  const one = await start();
  const used = await one.use();
  expect(await (await start()).use()).toEqual(used);
});

it('takes another port and another name where a stranger has its own', async () => {
  const one = await start();
  await one.use();
  const port = await notedPort();
  await one.close();
  const stranger = createServer((_, response) => response.end());
  others.push(stranger);
  await new Promise<void>((resolve) => stranger.listen(port, '127.0.0.1', resolve));
  const two = await start();
  await two.use();
  expect(await notedPort()).not.toBe(port);
  expect((await servers()).map(({ name }) => name)).toEqual(['Practice server', 'Practice server 2']);
});

it('keeps no window from opening where what it stored is broken', async () => {
  const one = await start();
  await one.use();
  await one.close();
  await writeFile(join(profile, 'practice/groups.json'), '{}');
  const two = await start();
  expect(await isUp(await notedPort())).toBe(false);
  await expect(two.use()).rejects.toThrow();
});
