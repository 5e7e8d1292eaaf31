import { expect, it } from 'vitest';
import { problem, type Problem } from '../../../preload/problems.ts';
import { mismatchesMost, step, type Situation } from './machine.ts';

const verifying: Situation = {
  state: 'verifying',
  wish: 'run',
  waitFor: undefined,
  attempts: 0,
  mismatches: mismatchesMost - 1,
  restarts: 0,
  hasRemote: true,
  inLane: true,
};
const lastTry = (last: Problem): unknown =>
  step(verifying, {
    type: 'failure',
    failure: { behaviour: 'restart', problem: last },
    now: 0,
    random: () => 0,
  });

it.each([
  [
    'stored with a wrong length each time',
    problem('verify-length', { server: 'one', stored: 1, size: 2 }),
    problem('verify-failed', { server: 'one', tries: 3 }),
  ],
  [
    'lost by the server each time it was complete',
    problem('session-gone', { server: 'one' }),
    problem('never-completed', { server: 'one', tries: 3 }),
  ],
  ['stopped by anything else', problem('no-network'), problem('no-network')],
])('a file that was %s fails with what happened, on which server, and how often it was tried', (_how, last, told) => {
  expect(lastTry(last)).toEqual({
    patch: { state: 'failed', waitFor: undefined, waitUntil: undefined, mismatches: 3, problem: told },
    ends: 'failed',
  });
});
