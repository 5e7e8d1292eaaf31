import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { holdPort } from './held-port.ts';

it.runIf(process.platform === 'linux')(
  'a held port refuses, serves whoever knows it, and is given to nobody',
  async () => {
    const held = await holdPort();
    onTestFinished(held.release);
    const refusal = async (): Promise<unknown> =>
      ((await once(connect(held.port, '127.0.0.1'), 'error')) as [unknown])[0];
    for (let life = 0; life < 3; life++) {
      expect(await refusal()).toMatchObject({ code: 'ECONNREFUSED' });
      const server = createServer((socket) => socket.end('here')).listen(held.port, '127.0.0.1');
      await once(server, 'listening');
      const [said] = (await once(connect(held.port, '127.0.0.1'), 'data')) as [Buffer];
      expect(said.toString()).toBe('here');
      await once(server.close(), 'close');
    }
    const twice = await holdPort();
    onTestFinished(twice.release);
    expect(twice.port).not.toBe(held.port);
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    expect((free.address() as AddressInfo).port).not.toBe(held.port);
    free.close();
  },
);
