import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';

/** A port of loopback that nobody else gets, whether something listens there or not. */
export interface HeldPort {
  readonly port: number;
  readonly release: () => void;
}

let other: Promise<Server> | undefined;
/** Where the sockets that hold ports are connected to. */
const otherEnd = (): Promise<Server> =>
  (other ??= (async () => {
    const server = createServer((socket) => void socket.on('error', () => {}).unref());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return server.unref();
  })());

/** A port that this process holds to its end, for what it starts more than once. */
export const keptPort = async (): Promise<number> => (await holdPort()).port;

/**
 * Takes a free port. A socket that is bound to it and listens not refuses whoever comes, lets a server listen there and
 * end again, and keeps every other test away meanwhile. Where the system does not bear both, the port is only free now.
 */
export async function holdPort(): Promise<HeldPort> {
  if (process.platform !== 'linux') {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await once(server.close(), 'close');
    return { port, release: () => {} };
  }
  const { port } = (await otherEnd()).address() as AddressInfo;
  const holder = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.1' }).on('error', () => {});
  await once(holder, 'connect');
  holder.unref();
  return { port: holder.localPort ?? 0, release: () => void holder.resetAndDestroy() };
}
