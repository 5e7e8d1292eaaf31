/** The one HTTP client: got over agents that hand out connections which stand. */
import type { Got } from 'got';
import { problem, type Problem } from '../../../preload/problems.ts';
import { fail, failed, ok, type Outcome } from '../outcome.ts';
import { agentsFor, type Agents, type Lookup, type Trust } from './connect.ts';
import { exchange, type Exchanged } from './exchange.ts';
import type { Answer, Http, Request } from './http.ts';
import { proxyFor, type ProxyChoice } from './proxy.ts';

export type HttpOptions = Trust & {
  /** How names become addresses; absent: as the system does it. */
  readonly lookup?: Lookup;
  /** As the server is called in problems. */
  readonly serverName: string;
  readonly userAgent: string;
  readonly proxy: ProxyChoice;
  /** ms since the epoch; for `Retry-After` dates. */
  readonly now?: () => number;
  /** ms that a whole answer may take, by the bytes that it may have; default: two minutes and 64 KiB/s. */
  readonly answerLimitMs?: (most: number) => number;
  /** Called after each request that was made, also for each one of a redirect. */
  readonly onRequest?: (done: RequestDone) => void;
};

/** A request that ended. ms from its start to its end; bytes of the two bodies. */
export type RequestDone = {
  readonly method: Request['method'];
  readonly url: URL;
  readonly ms: number;
  readonly sent: number;
  readonly received: number;
  readonly status?: number;
  readonly problem?: Problem['code'] | 'aborted';
};

const mostRedirects = 5;
const redirects = new Set([301, 302, 303, 307, 308]);

// Loading got takes longer than starting the rest of the program, so it waits for the first request.
let loaded: Promise<Got> | undefined;
const load = (): Promise<Got> =>
  (loaded ??= import('got').then(({ default: got }) =>
    got.extend({
      isStream: true,
      retry: { limit: 0 },
      followRedirect: false,
      throwHttpErrors: false,
      // Answers are small, and a compressed HEAD would not tell the stored length.
      decompress: false,
    }),
  ));

/** Begins to load the client, for hosts that know that they will send soon. */
export const loadHttp = (): void => void load();

/**
 * The HTTP of one server. Connections are kept alive and shared by all requests that go the same way; `close` ends
 * them, together with the requests that still travel on them.
 */
export const createHttp = (options: HttpOptions): Http & { close(): void } => {
  const { serverName, userAgent, now = Date.now } = options;
  const ways = new Map<string, { readonly got: Got; readonly agents: Agents }>();

  const wayTo = async (url: URL): Promise<Outcome<Got>> => {
    const proxy = proxyFor(url, options.proxy, process.env);
    if (!proxy.ok) return proxy;
    const base = await load();
    const key = proxy.value?.href ?? '';
    let way = ways.get(key);
    if (way === undefined) {
      const agents = agentsFor(serverName, proxy.value, options);
      way = {
        agents,
        got: base.extend({ agent: agents, headers: { 'user-agent': userAgent, 'accept-encoding': 'identity' } }),
      };
      ways.set(key, way);
    }
    return ok(way.got);
  };

  const noted = async (got: Got, request: Request, url: URL): Promise<Exchanged> => {
    const { answerLimitMs, onRequest } = options;
    const began = performance.now();
    let moved = { sent: 0, received: 0 };
    const ended = (sent: number, received: number): void => void (moved = { sent, received });
    const note = (result: Pick<RequestDone, 'status' | 'problem'>): void =>
      onRequest?.({ method: request.method, url, ms: Math.round(performance.now() - began), ...moved, ...result });
    try {
      const result = await exchange(got, request, { serverName, now, answerLimitMs, ended });
      note('answer' in result ? { status: result.answer.status } : { problem: result.failure.problem.code });
      return result;
    } catch (error) {
      note({ problem: 'aborted' });
      throw error;
    }
  };

  const once = async (request: Request): Promise<Outcome<Answer>> => {
    const url = new URL(request.url);
    const got = await wayTo(url);
    if (!got.ok) return got;
    let result = await noted(got.value, request, url);
    const repeatable = request.method === 'GET' || request.method === 'HEAD' || 'stream' in (request.body ?? {});
    if ('failure' in result && result.untouched && repeatable && result.failure.problem.code === 'connection-broken') {
      result = await noted(got.value, request, url);
    }
    if ('failure' in result) return failed(result.failure);
    // To a proxy, plain http is an ordinary request: its refusal comes as an answer.
    const proxy = proxyFor(url, options.proxy, process.env);
    if (result.answer.status === 407 && proxy.ok && proxy.value) {
      const reason = 'tunnel-login';
      return fail('server-busy', problem('proxy-failed', { proxy: proxy.value.host, reason }));
    }
    return ok(result.answer);
  };

  const send = async (request: Request): Promise<Outcome<Answer>> => {
    const { origin } = new URL(request.url);
    let url = request.url;
    for (let hops = 0; ; hops++) {
      const sent = await once({ ...request, url });
      const location = sent.ok && redirects.has(sent.value.status) ? sent.value.headers.location : undefined;
      const to = location === undefined ? null : URL.parse(location, url);
      if (to === null) return sent;
      const safe = request.method === 'GET' || request.method === 'HEAD';
      if (to.origin !== origin || !safe || hops === mostRedirects) {
        const where = (to.origin === origin ? `${to.origin}${to.pathname}` : to.origin).slice(0, 200);
        return fail('retry', problem('redirect-refused', { server: serverName, to: where }));
      }
      url = to.href;
    }
  };

  return {
    send,
    close: () => {
      for (const { agents } of ways.values()) {
        agents.http.destroy();
        agents.https.destroy();
      }
      ways.clear();
    },
  };
};
