/** A server that takes connections and never says a word. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

export type SilentServer = {
  readonly url: string;
  /** Connections that stand. */
  readonly open: ReadonlySet<Socket>;
  readonly close: () => void;
};

export const startSilentServer = async (): Promise<SilentServer> => {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.resume().on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    open,
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
};
