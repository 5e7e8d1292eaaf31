/** Secrets of single uploads, beside those of their servers, under `<server>/<transfer>/<name>`. */
import { problem } from '../../../preload/problems.ts';
import { fail, ok, type Outcome } from '../outcome.ts';
import type { UploadSecrets } from '../providers/context.ts';
import type { SecretHolder, Vault } from './vault.ts';

export interface UploadVault {
  /**
   * Those of one transfer. New ones are kept where the server's secret is; one is found wherever it was kept, for the
   * person may have signed out since, or chosen another place. Fails with upload-secret-unkept where the server's
   * secret is in the environment, and as the vault fails.
   */
  of(server: SecretHolder, transferId: number): UploadSecrets;
  /** A transfer is over: forgets its secrets. What cannot be reached now is swept at a later start. */
  forgetTransfer(transferId: number): Promise<void>;
  forgetServer(serverId: string): Promise<void>;
  /** At the start of a run: forgets what transfers left that are over. */
  sweep(needed: (transferId: number) => boolean): Promise<void>;
}

const idOf = (serverId: string, transferId: number, name: string): string => `${serverId}/${transferId}/${name}`;
const transferIn = (id: string): number | undefined => {
  const transfer = /^[^/]+\/(\d+)\//.exec(id)?.[1];
  return transfer === undefined ? undefined : Number(transfer);
};

/** `vaults`: all that may hold some. `placeOf`: where a server's own secret is. */
export const uploadVault = (
  vaults: readonly Vault[],
  placeOf: (server: SecretHolder) => Promise<Outcome<Vault>>,
): UploadVault => {
  /** Transfers that may have some: the end of any other one asks no vault. */
  const known = new Set<number>();

  const forget = async (meant: (id: string, transferId: number) => boolean): Promise<void> => {
    for (const vault of vaults) {
      const ids = await vault.ids();
      if (!ids.ok) continue;
      for (const id of ids.value) {
        const transferId = transferIn(id);
        // Under its id alone: a vault of one run also answers to a server's name.
        if (transferId !== undefined && meant(id, transferId)) await vault.remove(id, id);
      }
    }
  };

  return {
    of: (server, transferId) => {
      const use = async <T>(name: string, work: (vault: Vault, id: string) => Promise<Outcome<T>>) => {
        const vault = await placeOf(server);
        if (!vault.ok) return vault;
        if (vault.value.kind === 'env')
          return fail('attention', problem('upload-secret-unkept', { server: server.name }));
        return await work(vault.value, idOf(server.id, transferId, name));
      };
      const called = (vault: Vault, id: string): string => (vault.kind === 'session' ? id : server.name);
      return {
        get: async (name) => {
          const id = idOf(server.id, transferId, name);
          const place = await placeOf(server);
          const first = place.ok && place.value.kind !== 'env' ? place.value : undefined;
          for (const vault of new Set(first === undefined ? vaults : [first, ...vaults])) {
            const found = await vault.get(id, called(vault, id));
            if (!found.ok || found.value !== undefined) return found;
          }
          return await use(name, () => Promise.resolve(ok(undefined)));
        },
        set: (name, secret) => {
          known.add(transferId);
          return use(name, (vault, id) => vault.set(id, called(vault, id), secret));
        },
        remove: (name) => use(name, (vault, id) => vault.remove(id, called(vault, id))),
      };
    },
    forgetTransfer: async (transferId) => {
      if (known.delete(transferId)) await forget((_id, other) => other === transferId);
    },
    forgetServer: (serverId) => forget((id) => id.startsWith(`${serverId}/`)),
    sweep: async (needed) => {
      await forget((_id, transferId) => {
        if (needed(transferId)) known.add(transferId);
        return !needed(transferId);
      });
    },
  };
};
