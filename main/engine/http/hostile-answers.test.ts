import { describe, expect, it } from 'vitest';
import { retryAfter } from './answer.ts';
import { answerOf, drain, blocksBody, failureOf, httpBench } from './test-servers.ts';

const { client, serve, serveRaw } = httpBench();

const mebibyte = Buffer.alloc(1024 * 1024, 0x20);

describe('the size of an answer', () => {
  it('has a cap that no request can raise', async () => {
    let sent = 0;
    const url = await serve((_req, res) => {
      const more = (): void => {
        while (!res.destroyed && res.write(mebibyte)) sent++;
      };
      res.on('drain', more);
      more();
    });
    const outcome = await client().send({ method: 'GET', url, most: Number.MAX_SAFE_INTEGER });
    expect(failureOf(outcome)).toBe('retry answer-too-large');
    // What the system's buffers took beyond the cap is not counted exactly.
    expect(sent).toBeLessThan(128);
  });

  it('is refused by its announced length before a byte of it is read', async () => {
    const url = await serveRaw((socket) => {
      socket.once('data', () => socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${10 ** 15}\r\n\r\n`));
    });
    expect(failureOf(await client().send({ method: 'GET', url }))).toBe('retry answer-too-large');
  });

  it('of a HEAD is not the length that it announces', async () => {
    const url = await serve((_req, res) => void res.setHeader('content-length', 10 ** 12).end());
    const answer = answerOf(await client().send({ method: 'HEAD', url }));
    expect(answer.headers['content-length']).toBe(String(10 ** 12));
  });
});

describe('an answer that comes a byte at a time', () => {
  /** Sends `head`, then a byte every few ms for as long as the client listens. */
  const dripping = (head: string): Promise<string> =>
    serveRaw((socket) => {
      socket.once('data', () => {
        socket.write(head);
        const timer = setInterval(() => socket.write('x'), 10);
        socket.on('close', () => clearInterval(timer));
      });
    });
  const impatient = { answerLimitMs: () => 300 };

  it('ends when its total time is over, though it makes progress', async () => {
    const url = await dripping('HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n');
    const outcome = await client(impatient).send({ method: 'GET', url });
    expect(failureOf(outcome)).toBe('retry answer-too-slow');
  });

  it('ends in the middle of its headers as well', async () => {
    const url = await dripping('HTTP/1.1 200 OK\r\nx-slow: ');
    const outcome = await client(impatient).send({ method: 'GET', url });
    expect(failureOf(outcome)).toBe('retry answer-too-slow');
  });

  it('ends after a body was sent', async () => {
    const url = await dripping('HTTP/1.1 200 OK\r\nx-slow: ');
    const { body } = blocksBody(1);
    const outcome = await client(impatient).send({ method: 'PUT', url, body });
    expect(failureOf(outcome)).toBe('retry answer-too-slow');
  });

  it('is waited for as long as ever where the server only says that it works on it', async () => {
    const url = await serve((request, response) => {
      void drain(request).then(() => {
        response.writeProcessing();
        setTimeout(() => response.end('{}'), 1_000);
      });
    });
    const { body } = blocksBody(1);
    const outcome = await client(impatient).send({ method: 'PUT', url, body, answerMs: 20 * 60_000 });
    expect(answerOf(outcome).text).toBe('{}');
  });

  it('ends as well where the server says so without end', async () => {
    const url = await serve((request, response) => {
      const timer = setInterval(() => response.writeProcessing(), 20);
      response.on('close', () => clearInterval(timer));
      request.resume();
    });
    const outcome = await client({ answerLimitMs: () => 50 }).send({
      ...{ method: 'PUT', url, body: blocksBody(1).body },
      ...{ stallMs: 200, answerMs: 300 },
    });
    expect(failureOf(outcome)).toBe('retry answer-too-slow');
  });

  it('has more time the more bytes it may have', async () => {
    const asked: number[] = [];
    const url = await serve((_req, res) => void res.end('{}'));
    const http = client({ answerLimitMs: (most) => asked.push(most) && 60_000 });
    await http.send({ method: 'GET', url, most: 1024 });
    await http.send({ method: 'GET', url });
    expect(asked).toEqual([1024, 8 * 1024 * 1024]);
  });
});

it('an error in a handler ends its own request only', async () => {
  const url = await serve((_req, res) => void res.end('{}'));
  const broken = client({
    now: () => {
      throw new Error('a clock that does not work');
    },
  });
  await expect(broken.send({ method: 'GET', url })).rejects.toThrow('a clock that does not work');
  expect(answerOf(await client().send({ method: 'GET', url })).text).toBe('{}');
});

describe('JSON that is made to cost much', () => {
  const answerTo = async (text: string): Promise<unknown> => {
    const url = await serve((_req, res) => void res.end(text));
    return answerOf(await client().send({ method: 'GET', url })).json;
  };

  it('is not parsed where it is nested too deeply', async () => {
    expect(await answerTo('['.repeat(100_000) + ']'.repeat(100_000))).toBeUndefined();
    expect(await answerTo(`{"a":"${'['.repeat(1000)}\\"${'{'.repeat(1000)}"}`)).toBeDefined();
  });

  it('is not parsed where it has too many parts', async () => {
    expect(await answerTo(`[${'{},'.repeat(1_000_000)}{}]`)).toBeUndefined();
  });
});

it('a Retry-After is believed up to a day', () => {
  const day = 24 * 3_600_000;
  expect(retryAfter('9'.repeat(400), 0)).toBe(day);
  expect(retryAfter('Fri, 31 Dec 9999 23:59:59 GMT', 0)).toBe(day);
  expect(retryAfter('120', 0)).toBe(120_000);
});
