/**
 * The one table of what can go wrong: code → words, an area a file. The database and the contract carry code and params
 * only, so that a change of language changes the words of what happened long ago.
 *
 * Words come in three parts: what happened · what it means for the file · what the person can do.
 */
import { visible } from './bounds.ts';
import type { Decision } from './decisions.ts';
import { accountFileProblems } from './problems/account-files.ts';
import { browserProblems } from './problems/browser.ts';
import { fileProblems } from './problems/file.ts';
import { limitProblems } from './problems/limits.ts';
import { programProblems } from './problems/program.ts';
import { savedServerProblems } from './problems/saved-servers.ts';
import { secretProblems } from './problems/secrets.ts';
import { serverProblems } from './problems/server.ts';
import { shareProblems } from './problems/shares.ts';
import { signInProblems } from './problems/sign-in.ts';
import { uploadProblems } from './problems/upload.ts';
import { words, type ProblemArea, type Words } from './problems/words.ts';

export { goesOn, type Words } from './problems/words.ts';

type Param = string | number | boolean;

export const problemTable = {
  ...fileProblems,
  ...limitProblems,
  ...serverProblems,
  ...secretProblems,
  ...signInProblems,
  ...accountFileProblems,
  ...shareProblems,
  ...uploadProblems,
  ...browserProblems,
  ...savedServerProblems,
  ...programProblems,
} satisfies ProblemArea;

export type ProblemCode = keyof typeof problemTable;
type NoParams = Readonly<Record<string, never>>;
type ParamsOf<C extends ProblemCode> = Parameters<(typeof problemTable)[C]> extends [infer P] ? P : NoParams;

/**
 * A problem as data. `params` holds what its words need; never a secret. `decisions`: what a person can decide about it,
 * where its code alone does not say that.
 */
export type Problem = {
  [C in ProblemCode]: {
    readonly code: C;
    readonly params: Readonly<ParamsOf<C>>;
    readonly decisions?: readonly Decision[];
  };
}[ProblemCode];

/** Makes a problem; the compiler checks that the params are those of its words. */
export const problem = <C extends ProblemCode>(
  code: C,
  ...params: NoParams extends ParamsOf<C> ? [] : [params: ParamsOf<C>]
): Problem => ({ code, params: params[0] ?? {} }) as Problem;

/**
 * Whether a file that is over was left out, as the person wished: nothing of it was sent, and that is no failure.
 *
 * @param how the state or the ending of it
 */
export const isLeftOut = (how: string, reason: { readonly code: string } | undefined): boolean =>
  how === 'cancelled' && reason?.code === 'name-skipped';

/** Longest text of a server or a file that is repeated in a sentence. */
const paramMost = 1_000;

/** Params as they may be shown: a server's words and file names may hold anything. */
const harmless = (params: Readonly<Record<string, Param>>): Readonly<Record<string, Param>> =>
  Object.fromEntries(
    Object.entries(params).map(([key, value]) => [
      key,
      typeof value === 'string' ? visible(value.slice(0, paramMost)) : value,
    ]),
  );

/** The words of a problem. A code of a newer version, or params that do not fit, still give a sentence. */
export const describe = (p: { readonly code: string; readonly params: Readonly<Record<string, Param>> }): Words => {
  const unknown = words(
    `Something happened that this version has no words for (${p.code}).`,
    'Nothing is known to be lost.',
  );
  if (!Object.hasOwn(problemTable, p.code)) return unknown;
  try {
    return (
      (problemTable as Readonly<Record<string, (params: never) => Words>>)[p.code]?.(harmless(p.params) as never) ??
      unknown
    );
  } catch {
    return unknown;
  }
};
