import { ok, type Outcome } from '../../outcome.ts';
import type { ProviderContext, Stored } from '../provider.ts';
import type { SelfCommunityRemote } from './state.ts';
import { linkOf } from './verify.ts';

/** See `Provider.stillHas`. Without a token, as `verify` asks. An address that says no length, or is not known, says nothing. */
export const stillHas = async (
  { remote, size }: Stored<SelfCommunityRemote>,
  ctx: ProviderContext<unknown>,
): Promise<Outcome<boolean>> => {
  const url = linkOf(remote.url, ctx.server.address);
  if (url === undefined) return ok(false);
  const head = await ctx.http.send({ method: 'HEAD', url, headers: { 'accept-encoding': 'identity' } });
  if (!head.ok) return head;
  const { status, headers } = head.value;
  const compressed = (headers['content-encoding'] ?? 'identity') !== 'identity';
  return ok(status === 200 && !compressed && headers['content-length'] === String(size));
};
