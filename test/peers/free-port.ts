/** Ports that stay with whoever took them: for servers that go and come back, and for those that start later. */
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below what systems hand out to whoever asks for any port: while the one who took it is away, nobody is given it. Each
 * process of tests begins elsewhere.
 */
const lowest = 10_200;
const count = 5_800;
let next = (process.pid * 7919) % count;

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer();
  const free = new Promise<boolean>((resolve) => {
    server.once('listening', () => resolve(true)).once('error', () => resolve(false));
  });
  server.listen(port, '127.0.0.1');
  if (!(await free)) return false;
  server.close();
  await once(server, 'close');
  return true;
};

/** A port of loopback that nobody listens on, each time another one. */
export const freePort = async (): Promise<number> => {
  for (let tries = 0; tries < count; tries++) {
    const port = lowest + next;
    next = (next + 1) % count;
    if (await isFree(port)) return port;
  }
  throw new Error('There is no free port.');
};
