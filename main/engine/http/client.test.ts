import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createRawServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../outcome.ts';
import { createHttp } from './client.ts';
import type { Answer, Body } from './http.ts';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

const listen = async (server: Server): Promise<string> => {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket.on('error', () => undefined)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  endings.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};
const serve = (listener: RequestListener): Promise<string> => listen(createServer(listener));
const serveRaw = (onSocket: (socket: Socket) => void): Promise<string> => listen(createRawServer(onSocket));

const client = (): ReturnType<typeof createHttp> => {
  const http = createHttp({ serverName: 'Test', userAgent: 'stevedore-test', proxy: 'none' });
  endings.push(() => http.close());
  return http;
};
const answerOf = (outcome: Outcome<Answer>): Answer => {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.failure));
  return outcome.value;
};
const failureOf = (outcome: Outcome<Answer>): string =>
  outcome.ok ? `answered ${outcome.value.status}` : `${outcome.failure.behaviour} ${outcome.failure.problem.code}`;
const drain = async (request: IncomingMessage): Promise<number> => {
  let n = 0;
  for await (const block of request) n += (block as Buffer).length;
  return n;
};

const block = Buffer.alloc(256 * 1024, 7);
/** A body of so many blocks, and what became of it. */
const blocksBody = (count: number, length: number | undefined = count * block.length) => {
  const seen = { pulls: 0, ended: false };
  const body: Body = {
    length,
    contentType: 'application/octet-stream',
    stream: async function* () {
      try {
        for (let i = 0; i < count; i++) {
          seen.pulls++;
          yield await Promise.resolve(block);
        }
      } finally {
        seen.ended = true;
      }
    },
  };
  return { body, seen };
};

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
    expect(failureOf(await client().send({ method: 'GET', url, most: 1000 }))).toBe('retry answer-truncated');
  });

  it('that are not HTTP break the connection', async () => {
    const url = await serveRaw((socket) => socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.6\r\n')));
    const outcome = await client().send({ method: 'GET', url });
    expect(outcome).toMatchObject({
      ok: false,
      failure: { problem: { code: 'connection-broken', params: { reason: 'its answer is not HTTP' } } },
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

describe('a kept-alive connection that the server closed', () => {
  /** Answers the first request of each connection, and hangs up on the second. */
  const forgetful = () => {
    const seen: string[] = [];
    const url = serveRaw((socket) => {
      let answered = false;
      socket.on('data', (data) => {
        const head = data.toString('latin1').split(' ', 1)[0] ?? '';
        if (answered) {
          socket.resetAndDestroy();
          return;
        }
        seen.push(head);
        answered = true;
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
      });
    });
    return { seen, url };
  };

  it('is replaced without a word for GET', async () => {
    const { seen, url } = forgetful();
    const http = client();
    for (let i = 0; i < 3; i++) expect(answerOf(await http.send({ method: 'GET', url: await url })).text).toBe('ok');
    expect(seen).toEqual(['GET', 'GET', 'GET']);
  });

  it('is a broken connection for a create, which must not happen twice', async () => {
    const { url } = forgetful();
    const http = client();
    await http.send({ method: 'GET', url: await url });
    const outcome = await http.send({ method: 'POST', url: await url, body: { json: {} } });
    expect(failureOf(outcome)).toBe('retry connection-broken');
  });

  it('is noticed before a body is pulled', async () => {
    // In a thread of its own, so that it hangs up while the client's thread is busy.
    const server = new Worker(
      `const { parentPort } = require('node:worker_threads');
       const server = require('node:net').createServer((socket) => socket.once('data', () => {
         socket.write('HTTP/1.1 200 OK\\r\\ncontent-length: 2\\r\\n\\r\\nok');
         setTimeout(() => socket.end(), 10);
       }));
       server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`,
      { eval: true },
    );
    endings.push(() => server.terminate());
    const [port] = (await once(server, 'message')) as [number];
    const url = `http://127.0.0.1:${port}`;
    const http = client();
    for (let i = 0; i < 5; i++) {
      const { body, seen } = blocksBody(1);
      expect(failureOf(await http.send({ method: 'POST', url, body }))).toBe('answered 200');
      expect(seen.pulls).toBe(1);
      for (const until = performance.now() + 60; performance.now() < until;);
    }
  });
});

describe('early answers', () => {
  it('stop the body and cost the connection', async () => {
    const ports = new Set<number | undefined>();
    const url = await serve((req, res) => {
      ports.add(req.socket.remotePort);
      res.writeHead(413).end('{"error":"too large"}');
    });
    const http = client();
    const { body, seen } = blocksBody(2000);
    const answer = answerOf(await http.send({ method: 'POST', url, body }));
    expect(answer).toMatchObject({ status: 413, json: { error: 'too large' }, bodySent: false });
    expect(seen.ended).toBe(true);
    expect(seen.pulls).toBeLessThan(2000);
    await http.send({ method: 'GET', url });
    expect(ports.size).toBe(2);
  });

  it.each([
    ['takes no more bytes', (socket: Socket) => socket.pause()],
    ['takes bytes still', (socket: Socket) => socket.resume()],
  ])('win over the reset that follows them (the server %s)', async (_, meanwhile) => {
    const url = await serveRaw((socket) => {
      socket.once('data', () => {
        meanwhile(socket);
        const head = 'HTTP/1.1 413 Too Large\r\ncontent-length: 5\r\nconnection: close\r\n\r\nlarge';
        setTimeout(() => socket.write(head, () => socket.resetAndDestroy()), 30);
      });
    });
    const http = client();
    for (let i = 0; i < 5; i++) {
      const answer = answerOf(await http.send({ method: 'POST', url, body: blocksBody(20_000).body }));
      expect(answer).toMatchObject({ status: 413, text: 'large', bodySent: false });
    }
  });

  it.each(['keep-alive', 'close'])(
    'leave the body its whole way where that is asked for (connection: %s)',
    async (connection) => {
      const taken = Promise.withResolvers<number>();
      const url = await serveRaw((socket) => {
        let bytes = 0;
        let head = '';
        socket.on('data', (data) => {
          if (head === '') {
            head = data.toString('latin1');
            bytes -= head.indexOf('\r\n\r\n') + 4;
            socket.write(`HTTP/1.1 401 No\r\ncontent-length: 2\r\nconnection: ${connection}\r\n\r\nno`);
          }
          bytes += data.length;
          if (bytes === 40 * block.length) taken.resolve(bytes);
        });
        socket.on('close', () => taken.resolve(bytes));
      });
      const { body, seen } = blocksBody(40);
      const answer = answerOf(await client().send({ method: 'POST', url, body, finishBody: true }));
      expect(answer).toMatchObject({ status: 401, text: 'no', bodySent: true });
      expect(await taken.promise).toBe(40 * block.length);
      expect(seen.pulls).toBe(40);
    },
  );

  it('count also where the server hangs up in the middle of a body that was to go its whole way', async () => {
    const url = await serveRaw((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 401 No\r\ncontent-length: 2\r\n\r\nno');
        setTimeout(() => socket.destroy(), 20);
      });
    });
    const { body, seen } = blocksBody(4000);
    const answer = answerOf(await client().send({ method: 'POST', url, body, finishBody: true }));
    expect(answer).toMatchObject({ status: 401, text: 'no', bodySent: false });
    expect(seen.pulls).toBeLessThan(4000);
    expect(seen.ended).toBe(true);
  });
});

describe('stalls', () => {
  it('of a server that takes no bytes end the request', async () => {
    const url = await serve((req) => void req.pause());
    const { body, seen } = blocksBody(1000);
    const outcome = await client().send({ method: 'POST', url, body, stallMs: 300 });
    expect(failureOf(outcome)).toBe('retry server-stalled');
    expect(seen.ended).toBe(true);
  });

  it('of a server that does not answer, or not to the end, end the request', async () => {
    const url = await serve((req, res) => {
      if (req.url === '/half') res.writeHead(200, { 'content-length': '100' }).write('half');
    });
    const http = client();
    expect(failureOf(await http.send({ method: 'GET', url, stallMs: 200 }))).toBe('retry server-stalled');
    expect(failureOf(await http.send({ method: 'GET', url: `${url}/half`, stallMs: 200 }))).toBe(
      'retry server-stalled',
    );
  });

  it('of the body itself are not the server’s', async () => {
    const url = await serve((req, res) => void drain(req).then((n) => res.end(String(n))));
    const body: Body = {
      length: 6,
      contentType: 'x/y',
      stream: async function* () {
        yield Buffer.from('abc');
        await sleep(700);
        yield Buffer.from('def');
      },
    };
    expect(answerOf(await client().send({ method: 'POST', url, body, stallMs: 200 })).text).toBe('6');
  });

  it('are none where a server that passes the body on has asked for time to answer', async () => {
    const url = await serve((req, res) => void drain(req).then(() => sleep(600, res).then((r) => r.end('late'))));
    const send = (answerMs?: number) => {
      const patience = answerMs === undefined ? {} : { answerMs };
      return client().send({ method: 'POST', url, body: blocksBody(1).body, stallMs: 200, ...patience });
    };
    expect(answerOf(await send(10_000)).text).toBe('late');
    expect(failureOf(await send())).toBe('retry server-stalled');
  });

  it('are none where bytes move slowly', async () => {
    const url = await serve((req, res) => {
      const timer = setInterval(() => {
        for (let i = 0; i < 16 && req.read(16 * 1024) !== null; i++);
      }, 20);
      req.on('end', () => {
        clearInterval(timer);
        res.end('ok');
      });
    });
    const outcome = await client().send({ method: 'POST', url, body: blocksBody(80).body, stallMs: 700 });
    expect(answerOf(outcome)).toMatchObject({ text: 'ok', bodySent: true });
  }, 20_000);
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
