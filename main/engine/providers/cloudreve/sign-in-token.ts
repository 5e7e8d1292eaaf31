/** Signing in with a token that the site gave: pasted, or found in what the site's own page keeps. */
import { z } from 'zod';
import { m } from '../../../../preload/paraglide/messages.js';
import { problem, type Problem } from '../../../../preload/problems.ts';
import { ok } from '../../outcome.ts';
import type { SignInField, SignInGiven } from '../account.ts';
import { codes, refusal } from './codes.ts';
import { notThisServer } from './envelope.ts';
import { ask, clockOf, finishWith, otherWays, type Desk, type Step } from './sign-in-call.ts';
import { readTokens, toldTokens } from './tokens.ts';

/** What the site's page keeps in the browser: sign-ins by account, and which is the one in use. */
const storedSchema = z.looseObject({
  current: z.string(),
  sessions: z.record(z.string(), z.looseObject({ token: z.looseObject({ refresh_token: z.string() }) })),
});
/** Name under which it does. */
const stored = 'cloudreve_session';

/** The refresh token of whoever is signed in there; '' where nobody is. */
const tokenIn = (text: string): string => {
  try {
    const { current, sessions } = storedSchema.parse(JSON.parse(text));
    return sessions[current]?.token.refresh_token ?? '';
  } catch {
    return '';
  }
};

const withNotice = (notice: Problem | undefined): { readonly notice?: Problem } =>
  notice === undefined ? {} : { notice };

const tokenField = (): SignInField => ({
  key: 'token',
  type: 'token',
  label: m.sign_in_field_token(),
  hint: m.sign_in_field_token_hint({ stored }),
});

const askToken = (desk: Desk, notice?: Problem): Step =>
  ok({ ask: [tokenField()], carry: { at: 'token' }, ways: otherWays(desk, 'token'), ...withNotice(notice) });

/** Asks to sign in on the site's own page. */
export const askPage = (desk: Desk, notice?: Problem): Step =>
  ok({
    ask: [{ key: 'page', type: 'token', label: m.sign_in_field_page() }],
    carry: { at: 'page' },
    ways: otherWays(desk, 'password'),
    page: { address: `${desk.server.address}/session`, stored },
    ...withNotice(notice),
  });

/** POST /session/token/refresh. `again`: the question, where the server does not take the token. */
const take = async (desk: Desk, token: string, again: (notice: Problem) => Step): Promise<Step> => {
  const server = desk.server.name;
  const said = await ask(desk, 'POST', '/session/token/refresh', { json: { refresh_token: token } });
  if (!said.ok) return said;
  const { code, data, answer } = said.value;
  // protocol: 40020, whatever the reason.
  if (code === codes.tokenRefused || code === codes.notSignedIn || code === codes.parameter)
    return again(problem('token-wrong', { server }));
  if (code !== codes.done) return refusal(said.value, { server });
  const told = toldTokens.safeParse(data);
  if (!told.success) return notThisServer(server, 'refresh-no-tokens');
  const read = readTokens(told.data, clockOf(answer, desk));
  return finishWith(desk, read.refresh === '' ? { ...read, refresh: token } : read);
};

const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

/** A step of the way `token`. What the page keeps may be pasted whole. */
export const byToken = async (desk: Desk, { answers, carry }: SignInGiven): Promise<Step> => {
  if (carry['at'] !== 'token') return askToken(desk);
  const pasted = text(answers['token']);
  const token = tokenIn(pasted) || pasted;
  if (token === '') return askToken(desk, problem('token-wrong', { server: desk.server.name }));
  return take(desk, token, (notice) => askToken(desk, notice));
};

/** A step of the site's own page: it keeps other things there, too, until somebody is signed in. */
export const byPage = async (desk: Desk, { answers }: SignInGiven): Promise<Step> => {
  const token = tokenIn(text(answers['page']));
  return token === '' ? askPage(desk) : take(desk, token, (notice) => askPage(desk, notice));
};
