/** Where a browser comes back to, on this machine, after a person agreed on a site's page. */
import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { problem } from '../../preload/problems.ts';
import { fail, ok, type Outcome } from '../engine/outcome.ts';

/** What the browser brought: a code that is good once, or the site's words for a no. */
export type Comeback = { readonly code: string } | { readonly refused: string };

export type Loopback = {
  /** Resolves once; what comes later is not listened to. */
  readonly came: Promise<Comeback>;
  /** An address that the browser came to elsewhere, as a person copied it. False: it is not of this sign-in. */
  readonly offer: (address: string) => boolean;
  readonly close: () => void;
};

/** Longest code, characters. */
const codeMost = 4_096;
/** A request that says nothing for so long is ended, ms. */
const patience = 10_000;

const same = (a: string, b: string): boolean => {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
};

const page = (words: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>Stevedore</title><p>${words}</p></html>\n`;

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  connection: 'close',
};

/**
 * Listens at `redirect` (http, an address of loopback, with its port) for the one request that carries `state`, then
 * closes. Others are refused and change nothing: any page of the browser can make them. Fails with oauth-port-taken.
 */
export const listenForBrowser = (redirect: string, state: string): Promise<Outcome<Loopback>> => {
  const { hostname, port, host, pathname } = new URL(redirect);
  const came = Promise.withResolvers<Comeback>();

  const read = (query: URLSearchParams): Comeback | undefined => {
    if (!same(query.get('state') ?? '', state)) return undefined;
    const code = query.get('code') ?? '';
    if (code !== '' && code.length <= codeMost) return { code };
    return { refused: (query.get('error_description') ?? query.get('error') ?? 'no code').slice(0, 200) };
  };

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    // Names that lead here are made by others: only the address that was asked for is answered.
    const url = URL.parse(request.url ?? '', redirect);
    const known = request.method === 'GET' && request.headers.host === host && url?.pathname === pathname;
    const comeback = known ? read(url.searchParams) : undefined;
    const [status, words] =
      comeback === undefined
        ? [known ? 400 : 404, 'This is not part of a sign-in that is open.']
        : [200, 'That is all here. Go back to Stevedore, and close this page.'];
    response.writeHead(status, headers).end(page(words));
    if (comeback !== undefined) settle(comeback);
  };

  const server = createServer({ requestTimeout: patience, headersTimeout: patience }, answer);
  const close = (): void => void server.close();
  const settle = (comeback: Comeback): void => {
    came.resolve(comeback);
    close();
  };

  return new Promise((resolve) => {
    server.once('error', (error) => {
      const reason = 'code' in error ? String(error.code) : error.name;
      resolve(fail('attention', problem('oauth-port-taken', { address: host, reason })));
    });
    server.listen({ host: hostname, port: Number(port), exclusive: true }, () =>
      resolve(
        ok({
          came: came.promise,
          offer: (address) => {
            const comeback = read(URL.parse(address)?.searchParams ?? new URLSearchParams());
            if (comeback !== undefined) settle(comeback);
            return comeback !== undefined;
          },
          close: () => {
            close();
            server.closeAllConnections();
          },
        }),
      ),
    );
  });
};
