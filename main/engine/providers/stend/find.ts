import { ok, type Outcome } from '../../outcome.ts';
import type { ProviderContext, Share } from '../provider.ts';
import { linkOf } from './address.ts';
import type { StendSettings } from './state.ts';
import { askInfo } from './verify.ts';

/**
 * See `Provider.find`. protocol: info answers "Clé de partage invalide" for a share that is gone, and "Fichier non
 * uploadé" where its key is held by another upload by now.
 */
export const find = async (
  shareKey: string,
  ctx: ProviderContext<StendSettings>,
): Promise<Outcome<Share | undefined>> => {
  const info = await askInfo(shareKey, ctx);
  if (!info.ok) return info.failure.behaviour === 'restart' ? ok(undefined) : info;
  const link = linkOf(shareKey, ctx.server.settings);
  const { expireDate: expiresAt } = info.value;
  return ok({
    key: shareKey,
    ...(link === undefined ? {} : { link }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  });
};
