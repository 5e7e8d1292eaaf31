import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { json as peerJson, readAsk, type Reply, sendReply } from '../cloudreve-stores/http.ts';
import { dropServer, listen } from '../listening.ts';
import type { StandIn, StandInOptions } from '../stand-in.ts';
import { serverError } from './call.ts';
import { isSeed, readConfig } from './config.ts';
import { sweep } from './janitor.ts';
import { Journal } from './journal.ts';
import { Merges } from './merges.ts';
import { answer } from './routes.ts';
import type { Site } from './site.ts';
import { Store } from './store.ts';
import { Users, VARS } from './users.ts';
import { Vices } from './vices.ts';

/**
 * FilesNest, in the version that has no `/api/settings` ("seed") or in the newer one ("head"). What the real one does
 * not have: `/__peer/report` for what arrived, `/__peer/files` for what is stored, `/__peer/merge` to merge what is
 * queued now, and `/__peer/revoke?token=`.
 */
export async function startFilesNest(options: StandInOptions): Promise<StandIn> {
  const { as = '', folder, port } = options;
  let offset = options.ahead;
  let isOver = false;
  const now = (): number => Date.now() + offset;
  const config = readConfig(options.config);
  const journal = new Journal(join(folder, 'journal'));
  const crash = (): never => {
    if (!isOver) {
      isOver = true;
      journal.noteCrash();
      options.crash();
    }
    throw new Error('This server has crashed.');
  };
  const store = new Store(folder, now);
  const vices = new Vices(config.vices, journal, crash);
  const merges = new Merges(store, config.merge, now, vices);
  const users = new Users(folder, config.redirects);
  const site: Site = { isSeed: isSeed(as), config, store, journal, users, vices, merges };

  const answerTo = async (request: IncomingMessage): Promise<Reply | undefined> => {
    const ask = readAsk(request);
    if (ask.path.startsWith('/__peer/')) return sideDoor(site, ask.path.slice(8), ask.query);
    sweep(store, now());
    try {
      return await answer(site, ask);
    } catch (error) {
      // A body that broke off, and a crash: nobody is there to be answered. Anything else is a fault of the server.
      if (isOver || request.destroyed) throw error;
      return serverError(ask);
    }
  };
  const server = createServer((request, response) => {
    const end = (): void => void response.destroy();
    const send = (reply: Reply | undefined): void => {
      response.setHeader('date', new Date(now()).toUTCString());
      if (reply) sendWhole(request, response, reply);
      else end();
    };
    answerTo(request).then(send, end);
  });
  server.requestTimeout = 0;
  const bound = await listen(server, port);
  const drop = async (): Promise<void> => {
    isOver = true;
    merges.stop();
    await dropServer(server);
  };
  const setClock = (ms: number): void => {
    offset = ms;
    merges.run();
    sweep(store, now());
  };
  return { port: bound, vars: VARS, setClock, close: drop, drop };
}

function sideDoor({ journal, store, merges, users }: Site, path: string, query: URLSearchParams): Reply {
  switch (path) {
    case 'report':
      return peerJson(200, journal.report());
    case 'files':
      return peerJson(200, store.stored());
    case 'merge':
      return peerJson(200, { merged: merges.run(true) });
    case 'revoke':
      users.revoke(query.get('token') ?? '');
      return peerJson(200, {});
    default:
      return peerJson(404, null);
  }
}

/** HEAD is answered as GET, without the body. */
function sendWhole({ method }: IncomingMessage, response: ServerResponse, reply: Reply): void {
  sendReply(response, method === 'HEAD' ? { ...reply, body: '' } : reply);
}
