/** Signing in to an account, by each of the ways that a site has, and signing out. */
import { ok, type Outcome } from '../../outcome.ts';
import type { Http } from '../../http/http.ts';
import type { SignInGiven } from '../account.ts';
import type { ProviderContext } from '../provider.ts';
import { noEnvelope, readEnvelope } from './envelope.ts';
import type { Desk, Step } from './sign-in-call.ts';
import { byOauth } from './sign-in-oauth.ts';
import { byPassword } from './sign-in-password.ts';
import { byPage, byToken } from './sign-in-token.ts';
import type { CloudreveSettings } from './state.ts';
import { tokensIn } from '../account-tokens.ts';

/** See `Account.signIn`. */
export const signIn = (given: SignInGiven, server: Desk['server'], http: Http, now: () => number): Promise<Step> => {
  const desk: Desk = { server, http, now };
  switch (given.way) {
    case 'password':
      return given.carry['at'] === 'page' ? byPage(desk, given) : byPassword(desk, given);
    case 'browser':
      return byOauth(desk, given);
    case 'token':
      return byToken(desk, given);
  }
};

/**
 * DELETE /session/token. protocol: ends that sign-in's refresh tokens, the renewed ones included; repeatable, and needs no
 * token of its own. A refusal means that there is nothing to end. Fails as `Http.send` does, and where no Cloudreve answers.
 */
export const signOut = async (ctx: ProviderContext<CloudreveSettings>): Promise<Outcome<void>> => {
  const secret = await ctx.secret();
  if (!secret.ok) return secret;
  const tokens = secret.value === undefined ? undefined : tokensIn(secret.value);
  if (tokens === undefined || tokens.refresh === '') return ok(undefined);
  const answer = await ctx.http.send({
    method: 'DELETE',
    url: `${ctx.server.address}/api/v4/session/token`,
    body: { json: { refresh_token: tokens.refresh } },
  });
  if (!answer.ok) return answer;
  return readEnvelope(answer.value) === undefined ? noEnvelope(answer.value, ctx.server.name) : ok(undefined);
};
