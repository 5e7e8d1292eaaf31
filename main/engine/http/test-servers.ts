/** What tests of HTTP stand on: servers of their own, clients to ask them, and bodies that tell what became of them. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createRawServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach } from 'vitest';
import type { Outcome } from '../outcome.ts';
import { createHttp, type HttpOptions } from './client.ts';
import type { Answer, Body } from './http.ts';

/** Servers and clients of one file's tests; each ends with its test. */
export const httpBench = () => {
  /** What ends after the test, the last first. */
  const endings: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
  });

  /** Returns the port. */
  const listen = async (server: Server): Promise<number> => {
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => undefined)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    endings.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return (server.address() as AddressInfo).port;
  };
  const urlOf = async (server: Server): Promise<string> => `http://127.0.0.1:${await listen(server)}`;

  return {
    endings,
    listen,
    serve: (listener: RequestListener): Promise<string> => urlOf(createServer(listener)),
    serveRaw: (onSocket: (socket: Socket) => void): Promise<string> => urlOf(createRawServer(onSocket)),
    client: (options: Partial<HttpOptions> = {}): ReturnType<typeof createHttp> => {
      const http = createHttp({ serverName: 'Test', userAgent: 'stevedore-test', proxy: 'none', ...options });
      endings.push(() => http.close());
      return http;
    },
  };
};

export const answerOf = (outcome: Outcome<Answer>): Answer => {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.failure));
  return outcome.value;
};
export const failureOf = (outcome: Outcome<Answer>): string =>
  outcome.ok ? `answered ${outcome.value.status}` : `${outcome.failure.behaviour} ${outcome.failure.problem.code}`;
export const drain = async (request: IncomingMessage): Promise<number> => {
  let n = 0;
  for await (const block of request) n += (block as Buffer).length;
  return n;
};

export const block = Buffer.alloc(256 * 1024, 7);
/** A body of so many blocks, and what became of it. */
export const blocksBody = (count: number, length: number | undefined = count * block.length) => {
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
