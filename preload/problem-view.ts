import type { ProblemView } from './contract.ts';
import { describe, inOneText, type Problem } from './problems.ts';

/** A problem in data and in words, as it crosses the contract: what happened, what it means, what to do. */
export const problemView = (problem: Problem): ProblemView => {
  const { happened, means, todo, action } = describe(problem);
  const parts = { happened, means, todo };
  const { code, params } = problem;
  return {
    code,
    params: { ...params },
    message: inOneText(parts),
    parts,
    ...(action === undefined ? {} : { action }),
  };
};
