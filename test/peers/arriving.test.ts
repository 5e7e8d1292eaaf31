import { once } from 'node:events';
import { createServer, IncomingMessage } from 'node:http';
import { type AddressInfo, connect, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { arriving } from './arriving.ts';

let end = (): void => {};
afterEach(() => end());

/** What was read of a body that is announced as six bytes; nobody reads before the connection is gone. */
async function readLate(sent: string, ends: boolean): Promise<{ readonly text: string; readonly broke: boolean }> {
  const server = createServer().listen(0, '127.0.0.1');
  end = () => void server.close();
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {});
  const { promise: asked, resolve: ask } = Promise.withResolvers<{
    body: AsyncGenerator<Buffer>;
    gone: Promise<void>;
  }>();
  server.once('request', (request) => {
    const gone = new Promise<void>((resolve) => void request.once('close', () => resolve()));
    ask({ body: arriving(request), gone });
  });
  socket.write(`PUT / HTTP/1.1\r\nhost: x\r\ncontent-length: 6\r\n\r\n${sent}`);
  const { body, gone } = await asked;
  if (!ends) socket.resetAndDestroy();
  await gone;
  let text = '';
  try {
    for await (const piece of body) text += piece.toString();
    return { text, broke: false };
  } catch {
    return { text, broke: true };
  } finally {
    socket.destroy();
  }
}

it('what came of a body that was cut is read, and that it was cut is told then', async () => {
  expect(await readLate('abc', false)).toEqual({ text: 'abc', broke: true });
});

it('a body that came whole is read to its end', async () => {
  expect(await readLate('abcdef', true)).toEqual({ text: 'abcdef', broke: false });
});

it('a body whose end had come, but was dropped with the connection before it was read, counts as cut', async () => {
  const request = new IncomingMessage(new Socket());
  const body = arriving(request);
  // More than may wait.
  for (let n = 0; n < 64; n++) request.push(Buffer.alloc(64 * 1024));
  request.push(null);
  request.complete = true;
  await turn();
  request.destroy();
  await expect(buffer(body)).rejects.toThrow('broke off');
});
