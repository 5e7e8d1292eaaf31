/** Signing in by OAuth with PKCE: the person agrees in a browser, where the site's administrator has made an app for it. */
import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { m } from '../../../../preload/paraglide/messages.js';
import { problem } from '../../../../preload/problems.ts';
import { asSaid, reasonWith } from '../../../../preload/problems/reasons.ts';
import { fail, ok } from '../../outcome.ts';
import type { SignInField, SignInGiven } from '../account.ts';
import { plainWords } from '../plain-words.ts';
import { beside, revealed } from '../bounds.ts';
import { textBody } from '../../http/text-body.ts';
import { noEnvelope } from './envelope.ts';
import { clockOf, finishWith, otherWays, type Desk, type Step } from './sign-in-call.ts';
import { tokenMost } from '../account-tokens.ts';
import { usualLives } from './tokens.ts';
import { rules } from './version.ts';

/**
 * protocol: `openid` is mandatory, `offline_access` gives the refresh token, UserInfo.Read tells account and room; each
 * has to be in the app's list literally. Write covers Read.
 */
const scopes = ['openid', 'offline_access', 'UserInfo.Read', 'Files.Write', 'Shares.Write'];

const fields = (): readonly SignInField[] => [
  {
    key: 'client-id',
    type: 'text',
    label: m.sign_in_field_client_id(),
    hint: m.sign_in_field_client_id_hint({ scopes: scopes.join(', ') }),
  },
  { key: 'client-secret', type: 'token', label: m.sign_in_field_client_secret() },
];

const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');
const word = (): string => randomBytes(32).toString('base64url');

const authorize = (desk: Desk, { answers, redirect }: SignInGiven): Step => {
  const [id, secret] = [text(answers['client-id']), text(answers['client-secret'])];
  const [state, verifier] = [word(), word()];
  const page = new URL('/session/authorize', desk.server.address);
  page.search = new URLSearchParams({
    response_type: 'code',
    client_id: id,
    scope: scopes.join(' '),
    redirect_uri: redirect,
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString();
  return ok({
    ask: [],
    carry: { at: 'authorize', id, secret, verifier },
    ways: otherWays(desk, 'browser'),
    authorize: { page: page.href, state },
  });
};

/** Up to thirty years. */
const lifeSeconds = z.number().positive().max(1e9);
/** protocol: the tokens of an authorisation are given once: its code is burnt. */
const answerSchema = z.looseObject({
  access_token: revealed(tokenMost),
  refresh_token: beside(revealed(tokenMost)),
  expires_in: beside(lifeSeconds),
  refresh_token_expires_in: beside(lifeSeconds),
});
const refusedSchema = z.looseObject({ error: z.string().optional(), msg: z.string().optional() });

/** POST /session/oauth/token. protocol: raw JSON; a code is burnt by every exchange that fails. */
const exchange = async (desk: Desk, { answers, carry, redirect }: SignInGiven): Promise<Step> => {
  const { name, address } = desk.server;
  const sent = await desk.http.send({
    method: 'POST',
    url: `${address}/api/v4/session/oauth/token`,
    body: textBody(
      new URLSearchParams({
        client_id: text(carry['id']),
        client_secret: text(carry['secret']),
        grant_type: 'authorization_code',
        code: text(answers['code']),
        code_verifier: text(carry['verifier']),
        redirect_uri: redirect,
      }).toString(),
      'application/x-www-form-urlencoded',
    ),
  });
  if (!sent.ok) return sent;
  const answer = sent.value;
  if (typeof answer.json !== 'object' || answer.json === null) return noEnvelope(answer, name);
  const told = answerSchema.safeParse(answer.json);
  if (!told.success) {
    const { error, msg } = refusedSchema.safeParse(answer.json).data ?? {};
    const said = error ?? msg;
    const words = said === undefined ? reasonWith('status', answer.status) : asSaid(plainWords(said, 80));
    return fail('attention', problem('sign-in-refused', { server: name, words }));
  }
  const { access_token: access, refresh_token: refresh, expires_in: life, refresh_token_expires_in: long } = told.data;
  if (refresh === undefined)
    return fail('attention', problem('scope-missing', { server: name, scope: 'offline_access' }));
  const now = clockOf(answer, desk);
  return finishWith(desk, {
    access,
    refresh,
    accessExpires: now + (life === undefined ? usualLives.access : life * 1000),
    refreshExpires: now + (long === undefined ? usualLives.refresh : long * 1000),
  });
};

/** A step of the way `oauth`. Fails with `attention` sign-in-refused, scope-missing, option-unsupported. */
export const byOauth = async (desk: Desk, given: SignInGiven): Promise<Step> => {
  if (!rules.oauth(desk.server.settings.version))
    return fail('attention', problem('option-unsupported', { option: 'browser', server: desk.server.name }));
  const { carry, answers } = given;
  if (carry['at'] === 'authorize') return exchange(desk, given);
  if (text(answers['client-id']) !== '' && text(answers['client-secret']) !== '') return authorize(desk, given);
  return ok({ ask: fields(), carry: { at: 'client' }, ways: otherWays(desk, 'browser') });
};
