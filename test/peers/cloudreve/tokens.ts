import { createHmac } from 'node:crypto';

/** What a token says: the claims of a JSON web token. */
export interface Claims {
  readonly token_type: 'access' | 'refresh';
  readonly sub: string;
  /** s */
  readonly exp: number;
  readonly nbf: number;
  /** The application that it was given to, and what that may do. */
  readonly client_id?: string;
  readonly scopes?: readonly string[];
  /** The sign-in that a refresh token came from; renewed ones keep it. */
  readonly root?: string;
  /** What the account's address and password were. */
  readonly state?: string;
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const HEADER = encode({ alg: 'HS256', typ: 'JWT' });

export function signToken(claims: Claims, secret: string): string {
  const body = `${HEADER}.${encode(claims)}`;
  return `${body}.${mac(body, secret)}`;
}

/** The claims of a token that is ours and has not expired; `now` in ms. */
export function readToken(token: string, secret: string, now: number): Claims | undefined {
  const [header, body, signature, ...more] = token.split('.');
  if (header === undefined || body === undefined || more.length > 0) return undefined;
  if (signature !== mac(`${header}.${body}`, secret)) return undefined;
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Claims;
  return claims.exp * 1000 > now ? claims : undefined;
}

const mac = (text: string, secret: string): string => createHmac('sha256', secret).update(text).digest('base64url');
