import { createHash, randomBytes } from 'node:crypto';
import { JSON_TYPE, Raw, Refusal } from './answer.ts';
import { type Call, needUser, readJson, readText } from './call.ts';
import type { OauthApp } from './config.ts';
import { encodeId } from './ids.ts';
import { issuePair } from './sign-in.ts';
import type { Site } from './site.ts';

interface Code {
  readonly user: number;
  readonly client: string;
  readonly scopes: readonly string[];
  readonly challenge: string;
}

const CODE_LIFE = 600_000;

const appOf = ({ settings }: Site, id: string): OauthApp | undefined =>
  settings.oauthApps.find(({ guid, is_enabled: enabled }) => guid === id && enabled !== false);

export function showApp({ site, params, user }: Call): unknown {
  const app = appOf(site, params[0] ?? '');
  if (!app) throw new Refusal(404, 'App not found');
  const grant = site.grants.all().find((row) => row.user === user?.id && row.client === app.guid);
  const consented = grant && { consented_scopes: grant.scopes };
  return { id: app.guid, name: app.name, homepage_url: app.homepage_url ?? '', ...consented };
}

/** What the page does when the person says yes: answers the code that the client exchanges. */
export async function consent(call: Call): Promise<unknown> {
  const { site } = call;
  const user = needUser(call);
  const asked = await readJson(call, {
    client_id: { type: 'text', name: 'ClientID', required: true },
    response_type: { type: 'text', name: 'ResponseType', required: true, oneOf: ['code'] },
    redirect_uri: { type: 'text', name: 'RedirectURI', required: true },
    scope: { type: 'text', name: 'Scope', required: true },
    state: { type: 'text' },
    code_challenge: { type: 'text' },
    code_challenge_method: { type: 'text', oneOf: ['', 'S256'] },
  });
  const app = appOf(site, asked.client_id);
  if (!app) throw new Refusal(404, 'App not found');
  if (!app.redirect_uris.includes(asked.redirect_uri)) throw new Refusal(40001, 'Invalid redirect URI');
  const scopes = asked.scope.split(' ').filter(Boolean);
  const unknown = scopes.some((scope) => !app.scopes.includes(scope));
  if (unknown || !scopes.includes('openid')) throw new Refusal(40001, 'Invalid scope');
  const code = randomBytes(32).toString('hex');
  const value: Code = { user: user.id, client: app.guid, scopes, challenge: asked.code_challenge };
  site.memory.put(`code:${code}`, value, site.now() + CODE_LIFE);
  const before = site.grants.all().find((grant) => grant.user === user.id && grant.client === app.guid);
  const grant = { user: user.id, client: app.guid, scopes, usedAt: site.now() };
  if (before) site.grants.put({ ...before, ...grant });
  else site.grants.add(grant);
  return { code, state: asked.state };
}

/** The exchange: a code is used up by the first try, whatever comes of it. */
export async function exchange(call: Call): Promise<unknown> {
  const { site, request } = call;
  const form = new URLSearchParams(await readText(request));
  const [id, secret, grantType, text] = ['client_id', 'client_secret', 'grant_type', 'code'].map((name) =>
    form.get(name),
  );
  if (!id || !secret || !grantType || !text) throw new Refusal(40001, 'Parameter error', { traced: false });
  const code = site.memory.take(`code:${text}`) as Code | undefined;
  if (!code) throw new ExchangeRefusal('Invalid or expired authorization code');
  if (code.client !== id) throw new ExchangeRefusal('Client ID mismatch');
  if (appOf(site, id)?.secret !== secret) throw new ExchangeRefusal('Invalid client secret');
  const proof = createHash('sha256')
    .update(form.get('code_verifier') ?? '')
    .digest('base64url');
  if (code.challenge && proof !== code.challenge) throw new ExchangeRefusal('Invalid code verifier');
  const user = site.users.get(code.user);
  if (!user) throw new ExchangeRefusal('Invalid or expired authorization code');
  const pair = issuePair(site, user, { client: { id, scopes: code.scopes } });
  const answer = {
    access_token: pair.access_token,
    token_type: 'Bearer',
    expires_in: site.settings.accessTtl / 1000,
    refresh_token_expires_in: code.scopes.includes('offline_access') ? site.settings.refreshTtl / 1000 : 0,
    ...(code.scopes.includes('offline_access') && { refresh_token: pair.refresh_token }),
    scope: code.scopes.join(' '),
  };
  return new Raw(200, { 'content-type': JSON_TYPE }, JSON.stringify(answer));
}

/** Answered in the form that OAuth has for it, with HTTP 400. */
export class ExchangeRefusal extends Error {
  envelope(correlationId: string): unknown {
    return { error: this.message, error_description: '', error_codes: [40020], correlation_id: correlationId };
  }
}

export function withdraw(call: Call): unknown {
  const { site, params } = call;
  const user = needUser(call);
  const grant = site.grants.all().find((row) => row.user === user.id && row.client === params[0]);
  if (!grant) throw new Refusal(404, 'OAuth grant not found');
  site.grants.remove(grant.id);
  return undefined;
}

export function userInfo(call: Call): Raw {
  const { site } = call;
  const user = needUser(call);
  const body = {
    sub: encodeId(user.id, 'user'),
    name: user.nickname,
    preferred_username: user.nickname,
    picture: `${site.url}/api/v4/user/avatar/${encodeId(user.id, 'user')}`,
    updated_at: Math.floor(user.createdAt / 1000),
    email: user.email,
    email_verified: true,
  };
  return new Raw(200, { 'content-type': JSON_TYPE }, JSON.stringify(body));
}
