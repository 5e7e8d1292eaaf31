/** SelfCommunity's tokens. protocol: OAuth 2 at `/oauth/token/`; an answer names a new refresh token, and the old one is over. */
import { z } from 'zod';
import { latestMoment } from '../../../../preload/bounds.ts';
import { dateOf } from '../../http/answer.ts';
import type { Answer, Http } from '../../http/http.ts';
import { textBody } from '../../http/text-body.ts';
import { ok, type Outcome } from '../../outcome.ts';
import { accessTokens, tokenMost, type Refresh, type Tokens } from '../account-tokens.ts';
import { beside, lasting, revealed } from '../bounds.ts';
import { learnClock, serverNow } from '../server-clock.ts';
import { notThisServer, refusal } from './answers.ts';

const toldTokens = z.looseObject({
  access_token: revealed(tokenMost),
  refresh_token: beside(revealed(tokenMost)),
  /** Seconds. */
  expires_in: beside(lasting),
});

/** How long a token counts as good where nothing says otherwise, ms. One that ends earlier is refused, and renewed then. */
const usualLife = 3_600_000;

/** A call of `/oauth/`, by a form. Every answer is `ok`. */
const askOauth = (
  http: Http,
  url: string,
  fields: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<Outcome<Answer>> =>
  http.send({
    method: 'POST',
    url,
    body: textBody(new URLSearchParams(fields).toString(), 'application/x-www-form-urlencoded'),
    ...(signal === undefined ? {} : { signal }),
  });

/** POST /oauth/token/, by a password or a refresh token. */
export const askTokens = (
  http: Http,
  address: string,
  fields: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<Outcome<Answer>> => askOauth(http, `${address}/oauth/token/`, fields, signal);

/** POST /oauth/revoke_token/. protocol: a token that is over already is no failure. */
export const revokeToken = (http: Http, address: string, token: string): Promise<Outcome<Answer>> =>
  askOauth(http, `${address}/oauth/revoke_token/`, { token });

/** protocol: 400 `invalid_grant` for a wrong password, or a refresh token that is over; some servers answer 401. */
export const isRefusedGrant = ({ status }: Answer): boolean => status === 400 || status === 401;

/** The tokens of an answer. `now`: ms since the epoch on the server's clock. `undefined`: it has none. */
export const readTokens = (answer: Answer, now: number): Tokens | undefined => {
  const told = answer.status === 200 ? toldTokens.safeParse(answer.json) : undefined;
  if (told?.success !== true) return undefined;
  const { access_token: access, refresh_token: refresh = '', expires_in: seconds } = told.data;
  const life = seconds === undefined ? usualLife : seconds * 1000;
  return { access, refresh, accessExpires: Math.min(latestMoment, now + life) };
};

/** The tokens of a pasted access token: it is used until the server refuses it. */
export const pastedToken = (access: string): Tokens => ({ access, refresh: '', accessExpires: latestMoment });

const refresh: Refresh = async (ctx, token, signal) => {
  const { name: server, address } = ctx.server;
  const answer = await askTokens(ctx.http, address, { grant_type: 'refresh_token', refresh_token: token }, signal);
  if (!answer.ok) return answer;
  learnClock(ctx, dateOf(answer.value));
  if (isRefusedGrant(answer.value)) return ok('refused');
  const tokens = readTokens(answer.value, serverNow(ctx));
  if (tokens !== undefined) return ok(tokens);
  return answer.value.status < 400 ? notThisServer(answer.value, server) : refusal(answer.value, { server });
};

/** See `AccessTokens`. */
export const { accessToken, renewToken } = accessTokens(refresh);
