import { expect, test } from 'vitest';
import { ContractError } from '../../preload/contract.ts';
import { PendingClient } from './pending-client.ts';
import { FakeClient } from './test-rows.ts';

const kinds = { 'app.kinds': () => [] };
const broken = new ContractError({ code: 'settings-broken', params: {}, message: 'The settings are broken.' });

const connectionTo = (client: FakeClient) => {
  const stopped: string[] = [];
  return { client, stopped, stop: (at: 'chunk' | 'now') => Promise.resolve(void stopped.push(at)) };
};

test('calls and listeners that came early are served once the connection stands', async () => {
  const engine = new FakeClient(kinds);
  const way = Promise.withResolvers<ReturnType<typeof connectionTo>>();
  const order: string[] = [];
  const client = new PendingClient(
    () => way.promise,
    () => order.push('connected'),
  );
  const heard: unknown[] = [];
  const stop = client.on('queue', (status) => heard.push(status));
  client.start();
  const early = client.call('app.kinds', {}).then(() => order.push('answered'));
  way.resolve(connectionTo(engine));
  await early;
  expect(order).toEqual(['connected', 'answered']);
  client.on('queue', () => heard.push('late'));
  await Promise.resolve();
  engine.emit('queue', { running: true });
  stop();
  engine.emit('queue', { running: false });
  expect(heard).toEqual([{ running: true }, 'late', 'late']);
});

test('a listener that left before the connection stood hears nothing', async () => {
  const engine = new FakeClient(kinds);
  const client = new PendingClient(
    () => Promise.resolve(connectionTo(engine)),
    () => undefined,
  );
  const heard: unknown[] = [];
  client.start();
  client.on('queue', (status) => heard.push(status))();
  await client.call('app.kinds', {});
  engine.emit('queue', { running: true });
  expect(heard).toEqual([]);
});

test('where connecting fails a call says why, and the next one tries again', async () => {
  let tries = 0;
  const client = new PendingClient(
    () => (++tries < 3 ? Promise.reject(broken) : Promise.resolve(connectionTo(new FakeClient(kinds)))),
    () => undefined,
  );
  client.start();
  await expect(client.call('app.kinds', {})).rejects.toBe(broken);
  await expect(client.call('app.kinds', {})).rejects.toBe(broken);
  await expect(client.call('app.kinds', {})).resolves.toEqual([]);
  await client.call('app.kinds', {});
  expect(tries).toBe(3);
});

test('what is on its way at the end is ended too, and nothing connects afterwards', async () => {
  const connection = connectionTo(new FakeClient(kinds));
  const way = Promise.withResolvers<typeof connection>();
  const client = new PendingClient(
    () => way.promise,
    () => undefined,
  );
  client.start();
  const ending = client.stop('chunk');
  way.resolve(connection);
  await ending;
  expect(connection.stopped).toEqual(['chunk']);

  const idle = new PendingClient(
    () => Promise.resolve(connection),
    () => undefined,
  );
  await idle.stop('now');
  await expect(idle.call('app.kinds', {})).rejects.toThrow('ending');
});
