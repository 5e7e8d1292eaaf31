import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reply } from '../cloudreve-stores/http.ts';
import { type Claims, readToken, signToken } from '../cloudreve/tokens.ts';
import type { Form } from './form.ts';
import type { Journal } from './journal.ts';
import { json } from './vices.ts';

const USER = { username: 'member', password: 'member-password-1' };
const SECRET = 'a secret of the stand-in';
const REFRESH_TTL = 30 * 86_400;

/** Grants tokens, and knows those that are revoked. */
export class SignIn {
  readonly #revokedPath: string;
  readonly #accessTtl: number;
  readonly #now: () => number;
  readonly #journal: Journal;

  /** @param accessTtl how long an access token is good, s */
  constructor(folder: string, accessTtl: number, now: () => number, journal: Journal) {
    this.#revokedPath = join(folder, 'revoked');
    this.#accessTtl = accessTtl;
    this.#now = now;
    this.#journal = journal;
  }

  /** The names for a player: a user, and a pair of tokens of theirs. */
  vars(): Readonly<Record<string, string>> {
    return { ...USER, token: this.#sign('access'), refresh: this.#sign('refresh') };
  }

  isGood(token: string, type: Claims['token_type'] = 'access'): boolean {
    return readToken(token, SECRET, this.#now())?.token_type === type && !this.#revoked().includes(token);
  }

  /** `/oauth/token/`. A refresh token is good for one refresh. */
  grant({ fields }: Form): Reply {
    const { grant_type: type = '', username, password, refresh_token: refresh = '' } = fields;
    if (type !== 'password' && type !== 'refresh_token') return json(400, { error: 'unsupported_grant_type' });
    const isUser = username === USER.username && password === USER.password;
    if (!(type === 'password' ? isUser : this.isGood(refresh, 'refresh'))) return json(400, { error: 'invalid_grant' });
    if (type === 'refresh_token') this.revoke(refresh);
    this.#journal.write('grants', type);
    return json(200, {
      access_token: this.#sign('access'),
      expires_in: this.#accessTtl,
      token_type: 'Bearer',
      scope: 'read write',
      refresh_token: this.#sign('refresh'),
    });
  }

  revoke(token: string): void {
    appendFileSync(this.#revokedPath, `${token}\n`);
  }

  #revoked(): readonly string[] {
    return existsSync(this.#revokedPath) ? readFileSync(this.#revokedPath, 'utf8').split('\n') : [];
  }

  #sign(type: Claims['token_type']): string {
    const now = Math.floor(this.#now() / 1000);
    const exp = now + (type === 'access' ? this.#accessTtl : REFRESH_TTL);
    // The root makes two tokens of a second differ.
    return signToken({ token_type: type, sub: USER.username, nbf: now, exp, root: randomUUID() }, SECRET);
  }
}
