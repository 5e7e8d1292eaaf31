import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reply } from '../cloudreve-stores/http.ts';
import { escape, page } from './call.ts';

/** Two users, as the recordings have them. */
const USERS = [
  {
    id: 1,
    email: 'first@example.com',
    password: 'first-password-1',
    token: '1|VYm1TwKD3JzMIeIuBYQN6rQKcMuKEaO3TmuXlTvL',
  },
  {
    id: 2,
    email: 'second@example.com',
    password: 'second-password-2',
    token: '2|bq2KfmWxTtpTrrbVzLMAnHLUVSTT3vGKkXSSRRFh',
  },
] as const;

/** The user's address, password and token, for a player. */
export const VARS = {
  email: USERS[0].email,
  password: USERS[0].password,
  token: USERS[0].token,
  token2: USERS[1].token,
} as const;

/** Knows whose tokens are good, over all lives of the server, and hands out more of them on the sign-in page. */
export class Users {
  readonly #path: string;
  readonly #redirects: readonly string[] | undefined;
  /** User by token. protocol: tokens do not expire. */
  readonly #tokens: Map<string, number>;

  constructor(folder: string, redirects: readonly string[] | undefined) {
    this.#path = join(folder, 'tokens');
    this.#redirects = redirects;
    const known = existsSync(this.#path) ? (JSON.parse(readFileSync(this.#path, 'utf8')) as [string, number][]) : [];
    this.#tokens = new Map(known.length ? known : USERS.map(({ token, id }) => [token, id]));
  }

  /** The user of an `Authorization` header. */
  of(authorization: string | undefined): number | undefined {
    return this.#tokens.get(/^Bearer (.+)$/.exec(authorization ?? '')?.[1] ?? '');
  }

  revoke(token: string): void {
    this.#tokens.delete(token);
    this.#keep();
  }

  /** `/login?redirect=…&device_name=…`: the page with the form, and what it leads to once it is sent. */
  signIn(query: URLSearchParams, form?: URLSearchParams): Reply {
    const redirect = query.get('redirect') ?? '';
    if (!this.#mayLeadTo(redirect)) return html(422, '<p>The selected redirect is invalid.</p>');
    if (!form) return html(200, formPage(query));
    const user = USERS.find(({ email, password }) => email === form.get('email') && password === form.get('password'));
    if (!user) return html(422, `<p>These credentials do not match our records.</p>${formPage(query)}`);
    const token = `${this.#tokens.size + 3}|${randomBytes(20).toString('hex')}`;
    this.#tokens.set(token, user.id);
    this.#keep();
    return { status: 302, headers: { location: `${redirect}?token=${encodeURIComponent(token)}` } };
  }

  /** protocol: a loopback address works only where no allow-list is set. */
  #mayLeadTo(redirect: string): boolean {
    if (!URL.canParse(redirect)) return false;
    return redirect === 'filesnest://auth' || (this.#redirects?.includes(redirect) ?? true);
  }

  #keep(): void {
    writeFileSync(this.#path, JSON.stringify([...this.#tokens]));
  }
}

const html = (status: number, body: string): Reply => ({
  status,
  headers: { 'content-type': 'text/html; charset=UTF-8' },
  body: page(body),
});

const formPage = (query: URLSearchParams): string =>
  `<form method="post" action="/login?${escape(query.toString())}">` +
  `<h1>Sign in for ${escape(query.get('device_name') ?? 'a device')}</h1>` +
  '<label>Email <input name="email" type="email"></label>' +
  '<label>Password <input name="password" type="password"></label><button>Log in</button></form>';
