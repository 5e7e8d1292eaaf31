import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer } from './answer.ts';
import { type Practice, type PracticeOptions, openPractice } from './practice.ts';
import { serveSharePage } from './share-page.ts';

export interface PracticeServerOptions extends PracticeOptions {
  /** 0 takes a free one. */
  readonly port?: number;
  readonly host?: string;
  /** Whether the share page is served under `/web/`. A Stend server has it on another site. */
  readonly page?: boolean;
}

export interface PracticeServer {
  readonly url: string;
  readonly port: number;
  /** Removes what is out of date by the server's clock, as happens by itself each minute. */
  readonly sweep: () => void;
  /** Ends every connection and stops. */
  readonly close: () => Promise<void>;
}

/** The name by which the practice server is recognised: unlike Stend, it survives a chunk that is cut. */
const practiceName = 'Stevedore-Practice';

/** Starts a Stend-compatible server that keeps its transfers in a folder and stores a chunk whole or not at all. */
export async function startPracticeServer(options: PracticeServerOptions): Promise<PracticeServer> {
  const practice = openPractice(options);
  const { port = 0, host = '127.0.0.1', page = true } = options;
  return listen(practice, { port, host }, async (request, response) => {
    response.setHeader('server', practiceName);
    if (!(page && serveSharePage(practice, request, response))) await answer(practice, request, response);
  });
}

/**
 * Listens with `handle` in front of `practice`, and sweeps it each minute.
 *
 * @param prepare gets the listener before it listens
 */
export async function listen(
  practice: Practice,
  { port, host }: { readonly port: number; readonly host: string },
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  prepare: (server: Server) => void = () => {},
): Promise<PracticeServer> {
  const server = createServer((request, response) => {
    response.setHeader('date', new Date(practice.now()).toUTCString());
    void handle(request, response);
  });
  // protocol: no limit to the time a request takes; an idle connection is kept for 72 s
  server.requestTimeout = 0;
  server.keepAliveTimeout = 72_000;
  prepare(server);
  const sweep = (): void => {
    practice.transfers.sweep(practice.now());
  };
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const sweeper = setInterval(() => {
    try {
      sweep();
    } catch {
      // A full disk ends no server: what is out of date goes with the next sweep.
    }
  }, 60_000);
  sweeper.unref();
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    port: bound,
    sweep,
    close: () =>
      new Promise((resolve) => {
        clearInterval(sweeper);
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
