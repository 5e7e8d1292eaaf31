import { createHash, randomUUID } from 'node:crypto';
import { Refusal } from './answer.ts';
import { type Call, readJson } from './call.ts';
import { decodeId, encodeId } from './ids.ts';
import type { Site, User } from './site.ts';
import { type Claims, readToken, signToken } from './tokens.ts';

export interface Pair {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly access_expires: string;
  readonly refresh_expires: string;
}

/** The application that a token is for, and what it may do. */
export interface Client {
  readonly id: string;
  readonly scopes: readonly string[];
}

interface Issue {
  readonly client?: Client;
  /** The sign-in that is renewed. */
  readonly root?: string;
  /** ms; when it was, if not now. */
  readonly at?: number;
}

/** Times in tokens are whole seconds, as everywhere: two that are issued within a second can be equal. */
const wholeSecond = (ms: number): number => Math.ceil(ms / 1000);

export function issuePair(site: Site, user: User, { client, root = randomUUID(), at = site.now() }: Issue = {}): Pair {
  const { accessTtl, refreshTtl } = site.settings;
  const common = {
    sub: encodeId(user.id, 'user'),
    ...(client && { client_id: client.id, scopes: client.scopes }),
  };
  const token = (type: Claims['token_type'], ms: number, ttl: number, more: Partial<Claims> = {}): string => {
    const nbf = wholeSecond(ms);
    return signToken({ token_type: type, ...common, nbf, exp: nbf + ttl / 1000, ...more }, site.secret);
  };
  const now = site.now();
  return {
    access_token: token('access', at, accessTtl),
    refresh_token: token('refresh', now, refreshTtl, { root, state: stateOf(user) }),
    access_expires: site.time(wholeSecond(at) * 1000 + accessTtl),
    refresh_expires: site.time(wholeSecond(now) * 1000 + refreshTtl),
  };
}

/** How long a sign-in that follows another one takes over the time of its access token, ms. */
const SAME_MOMENT = 5_000;
const MINUTE = 60_000;
const lastSignIns = new WeakMap<Site, Map<number, number>>();

/**
 * A pair for a sign-in. The access tokens of two sign-ins in one second are equal on the real server; here "one
 * second" is a little longer, so that a play that counts on it does not depend on where the second ends.
 */
export function reissueSoon(site: Site, user: User): Pair {
  let times = lastSignIns.get(site);
  if (!times) lastSignIns.set(site, (times = new Map<number, number>()));
  const before = times.get(user.id);
  const now = site.now();
  if (before !== undefined && now - before < SAME_MOMENT && site.settings.accessTtl > MINUTE)
    return issuePair(site, user, { at: before });
  times.set(user.id, now);
  return issuePair(site, user, { at: now });
}

/** What ends with the address and the password of an account. */
const stateOf = ({ email, password }: User): string =>
  createHash('sha256').update(`${email} ${password}`).digest('hex');

const REFRESH = { refresh_token: { type: 'text', name: 'RefreshToken', required: true } } as const;

export async function refresh(call: Call): Promise<unknown> {
  const { site } = call;
  const { refresh_token: token } = await readJson(call, REFRESH);
  site.log.noteSite('refresh');
  const claims = readToken(token, site.secret, site.now());
  const user = site.users.get(decodeId(claims?.sub ?? '', 'user') ?? 0);
  if (!claims || !user || !mayRenew(site, user, claims)) throw new Refusal(40020, 'Failed to issue token pair');
  const client =
    claims.client_id === undefined ? {} : { client: { id: claims.client_id, scopes: claims.scopes ?? [] } };
  return issuePair(site, user, { ...client, root: claims.root ?? '' });
}

function mayRenew(site: Site, user: User, claims: Claims): boolean {
  if (claims.token_type !== 'refresh' || claims.state !== stateOf(user) || user.status !== 'active') return false;
  if (site.memory.get(`signed-out:${claims.root ?? ''}`)) return false;
  if (claims.client_id === undefined) return true;
  const grant = site.grants.all().find(({ user: id, client }) => id === user.id && client === claims.client_id);
  return grant !== undefined && (claims.scopes ?? []).every((scope) => grant.scopes.includes(scope));
}

/** Ends the refresh tokens of a sign-in: until the server crashes, which forgets it. */
export async function signOut(call: Call): Promise<unknown> {
  const { site } = call;
  const { refresh_token: token } = await readJson(call, REFRESH);
  const claims = readToken(token, site.secret, site.now());
  if (!claims) throw new Refusal(40020, 'Failed to parse token');
  if (claims.root) site.memory.put(`signed-out:${claims.root}`, true, claims.exp * 1000 + site.settings.refreshTtl);
  return '';
}
