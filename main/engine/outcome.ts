import { problem, type Problem } from '../../preload/problems.ts';
import type { Reason } from '../../preload/problems/reasons.ts';
import { faults } from './faults.ts';

/**
 * A failure says what the queue should do, not what went wrong in words: providers translate, the queue decides.
 *
 * - `retry`: the same again, after a backoff or after `afterMs`
 * - `offline`: this machine has no network; waits without counting an attempt
 * - `server-busy`: the whole server rests, for a backoff or for `afterMs`
 * - `restart`: the remote session is gone or spoilt; it is freed and a new one opened
 * - `attention`: only a person can go on; `problem` is the question
 * - `fatal`: this file cannot be sent there
 * - `pending`: every byte is there, and the server is at work on the file; it is asked again after `afterMs`. No attempt
 *   is counted
 * - `left-out`: the person wished that it be left out where it meets this; nothing of it was sent
 */
export type Failure = FailureAttributes &
  (
    | { readonly behaviour: 'retry' | 'server-busy'; readonly problem: Problem; readonly afterMs?: number }
    | { readonly behaviour: 'pending'; readonly problem: Problem; readonly afterMs: number }
    | { readonly behaviour: 'offline' | 'restart' | 'attention' | 'fatal' | 'left-out'; readonly problem: Problem }
  );

/** What is known of a failure where it is made, and nowhere else. */
export type FailureAttributes = {
  /**
   * What it concerns. `account`, `server`: every upload there would meet the same. `transfer`: this upload alone, and the
   * server works. Absent: nobody knows.
   */
  readonly scope?: 'account' | 'server' | 'transfer';
  /** Whether a create that failed so made nothing on its server. Absent: see `madeNothing`. */
  readonly nothingMade?: boolean;
  /**
   * The server has every byte, and stored no file of them. Uploading all of it again may never help, so that it is limited:
   * see `mismatchesMost`.
   */
  readonly notStored?: true;
};

export type Behaviour = Failure['behaviour'];

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

export const ok = <T>(value: T): Outcome<T> => ({ ok: true, value });
/** The outcome of a failure that is at hand, or that needs `afterMs`. */
export const failed = (failure: Failure): Outcome<never> => ({ ok: false, failure });
/** The outcome of a failure. See `Failure` for what each behaviour makes the queue do. */
export const fail = (
  behaviour: Exclude<Behaviour, 'pending'>,
  problem: Problem,
  more: FailureAttributes = {},
): Outcome<never> => failed({ behaviour, problem, ...more });

/**
 * Whether a create that failed made nothing on its server. Where the failure does not say it, an answer that says no made
 * nothing, and every other failure may have.
 */
export const madeNothing = ({ behaviour, nothingMade }: Failure): boolean =>
  nothingMade ?? (behaviour === 'attention' || behaviour === 'fatal' || behaviour === 'left-out');

/**
 * The server is at work on the file: it joins the chunks, or scans it.
 *
 * @param server its name
 * @param afterMs when to ask again, ms; kept between 1 s and 5 min
 */
export const pending = (server: string, afterMs: number): Outcome<never> =>
  failed({ behaviour: 'pending', problem: problem('server-assembling', { server }), afterMs });

/**
 * The answer to a step that must not be repeated was lost: nobody but a person can see how it ended. They mark the file as
 * uploaded, or have it uploaded again from the beginning.
 *
 * @param server its name
 */
export const outcomeUnknown = (server: string): Outcome<never> =>
  fail('attention', problem('outcome-unknown', { server }), { nothingMade: false });

/**
 * The server has every byte of the file, and stored none of it (`FailureAttributes.notStored`).
 *
 * @param server its name
 * @param words what it says about that, where it says anything
 */
export const notStored = (server: string, words?: Reason): Outcome<never> =>
  fail('restart', problem('not-completed', { server, ...(words === undefined ? {} : { words }) }), { notStored: true });

/** Why a session is given up, as it is stored until the session has been cleaned up. */
export type Lost = Problem & Pick<FailureAttributes, 'notStored'>;

/** What is stored of a failure that ends a session; `reason`: its problem, or the one that says more. */
export const lostBy = ({ notStored: whole }: Failure, reason: Problem): Lost =>
  whole === undefined ? reason : { ...reason, notStored: whole };

/** The failure that ended a session, after a kill. */
export const failureOf = ({ notStored: whole, ...reason }: Lost): Outcome<never> =>
  fail('restart', reason, whole === undefined ? {} : { notStored: whole });

/** What was not expected, by its name alone: a message may hold an address, or what a person typed. The log gets its stack. */
export const unexpected = (error: unknown): Problem => {
  faults.publish(error);
  if (!(error instanceof Error)) return problem('internal', { what: 'unknown' });
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
  return problem('internal', { what: `${error.name}${code}` });
};

/** Carries a failure through what can only throw: a body's stream, the agents and the client that connect. */
export class FailureError extends Error {
  override readonly name: string = 'FailureError';
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.problem.code);
    this.failure = failure;
  }
}

/** For what must never happen in a union's last branch. */
export const assertNever = (value: never): never => {
  throw new Error(`unexpected ${JSON.stringify(value)}`);
};
