import { expect, test } from 'vitest';
import type { Reply } from '../../preload/window.ts';
import { Client } from './client.ts';
import { ipcTransport } from './ipc-transport.ts';

test('a cancelled call is told to the host once, and rejects when the host has let it go', async () => {
  const reply = Promise.withResolvers<Reply>();
  const cancelled: number[] = [];
  const client = new Client(
    ipcTransport({
      call: () => reply.promise,
      cancel: (id) => void cancelled.push(id),
      listen: () => () => undefined,
      pathOf: () => '',
    }),
  );
  const [first, second] = [new AbortController(), new AbortController()];
  const calls = [first, second].map((stop) => client.call('folders.list', { serverId: 's' }, stop.signal));
  second.abort();
  reply.resolve({ ok: true, value: { folders: [], canWrite: true } });
  expect(await calls[0]).toEqual({ folders: [], canWrite: true });
  await expect(calls[1]).rejects.toMatchObject({ name: 'AbortError' });
  first.abort();
  expect(cancelled).toEqual([1]);
});
