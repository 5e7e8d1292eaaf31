/** The server as it is now, beside how it was when it was looked at last. */
import { isDeepStrictEqual } from 'node:util';
import { ok, type Outcome } from '../../outcome.ts';
import type { ProviderContext } from '../provider.ts';
import { learnClock } from '../server-clock.ts';
import { findFront } from './front.ts';
import { askInstance } from './instance.ts';
import type { Front, StendSettings } from './state.ts';

export type Looked = {
  readonly settings: StendSettings & { readonly front: Front };
  /** Whether anything but the time of looking differs. */
  readonly changed: boolean;
  /** See `Seen`. */
  readonly serverNow: number | undefined;
};

/** What the front was found with. protocol: it is looked for again when the version or the `Server` header changes. */
export type KnownFront = Pick<StendSettings, 'apiVersion' | 'front' | 'frontServerHeader'>;

/**
 * Asks `/instance`, and looks for the front where it is not known or `afresh`. Fails as the two do.
 */
export const look = async (
  ctx: ProviderContext<StendSettings>,
  known: KnownFront = ctx.server.settings,
  afresh = false,
): Promise<Outcome<Looked>> => {
  const { server, http } = ctx;
  const seen = await askInstance(server.address, server.name, http);
  if (!seen.ok) return seen;
  const { instance, serverHeader, serverNow } = seen.value;
  learnClock(ctx, serverNow);
  const same = known.apiVersion === instance.apiVersion && known.frontServerHeader === serverHeader;
  let front = same && !afresh ? known.front : undefined;
  if (front === undefined) {
    const found = await findFront(ctx, instance.chunkSize);
    if (!found.ok) return found;
    front = found.value;
  }
  const { checkedAt, frontServerHeader } = server.settings;
  const settings = { ...server.settings, ...instance, front, frontServerHeader: serverHeader, checkedAt: ctx.now() };
  const before = { ...server.settings, frontServerHeader };
  return ok({ settings, changed: !isDeepStrictEqual({ ...settings, checkedAt }, before), serverNow });
};
