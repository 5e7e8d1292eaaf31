/** A proxy of HTTP that a client is told to use: whole addresses for plain HTTP, CONNECT for the rest. */
import { once } from 'node:events';
import { createServer, request as openRequest } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export type ForwardProxy = {
  readonly url: string;
  /** Requests and tunnels that went through it. */
  readonly count: () => number;
  readonly close: () => Promise<void>;
};

/** Passes everything on, and says 502 where it reaches nobody. What breaks behind it breaks in front of it. */
export const startForwardProxy = async (): Promise<ForwardProxy> => {
  let count = 0;
  const open = new Set<Socket>();
  const server = createServer((request, response) => {
    count++;
    const { hostname, port, pathname, search } = new URL(request.url ?? '');
    const onward = openRequest(
      { hostname, port, path: pathname + search, method: request.method, headers: request.headers, agent: false },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
        answer.pipe(response);
        answer.on('error', () => response.destroy());
      },
    );
    onward.on('error', (error) => {
      if ('syscall' in error && error.syscall === 'connect') response.writeHead(502).end('no such server');
      else response.destroy();
    });
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  server.requestTimeout = 0;
  server.on('connection', (socket: Socket) => open.add(socket.on('close', () => open.delete(socket))));
  server.on('connect', (request, client: Socket) => {
    count++;
    const { hostname, port } = new URL(`http://${request.url}`);
    const onward = connect({ host: hostname, port: Number(port) }, () => {
      client.write('HTTP/1.1 200 Connected\r\n\r\n');
      onward.pipe(client).pipe(onward);
    });
    onward.on('error', () => client.destroy());
    client.on('error', () => onward.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    count: () => count,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
};
