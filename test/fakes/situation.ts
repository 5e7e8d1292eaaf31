/** A transfer as the machine of the states sees it. */
import type { Situation } from '../../main/engine/queue/machine.ts';
import type { TransferState } from '../../preload/states.ts';

/** One that is in a state, with a session on its server and without a lane, as far as `more` does not say otherwise. */
export const situation = (state: TransferState, more: Partial<Situation> = {}): Situation => ({
  state,
  wish: 'run',
  waitFor: undefined,
  attempts: 0,
  mismatches: 0,
  restarts: 0,
  hasRemote: true,
  inLane: false,
  ...more,
});
