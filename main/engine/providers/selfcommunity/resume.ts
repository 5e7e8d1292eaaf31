/** Going on after an interruption. protocol: nothing tells what has arrived, so that our own record decides. */
import { ok, type Outcome } from '../../outcome.ts';
import type { Call, Resumed } from '../provider.ts';
import { unsure } from './send.ts';
import type { SelfCommunityRemote, SelfCommunitySettings } from './state.ts';

/** See `Provider.resume`. Sends no request. */
export const resume = ({
  remote,
  progress,
  context,
}: Call<SelfCommunitySettings, SelfCommunityRemote>): Outcome<Resumed<SelfCommunityRemote, SelfCommunitySettings>> => {
  for (const { index, completeAt } of progress.inFlight) {
    if (completeAt === undefined || progress.acknowledged(index)) continue;
    const inDoubt = unsure(remote, index, context.server.name);
    if (inDoubt !== undefined) return inDoubt;
  }
  const isUnderWay = remote.uuid !== undefined && remote.finish === undefined;
  return ok({ remote: isUnderWay ? { ...remote, resumed: true } : remote, stored: [], notices: [] });
};
