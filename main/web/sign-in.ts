/**
 * Signing in and out over HTTP:
 *
 * - `GET sign-in` → `{signedIn, password}`: whether this browser is signed in, and whether a password can be given.
 * - `POST sign-in` with `{secret}` of a link, or `{password}` → 204 with the cookie, 401, or 429 with Retry-After.
 * - `DELETE sign-in` ends this browser's sign-in.
 */
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { m } from '../../preload/paraglide/messages.js';
import { problem } from '../../preload/problems.ts';
import type { Attempts } from './attempts.ts';
import { isLoopback } from './guard.ts';
import { answerJson, cookieOf, readJson, Refused } from './http.ts';
import type { SignIns } from './sign-ins.ts';

const given = z.union([
  z.strictObject({ secret: z.string().min(1).max(200) }),
  z.strictObject({ password: z.string().min(1).max(10_000) }),
]);

/** The longest that browsers keep a cookie, s; a sign-in that is not used ends before. */
const cookieLasts = 400 * 24 * 60 * 60;

/** One name for each profile: cookies ignore ports, and two windows of two profiles may be open in one browser. */
const cookieName = (profile: string): string =>
  `stevedore-${createHash('sha256').update(realpathSync.native(profile)).digest('hex').slice(0, 12)}`;

export type SignInRoutes = {
  /** The id of the sign-in that a request carries. */
  readonly of: (request: IncomingMessage) => string | undefined;
  /** Answers `sign-in`. Rejects with `Refused`. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
};

export const createSignIn = (options: {
  readonly profile: string;
  readonly signIns: SignIns;
  readonly attempts: Attempts;
  readonly publicUrl: URL | undefined;
  readonly log: (line: string) => void;
}): SignInRoutes => {
  const { signIns, attempts, publicUrl, log } = options;
  const name = cookieName(options.profile);

  /** The address that a password comes from: behind a proxy on this machine, the one that the proxy names. */
  const addressOf = (request: IncomingMessage): string => {
    const address = request.socket.remoteAddress ?? '';
    const plain = address.replace(/^::ffff:/, '');
    if (publicUrl === undefined || !isLoopback(plain)) return address;
    // The last one was added by the proxy; those before it are the client's own words.
    return request.headersDistinct['x-forwarded-for']?.at(-1)?.split(',').at(-1)?.trim().slice(0, 64) ?? address;
  };

  const cookie = (request: IncomingMessage, value: string, seconds: number): string => {
    const proxied = publicUrl !== undefined && request.headers.origin === publicUrl.origin;
    const path = proxied ? publicUrl.pathname : '/';
    const secure = proxied && publicUrl.protocol === 'https:' ? '; Secure' : '';
    return `${name}=${value}; Path=${path}; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`;
  };

  const tokenFor = async (request: IncomingMessage): Promise<string> => {
    const parsed = given.safeParse(await readJson(request, 64 * 1024));
    if (!parsed.success) throw new Refused(400, problem('input-invalid', { where: 'sign-in', why: 'no-secret' }));
    const address = addressOf(request);
    if ('secret' in parsed.data) {
      // 256 random bits need no limit of tries.
      const token = signIns.useLink(parsed.data.secret);
      if (token !== undefined) return token;
      log(m.web_log_link_over({ address }));
      throw new Refused(401, problem('link-over'));
    }
    const wait = attempts.begin(address);
    if (wait > 0) {
      const seconds = Math.ceil(wait / 1000);
      log(m.web_log_passwords_often({ address }));
      throw new Refused(429, problem('web-password-wait', { seconds }), seconds);
    }
    const token = await signIns.usePassword(parsed.data.password);
    if (token === undefined) {
      log(m.web_log_password_wrong({ address }));
      throw new Refused(401, problem('web-password-wrong'));
    }
    attempts.right(address);
    return token;
  };

  const of = (request: IncomingMessage): string | undefined => signIns.find(cookieOf(request, name));

  return {
    of,
    handle: async (request, response) => {
      if (request.method === 'GET') {
        answerJson(request, response, 200, { signedIn: of(request) !== undefined, password: signIns.hasPassword });
        return;
      }
      if (request.method === 'POST') {
        const before = of(request);
        const token = await tokenFor(request);
        // One browser, one sign-in.
        if (before !== undefined) signIns.end(before);
        response.writeHead(204, { 'Set-Cookie': cookie(request, token, cookieLasts), 'Cache-Control': 'no-store' });
        response.end();
        return;
      }
      if (request.method !== 'DELETE') throw new Refused(405, problem('request-refused', { why: 'wrong-method' }));
      const signIn = of(request);
      if (signIn !== undefined) signIns.end(signIn);
      response.writeHead(204, { 'Set-Cookie': cookie(request, '', 0), 'Cache-Control': 'no-store' });
      response.end();
    },
  };
};
