/** What the ways of signing in have in common: calls before there is anyone to call as, and how a sign-in ends. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { visible } from '../../../../preload/bounds.ts';
import { problem } from '../../../../preload/problems.ts';
import { dateOf } from '../../http/answer.ts';
import type { Answer, Http } from '../../http/http.ts';
import { fail, ok, type Outcome } from '../../outcome.ts';
import type { SignInStep, SignInWay } from '../account.ts';
import { beside } from '../bounds.ts';
import { codes, refusal, soundsBanned } from './codes.ts';
import { noEnvelope, notThisServer, readEnvelope, type Said } from './envelope.ts';
import type { CloudreveSettings } from './state.ts';
import { secretOf, type Tokens } from '../account-tokens.ts';
import { readTokens, toldTokens } from './tokens.ts';
import { rules } from './version.ts';

/** Where somebody signs in, and by what. */
export type Desk = {
  readonly server: { readonly name: string; readonly address: string; readonly settings: CloudreveSettings };
  readonly http: Http;
  readonly now: () => number;
};
export type Step = Outcome<SignInStep<CloudreveSettings>>;

/** The ways that a server offers beside one. protocol: OAuth since 4.12. */
export const otherWays = ({ server }: Desk, way: SignInWay): readonly SignInWay[] =>
  (['password', 'browser', 'token'] as const).filter(
    (other) => other !== way && (other !== 'browser' || rules.oauth(server.settings.version)),
  );

/** The server's clock as an answer has it, ms since the epoch; else this machine's. */
export const clockOf = (answer: Answer, { now }: Desk): number => dateOf(answer) ?? now();

/** One call. `path` is below `/api/v4`. Fails as `Http.send` does, where no Cloudreve answers, and with account-banned. */
export const ask = async (
  { server, http }: Desk,
  method: 'GET' | 'POST',
  path: string,
  { json, token }: { readonly json?: unknown; readonly token?: string } = {},
): Promise<Outcome<Said>> => {
  const answer = await http.send({
    method,
    url: `${server.address}/api/v4${path}`,
    headers: {
      'x-cr-correlation-id': randomUUID(),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(json === undefined ? {} : { body: { json } }),
  });
  if (!answer.ok) return answer;
  const said = readEnvelope(answer.value);
  if (said === undefined) return noEnvelope(answer.value, server.name);
  // protocol: a user who is banned gets 50001 from every call.
  return soundsBanned(said) ? fail('attention', problem('account-banned', { server: server.name })) : ok(said);
};

const userSchema = z.looseObject({ email: z.string().min(1).max(320).transform(visible) });

const signedIn = ({ server }: Desk, tokens: Tokens, account: string): Step =>
  ok({ signedIn: { secret: secretOf(tokens), settings: server.settings, account } });

/** The end of a sign-in with tokens alone: whose they are is asked. Fails with `attention` scope-missing, and as `ask`. */
export const finishWith = async (desk: Desk, tokens: Tokens): Promise<Step> => {
  const { name } = desk.server;
  const me = await ask(desk, 'GET', '/user/me', { token: tokens.access });
  if (!me.ok) return me;
  if (me.value.code !== codes.done) return refusal(me.value, { server: name });
  const user = userSchema.safeParse(me.value.data);
  return user.success ? signedIn(desk, tokens, user.data.email) : notThisServer(name, 'account-no-address');
};

const signedInSchema = z.looseObject({ token: toldTokens, user: beside(userSchema) });

/** The end of a sign-in whose answer has the tokens; whose they are is asked where it does not say. */
export const finishSaid = async (desk: Desk, said: Said): Promise<Step> => {
  const told = signedInSchema.safeParse(said.data);
  if (!told.success) return notThisServer(desk.server.name, 'sign-in-no-tokens');
  const { token, user } = told.data;
  const tokens = readTokens(token, clockOf(said.answer, desk));
  return user === undefined ? finishWith(desk, tokens) : signedIn(desk, tokens, user.email);
};
