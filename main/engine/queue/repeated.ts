/** What is shown when the same happens again and again: the problem that says how often. */
import { problem, type Problem } from '../../../preload/problems.ts';

/** After so many lost sessions, something may be wrong on the server. */
const restartsTold = 5;
/** After so many failures without progress between them, they may not end by themselves. */
const failuresTold = 8;

/** The file is not uploaded again: `tries` uploads ended with a file that is wrong, or with none. */
export const forGood = (last: Problem, tries: number): Problem => {
  if (last.code === 'verify-length') return problem('verify-failed', { server: last.params.server, tries });
  if (last.code === 'session-gone') return problem('never-completed', { ...last.params, tries });
  return last.code === 'not-completed' ? problem('never-completed', { ...last.params, tries }) : last;
};

/** The server lost the session, for the `times`-th time. */
export const lostOften = (last: Problem, times: number): Problem =>
  times > restartsTold && 'server' in last.params ? problem('lost-often', { server: last.params.server, times }) : last;

/** A server that answers only with failures, `times` in a row, may need its administrator. */
export const failedOften = (last: Problem, times: number): Problem =>
  last.code === 'server-failed' && times >= failuresTold ? problem('failed-often', { ...last.params, times }) : last;
