/** Opening an upload. protocol: the server makes its id only with the first chunk, so nothing is created before. */
import { ok, type Outcome } from '../../outcome.ts';
import type { Job, Opened, ProviderContext } from '../provider.ts';
import { probe } from './call.ts';
import type { SelfCommunityRemote, SelfCommunitySettings } from './state.ts';

/**
 * See `Provider.open`. Asks whether uploads are taken before a byte is sent: a file in one request must not be repeated, and its
 * connection is known to stand then.
 */
export const open = async (
  job: Job,
  ctx: ProviderContext<SelfCommunitySettings>,
): Promise<Outcome<Opened<SelfCommunityRemote, SelfCommunitySettings>>> => {
  const taken = await probe(ctx);
  if (!taken.ok) return taken;
  const { chunkSize } = ctx.server.settings;
  const count = Math.max(1, Math.ceil(job.size / chunkSize));
  return ok({ remote: { chunkSize, count }, notices: [] });
};
