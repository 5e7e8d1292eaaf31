import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { connectOwner } from './socket-client.ts';

/** An owner that says all this at once when it is asked for the first time, and ends the connection then. */
const owner = async (...said: readonly object[]): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'stevedore-socket-'));
  const server = createServer((socket) => {
    socket.write('{"stevedore":"1","pid":1}\n');
    socket.once('data', () => socket.end(said.map((line) => `${JSON.stringify(line)}\n`).join('')));
  });
  const path = join(folder, 's');
  server.listen(path);
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });
  return path;
};

it('hears replies and events in the order in which they were said, also where they come at once', async () => {
  const told = (n: number) => ({ event: 'settings', payload: n });
  const path = await owner({ id: 0, ok: true, value: 'a' }, told(1), { id: 1, ok: true, value: 'b' }, told(2));
  const heard: unknown[] = [];
  const gone = Promise.withResolvers<undefined>();
  const listener = {
    event: (_: string, payload: unknown) => void heard.push(payload),
    gone: () => gone.resolve(undefined),
  };
  const { call } = await connectOwner(path, listener, 10_000);
  // A reply goes through several hands before it is shown.
  const asks = async (): Promise<unknown> => {
    const answer = await (async () => await call('app.info', {}))();
    return await Promise.resolve(answer);
  };
  await Promise.all([0, 1].map(async () => heard.push(await asks())));
  await gone.promise;
  expect(heard).toEqual(['a', 1, 'b', 2]);
});
