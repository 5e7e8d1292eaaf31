/** protocol: the raw password is the `Authorization` header, without a scheme. */
import { type Problem, problem } from '../../../../preload/problems.ts';
import { failed, ok, type Outcome } from '../../outcome.ts';
import type { ProviderContext } from '../provider.ts';
import type { StendSettings } from './state.ts';

/** Why a password could never arrive as it is: header values are Latin-1, and lose the spaces at their ends. */
export const refusePassword = (password: string): Problem | undefined => {
  const why = /^[ \t]|[ \t]$/.test(password)
    ? 'edge-space'
    : /\p{Cc}/u.test(password)
      ? 'control-character'
      : /[\u0100-\u{10ffff}]/u.test(password)
        ? 'beyond-latin1'
        : password === ''
          ? 'is-empty'
          : undefined;
  return why === undefined ? undefined : problem('password-unsendable', { why });
};

export type SignedIn = { readonly headers: Readonly<Record<string, string>>; readonly signedIn: boolean };

/** The headers that sign in; none where no password is saved. Fails with `attention`. */
export const signIn = async (ctx: ProviderContext<StendSettings>): Promise<Outcome<SignedIn>> => {
  const secret = await ctx.secret();
  if (!secret.ok) return secret;
  if (secret.value === undefined) return ok({ headers: {}, signedIn: false });
  const refused = refusePassword(secret.value);
  if (refused !== undefined) return failed({ behaviour: 'attention', problem: refused });
  return ok({ headers: { authorization: secret.value }, signedIn: true });
};
