/**
 * The tokens of an account: renewed early, by the server's clock, and once for everything that is under way on the server.
 */
import { z } from 'zod';
import { problem } from '../../../preload/problems.ts';
import { fail, ok, type Outcome } from '../outcome.ts';
import { unlessAborted } from './abortable.ts';
import type { ProviderContext } from './provider.ts';
import { serverNow } from './server-clock.ts';

type Ctx = ProviderContext<unknown>;

/** What is kept in the vault as the server's secret. Times in ms since the epoch, on the server's clock. */
const tokensSchema = z.object({
  access: z.string().min(1),
  /** Blank: there is none, and the user signs in again when the access token ends. */
  refresh: z.string(),
  accessExpires: z.number(),
  /** Absent: the server does not say it. */
  refreshExpires: z.number().optional(),
});
export type Tokens = Readonly<z.infer<typeof tokensSchema>>;

/** Characters of the longest token. */
export const tokenMost = 16_384;

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

/** Of a failure that every upload of the account would meet. */
export const ofAccount = { scope: 'account' } as const;

/** The account is signed out: `attention`, until the user signs in. */
export const signedOut = (ctx: Ctx): Outcome<never> =>
  fail('attention', problem('signed-out', { server: ctx.server.name }), ofAccount);

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

/** Never aborted: a refresh that one call began is waited for by others. */
const forAll = new AbortController().signal;

/**
 * Asks the server for other tokens. `refused`: it does not take the refresh token any more. What it learns of the server's
 * clock (`learnClock`) is used for the times of the tokens. It gets a signal that is never aborted.
 */
export type Refresh = (ctx: Ctx, refresh: string, signal: AbortSignal) => Promise<Outcome<Tokens | 'refused'>>;

export type AccessTokens = {
  /**
   * The access token to use now, renewed where its end is near. Fails with `attention` signed-out, or as the vault or the
   * refresh does.
   */
  readonly accessToken: (ctx: Ctx) => Promise<Outcome<string>>;
  /** Another access token than one that was refused: by a refresh, unless somebody else has done that already. */
  readonly renewToken: (ctx: Ctx, refused: string) => Promise<Outcome<string>>;
};

/** The access tokens of all servers of one kind. */
export const accessTokens = (refresh: Refresh): AccessTokens => {
  const keepers = new Map<string, Keeper>();

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

  const renew = async (ctx: Ctx, keeper: Keeper): Promise<Outcome<Tokens>> => {
    const { refresh: token } = keeper.tokens;
    if (token === '' || keeper.refused === token) return signedOut(ctx);
    const told = await refresh(ctx, token, forAll);
    if (!told.ok) return told;
    if (told.value === 'refused') {
      keeper.refused = token;
      return signedOut(ctx);
    }
    const tokens = told.value.refresh === '' ? { ...told.value, refresh: token } : told.value;
    keeper.life = tokens.accessExpires - serverNow(ctx);
    keeper.tokens = tokens;
    const secret = secretOf(tokens);
    const kept = await ctx.keepSecret(secret);
    // A vault that takes nothing loses nothing while the program runs.
    if (kept.ok) keeper.secret = secret;
    return ok(tokens);
  };

  const renewed = async (ctx: Ctx, keeper: Keeper): Promise<Outcome<Tokens>> => {
    keeper.renewing ??= renew(ctx, keeper).finally(() => {
      keeper.renewing = undefined;
    });
    const fresh = await unlessAborted(keeper.renewing, ctx.signal);
    if (fresh.ok || fresh.failure.behaviour !== 'attention') return fresh;
    // The user may have signed in while the old sign-in was refused: they are not asked again.
    const present = await keeperOf(ctx);
    return present.ok && present.value.secret !== keeper.secret ? ok(present.value.tokens) : fresh;
  };

  return {
    accessToken: async (ctx) => {
      const keeper = await keeperOf(ctx);
      if (!keeper.ok) return keeper;
      const { tokens, life } = keeper.value;
      const left = tokens.accessExpires - serverNow(ctx);
      if (left > Math.min(earlyMs, (life ?? Infinity) / 2)) return ok(tokens.access);
      const fresh = await renewed(ctx, keeper.value);
      if (fresh.ok) return ok(fresh.value.access);
      // A server that is out of reach for a while does not sign anyone out.
      return left > 0 && fresh.failure.behaviour !== 'attention' ? ok(tokens.access) : fresh;
    },
    renewToken: async (ctx, refused) => {
      const keeper = await keeperOf(ctx);
      if (!keeper.ok) return keeper;
      if (keeper.value.tokens.access !== refused) return ok(keeper.value.tokens.access);
      const fresh = await renewed(ctx, keeper.value);
      return fresh.ok ? ok(fresh.value.access) : fresh;
    },
  };
};
