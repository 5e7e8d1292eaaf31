import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { dropServer, listen } from '../listening.ts';
import type { StandIn, StandInOptions } from '../stand-in.ts';
import { hashPassword } from './account.ts';
import { readSettings } from './config.ts';
import { makeDispatcher } from './dispatch.ts';
import { policyId } from './policy.ts';
import { sideDoor } from './side-door.ts';
import { issuePair, reissueSoon } from './sign-in.ts';
import { type Site, type StoreLink, addUser, openSite } from './site.ts';

const FIRST = { email: 'admin@example.org', password: 'admin-password-1' };
const SECOND = { email: 'ordinary@example.org', password: 'ordinary-password-2' };
/** How long an orderly end waits for bodies that are under way. */
const PATIENCE = 20_000;
const SECOND_MS = 1000;

export async function startCloudreve({ as = '', config, folder, port, ahead, ask }: StandInOptions): Promise<StandIn> {
  let offset = ahead;
  const site = openSite(folder, readSettings(as, config), storeLink(ask), () => Date.now() + offset);
  site.log.noteSite('start');
  if (site.isNew) addUsers(site);
  const dispatch = makeDispatcher(site);
  const server = createServer((request, response) => {
    const answered = request.url?.startsWith('/__peer/')
      ? sideDoor(site, request, response)
      : dispatch(request, response);
    answered.catch((error: unknown) => {
      process.stderr.write(`${String(error instanceof Error ? error.stack : error)}\n`);
      response.destroy();
    });
  });
  server.requestTimeout = 0;
  // the real server keeps a connection as long as its client does
  server.keepAliveTimeout = 0;
  const bound = await listen(server, port);
  site.url = `http://127.0.0.1:${bound}`;
  const listensNoMore = (): Promise<void> => new Promise((resolve) => void server.close(() => resolve()));
  const drop = (): Promise<void> => dropServer(server);
  const close = async (): Promise<void> => {
    site.isEnding = true;
    const closed = listensNoMore();
    server.closeIdleConnections();
    const patience = Date.now() + PATIENCE;
    while (site.bodies > 0 && Date.now() < patience) await sleep(10);
    // answers that are ready leave before the connections end
    await sleep(20);
    server.closeAllConnections();
    await closed;
    site.memory.writeDown();
    site.log.noteSite('end');
  };
  const setClock = (ms: number): void => {
    offset = ms;
  };
  return { port: bound, vars: makeVars(site), setClock, close, drop };
}

function addUsers(site: Site): void {
  const row = ({ email, password }: typeof FIRST) => ({ email, password: hashPassword(password) });
  addUser(site, { ...row(FIRST), nickname: 'admin', status: 'active', group: 'Admin' });
  addUser(site, { ...row(SECOND), nickname: 'ordinary', status: site.settings.status2, group: 'User' });
}

/** The names that every recording expects of its player. */
function makeVars(site: Site): Readonly<Record<string, string>> {
  const [admin, ordinary] = [site.users.get(1), site.users.get(2)];
  if (!admin || !ordinary) throw new Error('The site has lost its first users.');
  const first = reissueSoon(site, admin);
  const second = issuePair(site, ordinary, { at: site.now() - SECOND_MS });
  return {
    token: first.access_token,
    refresh: first.refresh_token,
    token2: second.access_token,
    ...FIRST,
    email2: SECOND.email,
    password2: SECOND.password,
    policy: policyId(),
  };
}

/** The store, by way of the peer, which outlives this process. */
function storeLink(ask: StandInOptions['ask']): StoreLink {
  const call = async <T>(name: string, ...args: readonly unknown[]): Promise<T> => {
    if (!ask) throw new Error('Nobody keeps a store for this site.');
    return (await ask(name, args)) as T;
  };
  return {
    open: (wish) => call('open', wish),
    abort: (session) => call('abort', session),
    uploaded: (key) => call('uploaded', key),
    put: (key, bytes, mimeType) => call('put', key, bytes, mimeType),
    contentUrl: (key, expires) => call('contentUrl', key, expires),
    refuseCallback: (asked) => call('refuseCallback', asked),
  };
}
