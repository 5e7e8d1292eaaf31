import { ok, type Outcome } from '../../outcome.ts';
import type { ProviderContext, Stored } from '../provider.ts';
import type { StendRemote, StendSettings } from './state.ts';
import { askStored } from './verify.ts';

/** See `Provider.stillHas`. protocol: a key that was freed may be another upload's by now, which ends at another time. */
export const stillHas = async (
  { remote, size }: Stored<StendRemote>,
  ctx: ProviderContext<StendSettings>,
): Promise<Outcome<boolean>> => {
  const asked = await askStored(remote.shareKey, ctx);
  if (!asked.ok) return asked.failure.behaviour === 'restart' ? ok(false) : asked;
  const { info, head } = asked.value;
  const { expireDate = info.expireDate } = remote;
  return ok(head.status === 200 && head.headers['content-length'] === String(size) && info.expireDate === expireDate);
};
