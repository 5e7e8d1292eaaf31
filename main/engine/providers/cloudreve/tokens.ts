/** Cloudreve's tokens: how its answers tell them, and how they are renewed. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { problem } from '../../../../preload/problems.ts';
import { dateOf } from '../../http/answer.ts';
import { fail, ok } from '../../outcome.ts';
import { accessTokens, ofAccount, signedOut, tokenMost, type Refresh, type Tokens } from '../account-tokens.ts';
import { beside, revealed } from '../bounds.ts';
import { learnClock, serverNow } from '../server-clock.ts';
import { timeOf } from './clock.ts';
import { codes, refusal, soundsBanned } from './codes.ts';
import { noEnvelope, notThisServer, readEnvelope } from './envelope.ts';

/** Tokens as sign-in and refresh answer them. */
export const toldTokens = z.looseObject({
  access_token: revealed(tokenMost),
  refresh_token: beside(revealed(tokenMost)),
  access_expires: beside(z.string()),
  refresh_expires: beside(z.string()),
});

/** protocol: how long tokens live where nothing says otherwise, ms. One that ends earlier is refused, and renewed then. */
export const usualLives = { access: 3_600_000, refresh: 1_209_600_000 } as const;

export const readTokens = (told: z.infer<typeof toldTokens>, now: number): Tokens => ({
  access: told.access_token,
  refresh: told.refresh_token ?? '',
  accessExpires: timeOf(told.access_expires) ?? now + usualLives.access,
  refreshExpires: timeOf(told.refresh_expires) ?? now + usualLives.refresh,
});

/**
 * POST /session/token/refresh. protocol: the answer holds the tokens alone. Its refresh token replaces the old one, which stays
 * valid.
 */
const refresh: Refresh = async (ctx, token, signal) => {
  const server = ctx.server.name;
  const answer = await ctx.http.send({
    method: 'POST',
    url: `${ctx.server.address}/api/v4/session/token/refresh`,
    headers: { 'x-cr-correlation-id': randomUUID() },
    body: { json: { refresh_token: token } },
    signal,
  });
  if (!answer.ok) return answer;
  const said = readEnvelope(answer.value);
  if (said === undefined) return noEnvelope(answer.value, server);
  learnClock(ctx, dateOf(answer.value));
  if (soundsBanned(said)) return fail('attention', problem('account-banned', { server }), ofAccount);
  if (said.code === codes.tokenRefused || said.code === codes.notSignedIn) return ok('refused');
  if (said.code !== codes.done) {
    const told = refusal(said, { server });
    // What is refused for good is no affair of the one file for which it was asked: the person signs in, nothing is lost.
    return !told.ok && ['fatal', 'restart'].includes(told.failure.behaviour) ? signedOut(ctx) : told;
  }
  const told = toldTokens.safeParse(said.data);
  return told.success ? ok(readTokens(told.data, serverNow(ctx))) : notThisServer(server, 'refresh-no-tokens');
};

/** See `AccessTokens`. Both fail with `attention` account-banned as well. */
export const { accessToken, renewToken } = accessTokens(refresh);
