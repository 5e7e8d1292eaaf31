/** What handlers of the contract have in common. */
import type { CallName, CallOutput, ParsedInput } from '../../preload/contract.ts';
import { problem, type Problem } from '../../preload/problems.ts';
import type { Engine } from '../engine/engine.ts';
import type { Outcome } from '../engine/outcome.ts';
import type { SavedServer } from '../engine/profile/settings.ts';

/** What a handler throws to answer with a problem. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(reason: Problem) {
    super(reason.code);
    this.name = 'ProblemError';
    this.problem = reason;
  }
}

export type Handlers = { readonly [C in CallName]: (input: ParsedInput<C>) => CallOutput<C> | Promise<CallOutput<C>> };

/** The value of an outcome. Throws the problem of one that failed. */
export const must = <T>(outcome: Outcome<T>): T => {
  if (!outcome.ok) throw new ProblemError(outcome.failure.problem);
  return outcome.value;
};

/** Drops keys that are present without a value. */
export const defined = <T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };

/** A saved server. Throws server-unknown. */
export const serverOf = ({ servers }: Engine, id: string): SavedServer => {
  const saved = servers.get(id);
  if (saved === undefined) throw new ProblemError(problem('server-unknown', { name: id }));
  return saved;
};
