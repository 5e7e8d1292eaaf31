/** Where a browser comes back to, on this machine, after a person agreed on a server's page. */
import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { m } from '../../preload/paraglide/messages.js';
import { problem } from '../../preload/problems.ts';
import { asSaid, type Reason } from '../../preload/problems/reasons.ts';
import { fail, ok, type Outcome } from '../engine/outcome.ts';
import type { Expected } from '../engine/providers/account.ts';

/** What the browser brought: a code or a token that is good once, or the server's words for a no. */
export type Comeback = { readonly code: string } | { readonly token: string } | { readonly refused: Reason };

export type Loopback = {
  /** Resolves once; what comes later is not listened to. */
  readonly came: Promise<Comeback>;
  /** An address that the browser came to elsewhere, as a person copied it. False: it is not of this sign-in. */
  readonly offer: (address: string) => boolean;
  readonly close: () => void;
};

/** Longest code or token, characters. */
const codeMost = 4_096;
/** A state or nonce that is shorter could be guessed, characters. */
const expectedLeast = 16;
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
 * Listens at `redirect` (http, an address of loopback, with its port) for the one request that carries the state, or that
 * goes to the nonce below it, then closes. Others are refused and change nothing: any page of the browser can make them,
 * so only GET is answered, and no other origin may read an answer. Fails with sign-in-port-taken; throws where state or
 * nonce could be guessed.
 */
export const listenForBrowser = (redirect: string, expected: Expected): Promise<Outcome<Loopback>> => {
  const { hostname, port, host, pathname } = new URL(redirect);
  const secret = 'nonce' in expected ? expected.nonce : expected.state;
  if (secret.length < expectedLeast) throw new Error('a state or nonce that could be guessed');
  const came = Promise.withResolvers<Comeback>();

  /** `undefined`: it is not of this sign-in. */
  const read = (url: URL): Comeback | undefined => {
    const query = url.searchParams;
    const below = `${pathname}/`;
    const shown =
      'state' in expected ? query.get('state') : url.pathname.startsWith(below) ? url.pathname.slice(below.length) : '';
    if (!same(shown ?? '', secret)) return undefined;
    const what = 'state' in expected ? 'code' : 'token';
    const brought = query.get(what) ?? '';
    if (brought !== '' && brought.length <= codeMost) return what === 'code' ? { code: brought } : { token: brought };
    const said = query.get('error_description') ?? query.get('error');
    return { refused: said === null ? `sign-in-no-${what}` : asSaid(said.slice(0, 200)) };
  };
  const isOurs = (url: URL): boolean =>
    'state' in expected ? url.pathname === pathname : url.pathname.startsWith(`${pathname}/`);

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    // Names that lead here are made by others: only the address that was asked for is answered.
    const url = URL.parse(request.url ?? '', redirect);
    const known = request.method === 'GET' && request.headers.host === host && url !== null && isOurs(url);
    const comeback = known ? read(url) : undefined;
    const [status, words] =
      comeback === undefined ? [known ? 400 : 404, m.sign_in_answer_unknown()] : [200, m.sign_in_answer_taken()];
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
      resolve(fail('attention', problem('sign-in-port-taken', { address: host, reason })));
    });
    server.listen({ host: hostname, port: Number(port), exclusive: true }, () =>
      resolve(
        ok({
          came: came.promise,
          offer: (address) => {
            const url = URL.parse(address);
            const comeback = url === null ? undefined : read(url);
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
