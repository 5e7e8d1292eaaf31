/** The port: where a request goes, once it was judged. Everything but the window's own files needs a sign-in. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { m } from '../../preload/paraglide/messages.js';
import { problem } from '../../preload/problems.ts';
import { reasonWords, type ReasonCode } from '../../preload/problems/reasons.ts';
import { codeOf } from '../engine/error-code.ts';
import type { Control } from './control.ts';
import type { Asked, Guard } from './guard.ts';
import { answerRefused, Refused, safeHeaders } from './http.ts';
import type { Inbox } from './inbox.ts';
import type { SignInRoutes } from './sign-in.ts';
import type { Sockets } from './socket.ts';
import type { StaticFiles } from './static.ts';

/** What the port leads to. */
type Routes = {
  readonly guard: Guard;
  readonly signIn: SignInRoutes;
  readonly control: Control;
  readonly sockets: Sockets;
  readonly inbox: Inbox;
  readonly files: StaticFiles;
  /** The path that browsers see before each of ours: '/' or '/some/path/'. */
  readonly base: string;
  readonly log: (line: string) => void;
};

/** ms in which the head of a request has to come. */
const headWithin = 30_000;
/** Ports that are tried after one that is taken. */
const triedMost = 100;

/** Listens on a port, or the next free one; 0: any. Rejects with what the system says of the address. */
export const listenFrom = async (listen: string, port: number): Promise<{ readonly server: Server; port: number }> => {
  // A big file takes its time; each body has a watch of its own. Without a limit for the whole, Node sets none for the
  // head either.
  const server = createServer({ requestTimeout: 0, headersTimeout: headWithin, keepAliveTimeout: 75_000 });
  for (let tried = port; ; tried++)
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(tried, listen, () => {
          server.off('error', reject);
          resolve();
        });
      });
      return { server, port: (server.address() as AddressInfo).port };
    } catch (error) {
      const taken = codeOf(error) === 'EADDRINUSE';
      if (!taken || tried >= Math.min(port + triedMost, 65_535)) throw error;
    }
};

const refused = (status: number, why: ReasonCode): Refused => new Refused(status, problem('request-refused', { why }));

export const serve = (server: Server, routes: Routes): void => {
  const { guard, signIn, control, sockets, inbox, files, base, log } = routes;

  /** The path within the window, with its first slash; a proxy may have taken the base off, or not. */
  const pathOf = (request: IncomingMessage): string => {
    const target = request.url ?? '';
    if (!target.startsWith('/')) throw refused(400, 'no-path');
    const [path = ''] = target.split('?', 1);
    return path.startsWith(base) ? `/${path.slice(base.length)}` : path;
  };

  const judge = (request: IncomingMessage, asked: Asked): void => {
    const why = guard.judge(request, asked);
    if (why === undefined) return;
    log(m.web_log_refused({ why: reasonWords(why), address: request.socket.remoteAddress ?? '' }));
    throw refused(403, why);
  };

  const signedIn = (request: IncomingMessage): string => {
    const found = signIn.of(request);
    if (found !== undefined) return found;
    log(m.web_log_not_signed_in({ address: request.socket.remoteAddress ?? '' }));
    throw new Refused(401, problem('sign-in-needed'));
  };

  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = pathOf(request);
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (path === '/control') {
      judge(request, 'control');
      await control.handle(request, response);
    } else if (path === '/sign-in') {
      judge(request, isRead ? 'page' : 'act');
      await signIn.handle(request, response);
    } else if (path === '/inbox' || path.startsWith('/inbox/')) {
      judge(request, 'act');
      signedIn(request);
      await inbox.handle(request, response, path.slice('/inbox'.length), () => signIn.of(request) !== undefined);
    } else {
      judge(request, isRead ? 'page' : 'act');
      if (!isRead) throw refused(405, 'wrong-method');
      // The window's addresses are relative to the folder that it is in.
      if (`${path}/` === base) response.writeHead(308, { Location: base }).end();
      else files(request, response, path);
    }
  };

  const asRefused = (error: unknown): Refused => {
    if (error instanceof Refused) return error;
    const what = error instanceof Error ? error.name : 'unknown';
    log(m.web_log_failed({ what }));
    return new Refused(500, problem('internal', { what }));
  };

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    for (const [name, value] of Object.entries(safeHeaders)) response.setHeader(name, value);
    request.on('error', () => undefined);
    route(request, response)
      .catch((error: unknown) => answerRefused(request, response, asRefused(error)))
      .catch(() => response.destroy());
  });

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    try {
      judge(request, 'socket');
      if (pathOf(request) !== '/socket') throw refused(404, 'no-socket');
      sockets.take(request, socket, head, signedIn(request));
    } catch (error) {
      const { status } = asRefused(error);
      socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    }
  });
};
