/** An error that carries its problem as data. This file loads nothing else: the window takes it, too. */
export abstract class ErrorWithProblem<P extends { readonly code: string; readonly message?: string }> extends Error {
  readonly problem: P;

  /** `message`: default: the problem's own words, or its code where it has none. */
  constructor(problem: P, message: string = problem.message ?? problem.code) {
    super(message);
    this.problem = problem;
  }
}
