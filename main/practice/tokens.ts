import { makeKey } from './keys.ts';

/** protocol: how long a download token lives, ms. It is kept in memory only. */
const TOKEN_LIFE = 2 * 60 * 60 * 1000;

/** The download tokens: they die with the server. */
export class Tokens {
  readonly #tokens = new Map<string, { readonly shareKey: string; readonly end: number }>();

  make(shareKey: string, now: number): string {
    const token = makeKey(16);
    this.#tokens.set(token, { shareKey, end: now + TOKEN_LIFE });
    return token;
  }

  isValid(token: string, shareKey: string, now: number): boolean {
    const known = this.#tokens.get(token);
    return known?.shareKey === shareKey && now <= known.end;
  }
}
