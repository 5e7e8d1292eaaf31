import { once } from 'node:events';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Link, type LinkOptions, startLink } from './link.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const end of ends.splice(0).reverse()) await end();
});

/** A server that says back what it hears, and a link before it. */
async function startEcho(options: Omit<LinkOptions, 'target'>): Promise<Link> {
  const server = createServer((socket) => socket.on('error', () => {}).pipe(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => server.close());
  const target = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
  const link = await startLink({ target, ...options });
  ends.push(link.close);
  return link;
}

async function open(link: Link): Promise<Socket> {
  const socket = connect(link.port, '127.0.0.1').on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Resolves when as many bytes came back. */
async function echo(socket: Socket, bytes: Buffer): Promise<void> {
  let heard = 0;
  socket.write(bytes);
  while (heard < bytes.length) heard += ((await once(socket, 'data')) as [Buffer])[0].length;
}

/** From here on time stands while bytes are in sockets, and goes on only while a link holds them. */
const holdTime = (): void => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });

/** ms that the link adds to an echo, whatever this machine takes for it. */
async function timed(socket: Socket, bytes: Buffer): Promise<number> {
  const start = performance.now();
  const course = { heard: false };
  const echoed = echo(socket, bytes).then(() => (course.heard = true));
  while (!course.heard) {
    for (let turns = 0; turns < 20; turns++) await turn();
    if (vi.getTimerCount() > 0) vi.advanceTimersToNextTimer();
  }
  await echoed;
  return performance.now() - start;
}

describe('a link', () => {
  it('takes its round trip, and another for the handshake', async () => {
    holdTime();
    const socket = await open(await startEcho({ rttMs: 60 }));
    const first = await timed(socket, Buffer.from('hello'));
    expect(first).toBeGreaterThanOrEqual(118);
    expect(first).toBeLessThan(125);
    const second = await timed(socket, Buffer.from('hello'));
    expect(second).toBeGreaterThanOrEqual(58);
    expect(second).toBeLessThan(65);
  });

  it('passes on so many bytes a second, unchanged', async () => {
    holdTime();
    const link = await startEcho({ bytesPerSecond: 2_000_000 });
    const time = await timed(await open(link), Buffer.alloc(1_000_000, 7));
    expect(time).toBeGreaterThan(480);
    expect(time).toBeLessThan(600);
    expect(link.passed).toEqual({ up: 1_000_000, down: 1_000_000 });
  });

  it('resets every connection when it is cut', async () => {
    const link = await startEcho({ rttMs: 10 });
    const socket = await open(link);
    const failed = new Promise((resolve) => socket.once('error', resolve));
    link.cut();
    expect(await failed).toMatchObject({ code: 'ECONNRESET' });
    await echo(await open(link), Buffer.from('again'));
  });

  it('keeps everything to itself while it is blocked', async () => {
    const link = await startEcho({});
    const socket = await open(link);
    link.block(true);
    let heard = false;
    const echoed = echo(socket, Buffer.from('hello')).then(() => (heard = true));
    await sleep(150);
    expect(heard).toBe(false);
    link.block(false);
    await echoed;
    link.block(true, { refuse: true });
    const refused = connect(link.port, '127.0.0.1').on('error', () => {});
    await new Promise((resolve) => refused.on('close', resolve));
  });
});
