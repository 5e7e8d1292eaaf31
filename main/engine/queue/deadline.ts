/** Uploads that their server ends after a fixed time, even while they are being sent: warned of early, and not repeated for ever. */
import { problem, type Problem } from '../../../preload/problems.ts';
import type { Failure } from '../outcome.ts';
import type { Deadline } from '../providers/provider.ts';
import type { Transfer } from '../store/rows.ts';
import type { TransferRepository } from '../store/store.ts';

/** What is known of an upload with a deadline. */
export type Timed = {
  readonly deadline: Deadline;
  readonly server: string;
  /** Bytes/s that leave at most by our own setting; Infinity: no limit. */
  readonly limit: number;
};

const lifeMs = ({ from, until }: Deadline): number => Math.max(1, until - from);

/** Whether our own limit alone makes a file take longer than its server allows. */
const isLimited = ({ deadline, limit }: Timed, size: number): boolean => (size / limit) * 1000 > lifeMs(deadline);

/**
 * The warning that an upload will not be complete in time; `undefined`: it will be, or nothing can be said.
 *
 * @param left bytes that have not left yet
 * @param rate bytes/s; `undefined`: no steady figure, so that our own limit counts
 */
export const deadlineNear = (
  timed: Timed,
  {
    size,
    left,
    rate = timed.limit,
  }: { readonly size: number; readonly left: number; readonly rate: number | undefined },
  now: number,
): Problem | undefined => {
  const { deadline, server, limit } = timed;
  const best = Math.min(rate, limit);
  if (!(best > 0) || best === Infinity) return undefined;
  const needsMs = (left / best) * 1000;
  if (now + needsMs <= deadline.until) return undefined;
  const hours = lifeMs(deadline) / 3_600_000;
  return problem('deadline-near', {
    server,
    hours,
    needsMs: now - deadline.from + needsMs,
    limited: isLimited(timed, size),
  });
};

/**
 * What a lost session means where its deadline has passed. `passed`: says so. `asks`: the file needs more time than one
 * session gives: this one was warned of while it was sent, or an earlier one ended the same way; the next would, too.
 *
 * @returns `undefined` where the session was lost for another reason
 */
export const overdue = (
  timed: Timed,
  failure: Failure,
  row: Pick<Transfer, 'size' | 'acknowledgedBytes'>,
  log: ReturnType<TransferRepository['logOf']>,
  now: number,
): { readonly passed: Problem; readonly asks: Problem | undefined } | undefined => {
  const { deadline, server } = timed;
  const { code } = failure.problem;
  // What is stored wrongly, or spoilt, is no matter of time, however late it is found.
  if (code !== 'deadline-passed' && (code !== 'session-gone' || now < deadline.until)) return undefined;
  const givesMs = lifeMs(deadline);
  const passed = problem('deadline-passed', { hours: givesMs / 3_600_000, server });
  const again = log.some(
    ({ at, problem: told }) =>
      told.code === 'deadline-passed' || (told.code === 'deadline-near' && at >= deadline.from),
  );
  if (!again) return { passed, asks: undefined };
  const { size, acknowledgedBytes: sent } = row;
  const asks = problem('deadline-too-short', {
    server,
    givesMs,
    needsMs: sent > 0 ? (size / sent) * givesMs : 0,
    limited: isLimited(timed, size),
    adjustable: deadline.adjustable,
  });
  return { passed, asks };
};
