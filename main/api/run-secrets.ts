/** What signs in for one run of a command: given by hand, or read from another vault than the server's own. */
import type { Engine } from '../engine/engine.ts';
import type { SecretHolder } from '../engine/vault/vault.ts';
import { createVaults, type VaultChoice, type Vaults } from '../engine/vault/vaults.ts';

export type RunSecrets = {
  /** Where to look for what otherwise only the app can open. */
  readonly vault?: 'file' | 'env';
  /** The secret of one server, by name or id (the default one where it is absent). */
  readonly session?: { readonly server?: string; readonly secret: string };
};

/**
 * The vaults of a profile.
 *
 * @param instead where to look for what the app's own vault holds, in a process that cannot open it
 */
export const vaultsFor = (profile: string, instead: RunSecrets['vault'], choice: VaultChoice): Vaults => {
  const vaults = createVaults(profile, choice);
  if (instead === undefined) return vaults;
  const meant = (server: SecretHolder): SecretHolder =>
    server.secret.vault === 'app' ? { ...server, secret: { vault: instead } } : server;
  return {
    ...vaults,
    secretOf: (server) => vaults.secretOf(meant(server)),
    renew: (server, secret) => vaults.renew(meant(server), secret),
    uploads: { ...vaults.uploads, of: (server, transferId) => vaults.uploads.of(meant(server), transferId) },
  };
};

/** Keeps a secret that was given by hand for its server alone, since no other may ever be sent it, and retries what waited for it. */
export const useSession = async (
  engine: Engine,
  { server, secret }: NonNullable<RunSecrets['session']>,
): Promise<void> => {
  const all = engine.servers.all();
  const named = all.find((one) => one.id === server || one.name.toLowerCase() === server?.toLowerCase());
  const fallback = all.length === 1 ? all[0] : all.find((one) => one.id === engine.settings.get().defaultServerId);
  const meant = server === undefined ? fallback : named;
  if (meant === undefined) return;
  await engine.vaults.keep({ ...meant, secret: { vault: 'none' } }, secret);
  engine.queue.revive(meant.id);
  await engine.queue.wish({ serverId: meant.id, states: ['attention'] }, 'retry');
};
