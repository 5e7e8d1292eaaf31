import { problem } from '../../preload/problems.ts';
import type { Engine } from './engine.ts';
import { fail, ok, type Outcome } from './outcome.ts';

/**
 * Takes a share back on its server. What is about to happen is written down first, so that a lost answer is asked for
 * again and not forgotten. Fails with share-unknown, share-is-group, share-no-delete-key, or the provider's failure;
 * the share stays `revoking` then where the outcome is not known.
 */
export const revokeShare = async (engine: Engine, id: number): Promise<Outcome<void>> => {
  const { shares } = engine.store;
  const share = shares.get(id);
  if (share === undefined) return fail('fatal', problem('share-unknown', { key: String(id) }));
  if (share.state === 'revoked') return ok(undefined);
  if (share.isGroup) return fail('fatal', problem('share-is-group', { key: share.key }));
  if (share.deleteKey === undefined && !engine.servers.revokesByAccount(share.serverId))
    return fail('fatal', problem('share-no-delete-key', { key: share.key }));
  const port = engine.servers.port(share.serverId);
  if (!port.ok) return port;
  const { provider, context } = port.value;
  if (provider.revoke === undefined)
    return fail('fatal', problem('option-unsupported', { option: 'revocation', server: context.server.name }));
  shares.setState(id, 'revoking');
  const revoked = await provider.revoke(share, context);
  if (revoked.ok) shares.setState(id, 'revoked');
  else if (revoked.failure.behaviour === 'attention' || revoked.failure.behaviour === 'fatal')
    shares.setState(id, 'live');
  return revoked;
};

/**
 * Takes a share of an account back, whoever made it; where it was made here, it is revoked in the list too, and asked
 * for again where the answer was lost. Fails with option-unsupported and as the provider does.
 */
export const revokeRemote = async (engine: Engine, serverId: string, key: string): Promise<Outcome<void>> => {
  const port = engine.servers.port(serverId);
  if (!port.ok) return port;
  const { provider, context } = port.value;
  if (provider.revoke === undefined || !engine.servers.revokesByAccount(serverId))
    return fail('fatal', problem('option-unsupported', { option: 'revocation', server: context.server.name }));
  const { shares } = engine.store;
  const rows = shares.byKey(key).filter((row) => row.serverId === serverId && row.state !== 'revoked');
  for (const row of rows) shares.setState(row.id, 'revoking');
  const revoked = await provider.revoke({ key }, context);
  const refused = !revoked.ok && ['attention', 'fatal'].includes(revoked.failure.behaviour);
  if (revoked.ok) for (const row of rows) shares.setState(row.id, 'revoked');
  else if (refused) for (const row of rows) shares.setState(row.id, 'live');
  return revoked;
};

/**
 * Asks again for every share whose revocation was under way when the last run ended. What cannot be asked now stays
 * `revoking`, for the next start.
 */
export const settleRevocations = async (engine: Engine): Promise<void> => {
  const { rows } = engine.store.shares.page({ states: ['revoking'] }, { limit: 1000 });
  for (const share of rows) await revokeShare(engine, share.id);
};
