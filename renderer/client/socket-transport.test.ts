import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { socketTransport } from './socket-transport.ts';
import type { LinkState, Transport } from './transport.ts';

/** A host that takes every connection, and answers none before it is let. */
const startHost = async () => {
  const sockets = new WebSocketServer({ noServer: true });
  const server = createServer();
  const host = { answers: false, asked: 0 };
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => connections.add(socket));
  server.on('upgrade', (request, socket, head) => {
    host.asked++;
    socket.on('error', () => socket.destroy());
    if (host.answers) sockets.handleUpgrade(request, socket, head, () => undefined);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = new URL(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/socket`);
  const close = async (): Promise<void> => {
    for (const socket of connections) socket.destroy();
    await once(server.close(), 'close');
  };
  return Object.assign(host, { address, close });
};

let host: Awaited<ReturnType<typeof startHost>>;
let states: LinkState[];
let signedIn: boolean | undefined;
let transport: Transport;

/** Lets what the sockets have to say arrive, and the transport's own clock run so long at a time, ms. */
const until = async (holds: () => boolean, each = 0): Promise<void> => {
  while (!holds()) {
    await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(each);
  }
};

beforeEach(async () => {
  host = await startHost();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  [states, signedIn] = [[], undefined];
  transport = socketTransport(host.address, () => Promise.resolve(signedIn));
  transport.onState((state) => states.push(state));
  await until(() => host.asked === 1);
});
afterEach(async () => {
  // Signed out, it does not come back.
  signedIn = false;
  host.answers = false;
  const closed = host.close();
  if (states.at(-1) !== 'signed-out') await until(() => states.at(-1) === 'signed-out', 1_000);
  vi.useRealTimers();
  await closed;
});

describe('a host that takes the connection and does not answer', () => {
  it.each<readonly [string, () => unknown]>([
    ['is given up after ten seconds, and tried again', () => vi.advanceTimersByTimeAsync(10_000)],
    ['is tried again at once when the person asks for it', () => transport.retry()],
  ])('%s', async (_, happens) => {
    host.answers = true;
    await happens();
    await until(() => states.at(-1) === 'lost');
    await vi.advanceTimersByTimeAsync(150);
    await until(() => states.at(-1) === 'open');
    expect([states, host.asked]).toEqual([['connecting', 'lost', 'open'], 2]);
  });
});
