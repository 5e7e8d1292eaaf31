import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import type { Body } from './http.ts';
import { answerOf, block, blocksBody, drain, failureOf, httpBench } from './test-servers.ts';

const { client, endings, serve, serveRaw } = httpBench();

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
    // In a thread of its own: it hangs up, when it is told to, while the client's thread stands still.
    const hungUp = new Int32Array(new SharedArrayBuffer(4));
    const server = new Worker(
      `const { parentPort, workerData: hungUp } = require('node:worker_threads');
       let last;
       const server = require('node:net').createServer((socket) => {
         last = socket;
         socket.once('data', () => socket.write('HTTP/1.1 200 OK\\r\\ncontent-length: 2\\r\\n\\r\\nok'));
       });
       server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
       parentPort.on('message', () => last.end(() => {
         Atomics.add(hungUp, 0, 1);
         Atomics.notify(hungUp, 0);
       }));`,
      { eval: true, workerData: hungUp },
    );
    endings.push(() => server.terminate());
    const [port] = (await once(server, 'message')) as [number];
    const url = `http://127.0.0.1:${port}`;
    const http = client();
    for (let i = 0; i < 5; i++) {
      const { body, seen } = blocksBody(1);
      expect(failureOf(await http.send({ method: 'POST', url, body }))).toBe('answered 200');
      expect(seen.pulls).toBe(1);
      server.postMessage('hang up');
      Atomics.wait(hungUp, 0, i, 30_000);
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
    const url = await serve(
      (req, res) =>
        void drain(req).then(async () => {
          if (req.url === '/never') return;
          await sleep(600);
          res.end('late');
        }),
    );
    const send = (path: string, more: object) =>
      client().send({ method: 'POST', url: url + path, body: blocksBody(1).body, stallMs: 200, ...more });
    expect(answerOf(await send('/', { answerMs: 10_000 })).text).toBe('late');
    expect(failureOf(await send('/never', {}))).toBe('retry server-stalled');
  });

  it('are none where this process stood still itself, and the answer came meanwhile', async () => {
    const answered = new Int32Array(new SharedArrayBuffer(4));
    const server = new Worker(
      `const { parentPort, workerData: answered } = require('node:worker_threads');
       const server = require('node:net').createServer((socket) => socket.on('error', () => undefined).once('data', () => {
         parentPort.postMessage('asked');
         setTimeout(() => socket.write('HTTP/1.1 200 OK\\r\\ncontent-length: 2\\r\\n\\r\\nok', () => {
           Atomics.store(answered, 0, 1);
           Atomics.notify(answered, 0);
         }), 300);
       }));
       server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`,
      { eval: true, workerData: answered },
    );
    endings.push(() => server.terminate());
    const [port] = (await once(server, 'message')) as [number];
    const sent = client().send({ method: 'GET', url: `http://127.0.0.1:${port}`, stallMs: 200 });
    await once(server, 'message');
    Atomics.wait(answered, 0, 0, 30_000);
    expect(failureOf(await sent)).toBe('answered 200');
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
  });
});
