/** Problems that the command line itself finds, in the words of the one table. */
import type { ProblemView } from '../../preload/contract.ts';
import { ErrorWithProblem } from '../../preload/problem-error.ts';
import { type Problem } from '../../preload/problems.ts';
import { problemView } from '../../preload/problem-view.ts';

/** Thrown as a call's failure would be; told in the same way. */
export class WordsError extends ErrorWithProblem<ProblemView> {
  override readonly name = 'WordsError';
}

/** Makes the error of a problem; the params are checked against its words. */
export const wordsError = (found: Problem): WordsError => new WordsError(problemView(found));
