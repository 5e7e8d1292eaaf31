/**
 * The one table of what can go wrong: code → words, an area a file. The database and the contract carry code and params
 * only, so that a change of language changes the words of what happened long ago.
 *
 * Words come in three parts: what happened · what it means for the file · what the person can do.
 */
import { visible } from './bounds.ts';
import { m } from './paraglide/messages.js';
import type { Decision } from './decisions.ts';
import { accountFileProblems } from './problems/account-files.ts';
import { browserProblems } from './problems/browser.ts';
import { changeProblems } from './problems/change.ts';
import { fileProblems } from './problems/file.ts';
import { limitProblems } from './problems/limits.ts';
import { programProblems } from './problems/program.ts';
import { savedServerProblems } from './problems/saved-servers.ts';
import { secretProblems } from './problems/secrets.ts';
import { serverProblems } from './problems/server.ts';
import { shareProblems } from './problems/shares.ts';
import { signInProblems } from './problems/sign-in.ts';
import { uploadProblems } from './problems/upload.ts';
import { sentencesOf, wordsOf, type Param, type ParamsFor, type ProblemArea, type Words } from './problems/words.ts';

export { asParam, type Words } from './problems/words.ts';

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
  ...changeProblems,
} as const satisfies ProblemArea;

export type ProblemCode = keyof typeof problemTable;
type NoParams = Readonly<Record<string, never>>;
type ParamsOf<C extends ProblemCode> = (typeof problemTable)[C] extends readonly [unknown, infer P, ...unknown[]]
  ? ParamsFor<P>
  : NoParams;

/**
 * A problem as data. `params` holds what its words need; never a secret. `decisions`: what a person can decide about it,
 * where its code alone does not say that.
 */
export type Problem = {
  [C in ProblemCode]: {
    readonly code: C;
    readonly params: ParamsOf<C>;
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

/** The words of a problem. A code of a newer version, or params that do not fit, still give a sentence. */
export const describe = (p: { readonly code: string; readonly params: Readonly<Record<string, Param>> }): Words => {
  const table: ProblemArea = problemTable;
  const entry = Object.hasOwn(table, p.code) ? table[p.code] : undefined;
  const known = entry === undefined ? undefined : wordsOf(entry, p.params, describe);
  return known ?? sentencesOf(m.problem_unknown({ code: visible(p.code) }));
};

/** The three parts as one text. */
export const inOneText = ({ happened, means, todo }: Words): string =>
  [happened, means, todo].filter((part) => part !== '').join(' ');
