import { chmodSync, existsSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { Api } from './api.ts';
import { lines } from './frames.ts';
import { Running } from './running.ts';

export type SocketServer = {
  /** Where the socket's file was removed, makes it again: nobody could find this process otherwise. */
  readonly ensure: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Bytes of events that may wait for a client that does not read; then it is dropped, and may come back. */
const waitingMost = 16 * 1024 * 1024;
/** ms in which a client has to have read the last words when the owner ends: a suspended one never will. */
const farewell = 1_000;

/**
 * Serves an api on a local socket, to processes of the same user. Only the profile's owner calls this, so a socket
 * file that is there already is stale and may go.
 */
export const serveSocket = async (path: string, api: Api, version: string): Promise<SocketServer> => {
  const pipe = process.platform === 'win32';
  if (!pipe) rmSync(path, { force: true });
  const sockets = new Set<Socket>();
  const meet = (socket: Socket): void => {
    sockets.add(socket);
    const say = (message: object): void => {
      if (socket.destroyed) return;
      if (socket.writableLength > waitingMost) socket.destroy();
      else socket.write(`${JSON.stringify(message)}\n`);
    };
    const stop = api.listen((event, payload) => say({ event, payload }));
    const running = new Running();
    socket.on('close', () => {
      stop();
      running.cancelAll();
      sockets.delete(socket);
    });
    socket.on('error', () => socket.destroy());
    say({ stevedore: version, pid: process.pid });
    socket.on(
      'data',
      lines(
        (text) => {
          const asked = running.take(text);
          if (asked === 'cancelled') return;
          // Not a message of the contract: there is no answer to it.
          if (asked === undefined) return void socket.destroy();
          const { id, call, input } = asked;
          running
            .run(id, (signal) => api.answer(call, input, signal))
            .then((answer) => say({ id, ...answer }))
            .catch(() => socket.destroy());
        },
        () => socket.destroy(),
      ),
    );
  };
  const listen = async (): Promise<Server> => {
    const server = createServer(meet);
    const before = pipe ? undefined : process.umask(0o177);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
      // The file is made by now, and nothing else of this process may be made under such a mask.
      if (before !== undefined) process.umask(before);
    });
    if (!pipe) chmodSync(path, 0o600);
    return server;
  };
  let listening = listen();
  await listening;
  let closed = false;
  return {
    ensure: async () => {
      if (pipe || closed || existsSync(path)) return;
      // Its connections stay; closed later, it would remove the new file.
      const before = await listening;
      before.close();
      // What cannot be made now is tried at the next look.
      listening = listen().catch(() => before);
      await listening;
    },
    close: async () => {
      closed = true;
      const server = await listening;
      await new Promise<void>((resolve) => {
        const cut = setTimeout(() => sockets.forEach((socket) => socket.destroy()), farewell);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
        for (const socket of sockets) socket.destroySoon();
      });
    },
  };
};
