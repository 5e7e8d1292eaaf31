/** What handlers have in common. */
import type { CallName, CallOutput, ParsedInput, ProblemView } from '../../preload/contract.ts';
import { ErrorWithProblem } from '../../preload/problem-error.ts';
import type { Problem } from '../../preload/problems.ts';
import { problem } from '../../preload/problems.ts';
import { problemView } from '../../preload/problem-view.ts';
import type { Engine } from '../engine/engine.ts';
import type { Outcome } from '../engine/outcome.ts';
import type { SavedServer } from '../engine/profile/settings.ts';
import { identify } from '../engine/source/identity.ts';
import type { LogFile } from '../log/log-file.ts';

/** What the api knows of the program that it runs in. */
export type Host = {
  readonly version: string;
  readonly profile: string;
  /** Port on loopback that a browser comes back to; where it is absent, the one that administrators are told. */
  readonly signInPort?: number;
  /** Of the profile; absent where nobody keeps one. */
  readonly log?: LogFile;
};

/**
 * One handler for each call of the contract. `signal`: nobody waits for the answer any more. Only calls that ask a server and
 * change nothing end with it.
 */
export type Handlers = {
  readonly [C in CallName]: (input: ParsedInput<C>, signal: AbortSignal) => CallOutput<C> | Promise<CallOutput<C>>;
};

/** What a handler throws to answer with a problem. */
export class ProblemError extends ErrorWithProblem<Problem> {
  override readonly name = 'ProblemError';
}

/** The value, or a `ProblemError`. */
export const must = <T>(outcome: Outcome<T>): T => {
  if (!outcome.ok) throw new ProblemError(outcome.failure.problem);
  return outcome.value;
};

/** A value after a change: absent leaves it, null takes it away. */
export const changedTo = <T>(before: T | undefined, change: T | null | undefined): T | undefined =>
  change === undefined ? before : (change ?? undefined);

export const noticesView = (list: readonly Problem[]): ProblemView[] => list.map(problemView);

/** A saved server. Throws a `ProblemError` with server-unknown. */
export const serverOf = (engine: Engine, id: string): SavedServer => {
  const saved = engine.servers.get(id);
  if (saved === undefined) throw new ProblemError(problem('server-unknown', { name: id }));
  return saved;
};

/** A CA file that is not there would be noticed late, or on an http address never. */
export const lookAtCa = async (caFile: string | undefined): Promise<void> => {
  if (caFile !== undefined) must(await identify(caFile));
};

/** Refuses a name that another server has. */
export const refuseTaken = (engine: Engine, name: string | undefined, but?: string): void => {
  const same = (other: SavedServer): boolean => other.name.toLowerCase() === name?.toLowerCase();
  if (name !== undefined && engine.servers.all().some((other) => other.id !== but && same(other)))
    throw new ProblemError(problem('server-name-taken', { name }));
};

/** A name that no other server has, made from a wanted one. */
export const freeName = (engine: Engine, wanted: string): string => {
  const taken = new Set(engine.servers.all().map((server) => server.name.toLowerCase()));
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? wanted : `${wanted} ${n}`;
    if (!taken.has(candidate.toLowerCase())) return candidate;
  }
};
