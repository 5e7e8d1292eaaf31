/**
 * The tokens of an account: renewed early, by the server's clock, and once for everything that is under way on the server.
 */
import { dateOf } from '../../http/answer.ts';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { problem } from '../../../../preload/problems.ts';
import { fail, ok, type Outcome } from '../../outcome.ts';
import { unlessAborted } from '../abortable.ts';
import type { ProviderContext } from '../provider.ts';
import { beside, revealed } from '../bounds.ts';
import { learnClock, serverNow } from '../server-clock.ts';
import { timeOf } from './clock.ts';
import { codes, ofAccount, refusal, soundsBanned } from './codes.ts';
import { noEnvelope, notThisServer, readEnvelope } from './envelope.ts';

type Ctx = ProviderContext<unknown>;

/** What is kept in the vault as the server's secret. Times in ms since the epoch, on the server's clock. */
const tokensSchema = z.object({
  access: z.string().min(1),
  refresh: z.string(),
  accessExpires: z.number(),
  refreshExpires: z.number(),
});
export type Tokens = Readonly<z.infer<typeof tokensSchema>>;

/** Characters of the longest token. */
export const tokenMost = 16_384;

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

/** The secret of a server, from tokens. */
export const secretOf = (tokens: Tokens): string => JSON.stringify(tokens);

/** The tokens in a secret; `undefined` where it is no such secret. */
export const tokensIn = (secret: string): Tokens | undefined => {
  try {
    return tokensSchema.parse(JSON.parse(secret));
  } catch {
    return undefined;
  }
};

/** ms before its end at which a token is renewed; at half of its life, where that is shorter. */
const earlyMs = 600_000;

/** Of one server, shared by all of its transfers. A kill may take it: the vault has what counts. */
type Keeper = {
  /** The secret as the vault gives it that `tokens` come from. */
  secret: string;
  tokens: Tokens;
  renewing: Promise<Outcome<Tokens>> | undefined;
  /** ms that a token lives, once one was seen to be made. */
  life: number | undefined;
  /** A refresh token that the server refused: the user has to sign in again. */
  refused: string | undefined;
};
const keepers = new Map<string, Keeper>();

/** Never aborted: a refresh that one call began is waited for by others. */
const forAll = new AbortController().signal;

const signedOut = (ctx: Ctx): Outcome<never> =>
  fail('attention', problem('signed-out', { server: ctx.server.name }), ofAccount);

/** The keeper of a server, with what the vault has now. The user may have signed in again since. */
const keeperOf = async (ctx: Ctx): Promise<Outcome<Keeper>> => {
  for (;;) {
    const before = keepers.get(ctx.server.id);
    if (before?.renewing !== undefined) await unlessAborted(before.renewing, ctx.signal);
    const known = before?.secret;
    const secret = await ctx.secret();
    if (!secret.ok) return secret;
    const keeper = keepers.get(ctx.server.id);
    // Renewed while the vault was read: what was read may be the old one.
    if (keeper?.renewing !== undefined || keeper?.secret !== known) continue;
    if (secret.value === undefined) return signedOut(ctx);
    if (keeper?.secret === secret.value) return ok(keeper);
    const tokens = tokensIn(secret.value);
    if (tokens === undefined) return signedOut(ctx);
    const fresh = { secret: secret.value, tokens, renewing: undefined, life: keeper?.life, refused: undefined };
    keepers.set(ctx.server.id, fresh);
    return ok(fresh);
  }
};

/** POST /session/token/refresh. protocol: the answer is the bare tokens, whose refresh token is to be taken. */
const refresh = async (ctx: Ctx, keeper: Keeper): Promise<Outcome<Tokens>> => {
  const server = ctx.server.name;
  const { refresh: token } = keeper.tokens;
  if (token === '' || keeper.refused === token) return signedOut(ctx);
  const answer = await ctx.http.send({
    method: 'POST',
    url: `${ctx.server.address}/api/v4/session/token/refresh`,
    headers: { 'x-cr-correlation-id': randomUUID() },
    body: { json: { refresh_token: token } },
    signal: forAll,
  });
  if (!answer.ok) return answer;
  const said = readEnvelope(answer.value);
  if (said === undefined) return noEnvelope(answer.value, server);
  learnClock(ctx, dateOf(answer.value));
  if (soundsBanned(said)) return fail('attention', problem('account-banned', { server }), ofAccount);
  if (said.code === codes.tokenRefused || said.code === codes.notSignedIn) keeper.refused = token;
  if (said.code !== codes.done) {
    const told = refusal(said, { server });
    // What is refused for good is no affair of the one file for which it was asked: the person signs in, nothing is lost.
    return !told.ok && ['fatal', 'restart'].includes(told.failure.behaviour) ? signedOut(ctx) : told;
  }
  const told = toldTokens.safeParse(said.data);
  if (!told.success) return notThisServer(server, 'refresh-no-tokens');
  const now = serverNow(ctx);
  const read = readTokens(told.data, now);
  const tokens = read.refresh === '' ? { ...read, refresh: token } : read;
  keeper.life = tokens.accessExpires - now;
  keeper.tokens = tokens;
  const secret = secretOf(tokens);
  const kept = await ctx.keepSecret(secret);
  // protocol: the old refresh token stays good, so that a vault that takes nothing loses nothing.
  if (kept.ok) keeper.secret = secret;
  return ok(tokens);
};

const renewed = async (ctx: Ctx, keeper: Keeper): Promise<Outcome<Tokens>> => {
  keeper.renewing ??= refresh(ctx, keeper).finally(() => {
    keeper.renewing = undefined;
  });
  const fresh = await unlessAborted(keeper.renewing, ctx.signal);
  if (fresh.ok || fresh.failure.behaviour !== 'attention') return fresh;
  // The user may have signed in while the old sign-in was refused: they are not asked again.
  const present = await keeperOf(ctx);
  return present.ok && present.value.secret !== keeper.secret ? ok(present.value.tokens) : fresh;
};

/**
 * The access token to use now, renewed where its end is near. Fails with `attention` signed-out, account-banned, or as
 * the vault does.
 */
export const accessToken = async (ctx: Ctx): Promise<Outcome<string>> => {
  const keeper = await keeperOf(ctx);
  if (!keeper.ok) return keeper;
  const { tokens, life } = keeper.value;
  const left = tokens.accessExpires - serverNow(ctx);
  if (left > Math.min(earlyMs, (life ?? Infinity) / 2)) return ok(tokens.access);
  const fresh = await renewed(ctx, keeper.value);
  if (fresh.ok) return ok(fresh.value.access);
  // A server that is out of reach for a while does not sign anyone out.
  return left > 0 && fresh.failure.behaviour !== 'attention' ? ok(tokens.access) : fresh;
};

/** Another access token than one that was refused: by a refresh, unless somebody else has done that already. */
export const renewToken = async (ctx: Ctx, refused: string): Promise<Outcome<string>> => {
  const keeper = await keeperOf(ctx);
  if (!keeper.ok) return keeper;
  if (keeper.value.tokens.access !== refused) return ok(keeper.value.tokens.access);
  const fresh = await renewed(ctx, keeper.value);
  return fresh.ok ? ok(fresh.value.access) : fresh;
};
