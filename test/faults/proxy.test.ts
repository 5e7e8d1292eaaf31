import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Fault, type Proxy, type ProxyOptions, rawAnswer, startProxy } from './proxy.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const end of ends.splice(0).reverse()) await end();
});

const before = async (server: Server, options?: ProxyOptions): Promise<Proxy> => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  ends.push(() => server.close());
  const proxy = await startProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, options);
  ends.push(() => proxy.close());
  return proxy;
};

/** A server that says back what it hears, and a proxy before it. */
const startEcho = (options?: ProxyOptions): Promise<Proxy> =>
  before(
    createServer((socket) => socket.on('error', () => {}).pipe(socket)),
    options,
  );

const open = async ({ port }: Proxy): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  await once(socket, 'connect');
  return socket;
};

/** Resolves when as many bytes came back. */
const echo = async (socket: Socket, bytes: Buffer): Promise<void> => {
  let heard = 0;
  socket.write(bytes);
  while (heard < bytes.length) heard += ((await once(socket, 'data')) as [Buffer])[0].length;
};

/** From here on time stands while bytes are in sockets, and passes only while a proxy holds them. */
const holdTime = (): void => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });

/** ms that the proxy adds to an echo, whatever this machine takes for it. */
const timed = async (socket: Socket, bytes: Buffer): Promise<number> => {
  const start = performance.now();
  const course = { heard: false };
  const echoed = echo(socket, bytes).then(() => (course.heard = true));
  while (!course.heard) {
    for (let turns = 0; turns < 20; turns++) await turn();
    if (vi.getTimerCount() > 0) vi.advanceTimersToNextTimer();
  }
  await echoed;
  return performance.now() - start;
};

describe('a proxy that shapes a network', () => {
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
    const proxy = await startEcho({ bytesPerSecond: 2_000_000 });
    const time = await timed(await open(proxy), Buffer.alloc(1_000_000, 7));
    expect(time).toBeGreaterThan(480);
    expect(time).toBeLessThan(600);
    expect(proxy.passed).toEqual({ up: 1_000_000, down: 1_000_000 });
  });

  it('passes on pieces of so many bytes, with a pause after each', async () => {
    holdTime();
    const time = await timed(await open(await startEcho({ sliceBytes: 100, sliceMs: 2 })), Buffer.alloc(1_000));
    expect(time).toBeGreaterThanOrEqual(20);
    expect(time).toBeLessThan(45);
  });

  it('resets every connection', async () => {
    const proxy = await startEcho({ rttMs: 10 });
    const socket = await open(proxy);
    const failed = new Promise((resolve) => socket.once('error', resolve));
    // A connection that the proxy has not taken yet cannot be reset.
    await echo(socket, Buffer.from('hello'));
    proxy.reset();
    expect(await failed).toMatchObject({ code: 'ECONNRESET' });
    await echo(await open(proxy), Buffer.from('again'));
  });

  it('keeps everything to itself while it is blocked', async () => {
    const proxy = await startEcho();
    const socket = await open(proxy);
    proxy.block(true);
    let heard = false;
    const echoed = echo(socket, Buffer.from('hello')).then(() => (heard = true));
    await sleep(150);
    expect(heard).toBe(false);
    proxy.block(false);
    await echoed;
  });

  it('refuses connections while it is severed', async () => {
    const proxy = await startEcho();
    await proxy.sever();
    const refused = connect(proxy.port, '127.0.0.1');
    expect((await once(refused, 'error'))[0]).toMatchObject({ code: 'ECONNREFUSED' });
    await proxy.heal();
    await echo(await open(proxy), Buffer.from('again'));
  });
});

/** What became of a request as its client sees it, in words. */
const ask = async (proxy: Proxy, text: string): Promise<string> => {
  const socket = await open(proxy);
  let heard = '';
  /** Its connection is not closed with it. */
  const whole = new Promise<string>((resolve) => {
    socket.on('data', (data: Buffer) => {
      heard += data.toString();
      if (heard.endsWith('0123456789')) resolve('open');
    });
  });
  const ending = new Promise<string>((resolve) => {
    socket.once('error', (error) => resolve('code' in error ? String(error.code) : error.name));
    socket.once('end', () => resolve('closed'));
  });
  socket.write(text);
  // Of what comes later nobody is sure: a stall is shown by nothing.
  const ended = await Promise.race([ending, whole, sleep(300, 'silent', { ref: false })]);
  socket.destroy();
  const [, body = ''] = heard.split('\r\n\r\n');
  return `${/^HTTP\/1.1 (\d+)/.exec(heard)?.[1] ?? 'no answer'}, ${body.length} bytes, ${ended}`;
};

const put = (path: string, body = 'x'.repeat(1_000)): string =>
  `PUT ${path} HTTP/1.1\r\nhost: test\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

/** A server of HTTP that notes which requests it got whole, and a proxy before it. */
const startNoting = async (): Promise<{ readonly proxy: Proxy; readonly whole: string[] }> => {
  const whole: string[] = [];
  const listener: RequestListener = (request, response) => {
    request.on('error', () => {}).resume();
    request.on('end', () => {
      whole.push(`${request.method} ${request.url}`);
      response.end('0123456789');
    });
  };
  return { proxy: await before(createHttpServer(listener)), whole };
};

const replaced = { answer: rawAnswer(502, { 'content-type': 'text/html' }, '<html>') };

describe('a proxy that strikes a request', () => {
  it.each([
    ['a request that is reset', { on: 'request', does: 'reset' }, 'no answer, 0 bytes, ECONNRESET', false],
    [
      'one that is reset in its middle',
      { on: 'request', after: 500, does: 'reset' },
      'no answer, 0 bytes, ECONNRESET',
      false,
    ],
    ['one that stalls', { on: 'request', after: 500, does: 'stall' }, 'no answer, 0 bytes, silent', false],
    [
      'one that is closed late',
      { on: 'request', does: { close: true, afterMs: 20 } },
      'no answer, 0 bytes, closed',
      false,
    ],
    ['one that another answers', { on: 'request', does: replaced }, '502, 6 bytes, closed', false],
    ['an answer that is reset', { on: 'answer', does: 'reset' }, 'no answer, 0 bytes, ECONNRESET', true],
    ['one that never comes', { on: 'answer', does: 'stall' }, 'no answer, 0 bytes, silent', true],
    ['one that is cut short', { on: 'answer', after: 'half', does: { close: true } }, '200, 5 bytes, closed', true],
    [
      'one that ends after so many bytes',
      { on: 'answer', after: 20, does: { close: true } },
      '200, 0 bytes, closed',
      true,
    ],
    ['one that is replaced', { on: 'answer', does: replaced }, '502, 6 bytes, closed', true],
  ] satisfies readonly (readonly [string, Fault, string, boolean])[])(
    '%s, once, and no other',
    async (_what, fault, seen, arrives) => {
      const { proxy, whole } = await startNoting();
      let atOnce = false;
      const struck = proxy.strike('PUT /b', fault, () => (atOnce = true));
      expect(await ask(proxy, put('/a'))).toBe('200, 10 bytes, open');
      expect(await ask(proxy, put('/b'))).toBe(seen);
      await struck;
      expect(atOnce).toBe(true);
      expect(whole).toEqual(arrives ? ['PUT /a', 'PUT /b'] : ['PUT /a']);
      expect(await ask(proxy, put('/b'))).toBe('200, 10 bytes, open');
      expect(proxy.bodies()).toEqual(['PUT /a', 'PUT /b', 'PUT /b']);
    },
  );

  it('is in front of several servers, and strikes a request at whichever it comes by', async () => {
    const [first, second] = [await startNoting(), await startNoting()];
    const both = await startProxy(first.proxy.url);
    ends.push(() => both.close());
    const other = { ...both, port: Number(new URL(await both.also(second.proxy.url)).port) };
    const struck = both.strike('PUT /b', { on: 'request', does: 'reset' });
    expect(await ask(both, put('/a'))).toBe('200, 10 bytes, open');
    expect(await ask(other, put('/b'))).toBe('no answer, 0 bytes, ECONNRESET');
    await struck;
    expect(await ask(both, put('/b'))).toBe('200, 10 bytes, open');
    expect([first.whole, second.whole]).toEqual([['PUT /a', 'PUT /b'], []]);
    await both.sever();
    for (const { port } of [both, other])
      expect((await once(connect(port, '127.0.0.1'), 'error'))[0]).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('holds a request, or its answer, until it may pass', async () => {
    for (const on of ['request', 'answer'] as const) {
      const { proxy, whole } = await startNoting();
      const released = Promise.withResolvers<undefined>();
      const struck = proxy.strike(/^PUT/, { on, does: { until: released.promise } });
      const asked = ask(proxy, put('/a'));
      await struck;
      expect(whole).toEqual(on === 'answer' ? ['PUT /a'] : []);
      released.resolve(undefined);
      expect(await asked).toBe('200, 10 bytes, open');
    }
  });

  it('speaks TLS to clients where it has a certificate, and resets the connection below it', async () => {
    const pem = (name: string): string =>
      readFileSync(new URL(`../../main/engine/http/fixtures/${name}`, import.meta.url), 'utf8');
    const tls = { cert: pem('self-signed.crt.pem'), key: pem('self-signed.key.pem') };
    const proxy = await startEcho({ tls });
    expect(proxy.url).toMatch(/^https:/);
    const socket = connectTls({ port: proxy.port, host: '127.0.0.1', rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    await echo(socket, Buffer.from('hello'));
    const failed = once(socket, 'error');
    proxy.reset();
    expect((await failed)[0]).toMatchObject({ code: 'ECONNRESET' });
  });
});
