import type { IncomingMessage } from 'node:http';
import { Refusal, refuse } from './answer.ts';
import { type Fields, type Rules, readFields } from './fields.ts';
import type { Site, User } from './site.ts';
import { readToken } from './tokens.ts';
import { decodeId } from './ids.ts';

/** One request to the site. */
export interface Call {
  readonly site: Site;
  readonly request: IncomingMessage;
  readonly params: readonly string[];
  readonly query: URLSearchParams;
  readonly user: User | undefined;
  /** What the application that holds the token may do; undefined: all. */
  readonly scopes: readonly string[] | undefined;
}

/** Who asks, by the token. A bad or old one is as none; a refresh token is refused everywhere, and so is a banned user. */
export function readUser(site: Site, header: string | undefined): Pick<Call, 'user' | 'scopes'> {
  const nobody = { user: undefined, scopes: undefined };
  if (!header) return nobody;
  const claims = readToken(header.replace(/^Bearer /, ''), site.secret, site.now());
  if (!claims) return nobody;
  if (claims.token_type !== 'access') throw new Refusal(40020, 'Invalid token type');
  const user = site.users.get(decodeId(claims.sub, 'user') ?? 0);
  if (user?.status !== 'active') throw new Refusal(50001, 'failed to get login user');
  return { user, scopes: claims.scopes };
}

/** The user who asks; refused where nobody is signed in. */
export function needUser({ user }: Call): User {
  if (!user) throw refuse.login();
  return user;
}

export async function readText(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}

export async function readJson<R extends Rules>({ request }: Call, rules: R): Promise<Fields<R>> {
  return readFields(await readText(request), rules);
}

/** The address that links begin with: the site's setting that equals what the client used, else the first. */
export function siteUrl({ site, request }: Pick<Call, 'site' | 'request'>): string {
  const host = request.headers.host ?? '';
  const origins = site.settings.siteUrls.map((url) => (url ? new URL(url).origin : `http://${host}`));
  return origins.find((origin) => new URL(origin).host === host) ?? origins[0] ?? '';
}
