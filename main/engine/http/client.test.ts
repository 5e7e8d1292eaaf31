import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { Body } from './http.ts';
import { answerOf, block, blocksBody, drain, failureOf, httpBench } from './test-servers.ts';

const { client, endings, serve, serveRaw } = httpBench();

describe('answers', () => {
  it('come with joined headers, parsed JSON and the wait that was asked for', async () => {
    const url = await serve((_, res) => {
      res.setHeader('X-Two', ['a', 'b']);
      res.writeHead(429, { 'retry-after': '7' }).end('{"a":1}');
    });
    const answer = answerOf(await client().send({ method: 'GET', url }));
    expect(answer).toMatchObject({ status: 429, json: { a: 1 }, html: false, retryAfterMs: 7000, bodySent: true });
    expect(answer.headers['x-two']).toBe('a, b');
  });

  it('count a wait until a date from the date that they name themselves', async () => {
    // The server's clock is years away from this machine's.
    const [date, until] = ['Tue, 01 Jan 2036 10:00:00 GMT', 'Tue, 01 Jan 2036 10:01:00 GMT'];
    const url = await serve((_req, res) => res.writeHead(503, { date, 'retry-after': until }).end());
    expect(answerOf(await client().send({ method: 'GET', url })).retryAfterMs).toBe(60_000);
  });

  it('are known as HTML by content type or by first bytes', async () => {
    const url = await serve((req, res) => {
      if (req.url === '/typed') res.setHeader('content-type', 'text/html; charset=utf-8');
      res.end(req.url === '/typed' ? 'Sign in' : '\n<!DOCTYPE html><html></html>');
    });
    const http = client();
    expect(answerOf(await http.send({ method: 'GET', url: `${url}/typed` })).html).toBe(true);
    expect(answerOf(await http.send({ method: 'GET', url: `${url}/bare` })).html).toBe(true);
  });

  it('tell the stored length to HEAD', async () => {
    const url = await serve((_, res) => res.setHeader('content-length', '123456789012').end());
    const answer = answerOf(await client().send({ method: 'HEAD', url }));
    expect(answer.headers['content-length']).toBe('123456789012');
    expect(answer.text).toBe('');
  });

  it.each([
    ['a shorter body than announced', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{"a":'],
    ['chunks without an end', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"a":\r\n'],
  ])('that end early are no answers: %s', async (_, text) => {
    const url = await serveRaw((socket) => socket.once('data', () => socket.end(text)));
    expect(failureOf(await client().send({ method: 'GET', url }))).toBe('retry answer-truncated');
  });

  it('longer than is wanted are given up', async () => {
    const url = await serve((_, res) => res.end('x'.repeat(100_000)));
    expect(failureOf(await client().send({ method: 'GET', url, most: 1000 }))).toBe('retry answer-too-large');
  });

  it('that are not HTTP break the connection', async () => {
    const url = await serveRaw((socket) => socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.6\r\n')));
    const outcome = await client().send({ method: 'GET', url });
    expect(outcome).toMatchObject({
      ok: false,
      failure: { problem: { code: 'connection-broken', params: { reason: 'no-http' } } },
    });
  });
});

describe('requests', () => {
  it('say their length, and nothing of the client library', async () => {
    const heads: IncomingMessage['headers'][] = [];
    const url = await serve((req, res) => {
      heads.push(req.headers);
      void drain(req).then((n) => res.end(String(n)));
    });
    const http = client();
    await http.send({ method: 'POST', url });
    await http.send({ method: 'POST', url, body: { json: { name: 'ü' } } });
    const streamed = answerOf(await http.send({ method: 'PUT', url, body: blocksBody(3).body }));
    expect(heads.map((h) => h['content-length'])).toEqual(['0', '13', String(3 * block.length)]);
    expect(heads.every((h) => h['user-agent'] === 'stevedore-test')).toBe(true);
    expect(heads[1]?.['content-type']).toBe('application/json');
    expect(streamed).toMatchObject({ text: String(3 * block.length), bodySent: true });
  });

  it('without a length go chunked', async () => {
    const url = await serve((req, res) => {
      void drain(req).then((n) => res.end(`${req.headers['transfer-encoding']} ${n}`));
    });
    const answer = answerOf(
      await client().send({ method: 'POST', url, body: { ...blocksBody(2).body, length: undefined } }),
    );
    expect(answer.text).toBe(`chunked ${2 * block.length}`);
  });

  it('share one connection, one after the other', async () => {
    const ports = new Set<number | undefined>();
    const url = await serve((req, res) => {
      ports.add(req.socket.remotePort);
      void drain(req).then(() => res.setHeader('content-length', '2').end('ok'));
    });
    const http = client();
    for (const method of ['GET', 'HEAD', 'DELETE', 'POST'] as const) await http.send({ method, url });
    for (let i = 0; i < 4; i++) await http.send({ method: 'POST', url, body: blocksBody(8).body });
    await http.send({ method: 'POST', url, body: { json: {} } });
    expect(ports.size).toBe(1);
  });

  it('keep every byte in its place under backpressure', async () => {
    const url = await serve((req, res) => {
      const got: Buffer[] = [];
      req.on('data', (b: Buffer) => {
        got.push(b);
        req.pause();
        setTimeout(() => req.resume(), 1);
      });
      req.on('end', () => {
        const all = Buffer.concat(got);
        res.end(String(all.every((byte, i) => byte === Math.floor(i / 300_000) % 251)));
      });
    });
    // One buffer used again for each block, as the chunk reader does.
    const buffer = Buffer.alloc(300_000);
    const body: Body = {
      length: 40 * buffer.length,
      contentType: 'x/y',
      stream: async function* () {
        for (let i = 0; i < 40; i++) yield await Promise.resolve(buffer.fill(i % 251));
      },
    };
    expect(answerOf(await client().send({ method: 'PUT', url, body })).text).toBe('true');
  });

  it('do not pull a body before a connection stands', async () => {
    const { body, seen } = blocksBody(1);
    const gone = await serve(() => undefined);
    await endings.pop()?.();
    expect(failureOf(await client().send({ method: 'POST', url: gone, body }))).toBe('server-busy server-unreachable');
    expect(seen.pulls).toBe(0);
  });

  it('give a throw of the body as thrown, and end the connection', async () => {
    const closed = Promise.withResolvers<unknown>();
    const url = await serve(
      (req) =>
        void req
          .on('error', () => undefined)
          .on('close', closed.resolve)
          .resume(),
    );
    const body: Body = {
      length: 10,
      contentType: 'x/y',
      stream: async function* () {
        yield await Promise.resolve(Buffer.from('abc'));
        throw new RangeError('disk');
      },
    };
    await expect(client().send({ method: 'POST', url, body })).rejects.toThrow(new RangeError('disk'));
    await closed.promise;
  });

  it.each([1, 3])('refuse a body whose bytes are not those announced (%d blocks of 2)', async (count) => {
    const url = await serve(
      (req, res) =>
        void drain(req).then(
          () => res.end('ok'),
          () => undefined,
        ),
    );
    const { body } = blocksBody(count, 2 * block.length);
    await expect(client().send({ method: 'POST', url, body })).rejects.toThrow(RangeError);
  });

  it('end at once when aborted, and say so', async () => {
    const begun = Promise.withResolvers<unknown>();
    const closed = Promise.withResolvers<unknown>();
    const url = await serve((req) => {
      req
        .on('error', () => undefined)
        .on('close', closed.resolve)
        .resume();
      begun.resolve(true);
    });
    const { body, seen } = blocksBody(20_000);
    const abort = new AbortController();
    const sending = client().send({ method: 'POST', url, body, signal: abort.signal });
    await begun.promise;
    abort.abort();
    await expect(sending).rejects.toMatchObject({ name: 'AbortError' });
    await closed.promise;
    expect(seen.ended).toBe(true);
    await expect(client().send({ method: 'GET', url, signal: abort.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('redirects', () => {
  it('of the same origin are followed for GET, credentials and all', async () => {
    const url = await serve((req, res) => {
      if (req.url === '/old') res.writeHead(302, { location: '/new' }).end();
      else res.end(`${req.url} ${req.headers.authorization}`);
    });
    const answer = answerOf(
      await client().send({ method: 'GET', url: `${url}/old`, headers: { authorization: 'Bearer x' } }),
    );
    expect(answer.text).toBe('/new Bearer x');
  });

  it('to another origin are refused and named, and nothing is sent there', async () => {
    let visits = 0;
    const other = await serve((_, res) => {
      visits++;
      res.end();
    });
    const url = await serve((_, res) => res.writeHead(302, { location: `${other}/x?token=secret` }).end());
    const outcome = await client().send({ method: 'GET', url, headers: { authorization: 'Bearer x' } });
    expect(outcome).toEqual({
      ok: false,
      failure: {
        behaviour: 'retry',
        problem: { code: 'redirect-refused', params: { server: 'Test', to: other } },
      },
    });
    expect(visits).toBe(0);
  });

  it('to https of the same host, of a create, and without an end are refused', async () => {
    const url = await serve((req, res) => {
      const location = req.url === '/tls' ? url.replace('http:', 'https:') : '/again';
      res.writeHead(307, { location }).end();
    });
    const http = client();
    expect(await http.send({ method: 'GET', url: `${url}/tls` })).toMatchObject({
      failure: { problem: { code: 'redirect-refused', params: { to: url.replace('http:', 'https:') } } },
    });
    expect(failureOf(await http.send({ method: 'POST', url, body: { json: 1 } }))).toBe('retry redirect-refused');
    expect(failureOf(await http.send({ method: 'GET', url }))).toBe('retry redirect-refused');
  });
});

describe('names and networks', () => {
  it('a name that does not exist is an unreachable server', async () => {
    const outcome = await client().send({ method: 'GET', url: 'http://nowhere.invalid/' });
    // Without any network the same error means being offline.
    expect(['server-busy server-unreachable', 'offline no-network']).toContain(failureOf(outcome));
  });

  it('a refused connection is an unreachable server', async () => {
    const gone = await serve(() => undefined);
    await endings.pop()?.();
    expect(failureOf(await client().send({ method: 'GET', url: gone }))).toBe('server-busy server-unreachable');
  });

  it('a connection that breaks before the answer is broken', async () => {
    const url = await serveRaw((socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect(failureOf(await client().send({ method: 'GET', url }))).toBe('retry connection-broken');
  });
});
