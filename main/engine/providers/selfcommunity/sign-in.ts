/** Signing in: with a user name and a password, or with a token that the community gave. */
import { m } from '../../../../preload/paraglide/messages.js';
import { problem, type Problem } from '../../../../preload/problems.ts';
import { dateOf } from '../../http/answer.ts';
import type { Http } from '../../http/http.ts';
import { ok, type Outcome } from '../../outcome.ts';
import type { SignInField, SignInGiven, SignInStep, SignInWay } from '../account.ts';
import { secretOf, type Tokens, tokensIn } from '../account-tokens.ts';
import type { ProviderContext } from '../provider.ts';
import { notThisServer, refusal } from './answers.ts';
import { probeWith } from './call.ts';
import type { SelfCommunitySettings } from './state.ts';
import { askTokens, isRefusedGrant, pastedToken, readTokens, revokeToken } from './tokens.ts';

type Step = Outcome<SignInStep<SelfCommunitySettings>>;
type Server = { readonly name: string; readonly address: string; readonly settings: SelfCommunitySettings };

const userField = (): SignInField => ({ key: 'user', type: 'text', label: m.sign_in_field_user() });

const fieldsOf = (way: 'password' | 'token'): readonly SignInField[] =>
  way === 'password'
    ? [userField(), { key: 'password', type: 'password', label: m.sign_in_field_password() }]
    : [
        userField(),
        {
          key: 'token',
          type: 'token',
          label: m.sign_in_field_access_token(),
          hint: m.sign_in_field_access_token_hint(),
        },
      ];

const ask = (way: 'password' | 'token', notice?: Problem): Step => {
  const ways: readonly SignInWay[] = [way === 'password' ? 'token' : 'password'];
  return ok({ ask: fieldsOf(way), carry: { at: way }, ways, ...(notice === undefined ? {} : { notice }) });
};

const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

const signedIn = (tokens: Tokens, account: string, settings: SelfCommunitySettings): Step =>
  ok({ signedIn: { secret: secretOf(tokens), settings, account } });

/** See `Account.signIn`. */
export const signIn = async (given: SignInGiven, server: Server, http: Http, now: () => number): Promise<Step> => {
  const { name, address, settings } = server;
  const { answers, carry } = given;
  const way = given.way === 'token' ? 'token' : 'password';
  if (carry['at'] !== way) return ask(way);
  const user = text(answers['user']);
  if (way === 'token') {
    const token = text(answers['token']);
    const wrong = ask(way, problem('token-wrong', { server: name }));
    if (token === '' || user === '') return wrong;
    const taken = await probeWith(token, server, http);
    if (taken.ok) return signedIn(pastedToken(token), user, settings);
    return taken.failure.problem.code === 'signed-out' ? wrong : taken;
  }
  const password = typeof answers['password'] === 'string' ? answers['password'] : '';
  const answer = await askTokens(http, address, { grant_type: 'password', username: user, password });
  if (!answer.ok) return answer;
  const tokens = readTokens(answer.value, dateOf(answer.value) ?? now());
  if (tokens !== undefined) return signedIn(tokens, user, settings);
  if (isRefusedGrant(answer.value)) return ask(way, problem('user-wrong', { server: name }));
  return answer.value.status < 400 ? notThisServer(answer.value, name) : refusal(answer.value, { server: name });
};

/** See `Account.signOut`. The refresh token ends, or a pasted token itself. */
export const signOut = async (ctx: ProviderContext<SelfCommunitySettings>): Promise<Outcome<void>> => {
  const secret = await ctx.secret();
  if (!secret.ok) return secret;
  const tokens = secret.value === undefined ? undefined : tokensIn(secret.value);
  if (tokens === undefined) return ok(undefined);
  const token = tokens.refresh === '' ? tokens.access : tokens.refresh;
  const answer = await revokeToken(ctx.http, ctx.server.address, token);
  return answer.ok ? ok(undefined) : answer;
};
