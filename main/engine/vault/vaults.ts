import * as path from 'node:path';
import { problem, type Problem } from '../../../preload/problems.ts';
import { fail, ok, type Outcome } from '../outcome.ts';
import { envVault, secretVariable } from './env-vault.ts';
import { fileVault } from './file-vault.ts';
import { sessionVault } from './session-vault.ts';
import type { Vault } from './vault.ts';

/** What of a saved server tells where its secret is. */
export type SecretHolder = {
  readonly id: string;
  readonly name: string;
  readonly secret: { readonly vault: 'none' | 'app' | 'file' | 'env' };
};

/** What a host brings along, and what was said for this run. */
export type VaultChoice = {
  /** The system's own, which only the app can reach. */
  readonly app?: Vault;
  /** Secrets for this run alone, by the server's name or id. */
  readonly session?: ReadonlyMap<string, string>;
  /** Default: the environment of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
};

export interface Vaults {
  /**
   * A server's secret: the one given for this run, else from where it was saved. `undefined`: it needs none. Fails
   * with secret-in-app where only the app can open it, secret-missing where it is not there any more, and as its
   * vault fails.
   */
  secretOf(server: SecretHolder): Promise<Outcome<string | undefined>>;
  /** Keeps a secret where `server.secret.vault` says, which a person chose; `none`: for this run. Fails likewise. */
  keep(server: SecretHolder, secret: string): Promise<Outcome<void>>;
  /** Forgets a server's secret, in this run and where it was saved. */
  forget(server: SecretHolder): Promise<Outcome<void>>;
  /** What the person should know of the vaults: secrets-were-open. */
  readonly notices: readonly Problem[];
}

/** The vaults of a profile. */
export const createVaults = (folder: string, choice: VaultChoice): Vaults => {
  const notices: Problem[] = [];
  const session = sessionVault(choice.session);
  const saved = {
    none: session,
    app: choice.app,
    file: fileVault(folder, (notice) => notices.push(notice)),
    env: envVault(choice.env),
  } as const;
  const place = { none: 'this run', app: 'the app', file: path.join(folder, 'secrets.json') } as const;

  return {
    notices,
    secretOf: async (server) => {
      const { id, name, secret } = server;
      const now = await session.get(id, name);
      if (!now.ok || now.value !== undefined || secret.vault === 'none') return now;
      const vault = saved[secret.vault];
      if (vault === undefined) return fail('attention', problem('secret-in-app', { server: name }));
      const found = await vault.get(id, name);
      if (!found.ok || found.value !== undefined) return found;
      const where = secret.vault === 'env' ? secretVariable(name) : place[secret.vault];
      return fail('attention', problem('secret-missing', { server: name, where }));
    },
    keep: async ({ id, name, secret: { vault: kind } }, secret) => {
      const vault = saved[kind];
      if (vault === undefined) return fail('attention', problem('secret-in-app', { server: name }));
      const kept = await vault.set(id, name, secret);
      // One given for this run would hide the new one.
      if (kept.ok && kind !== 'none') await session.remove(id, name);
      return kept;
    },
    forget: async ({ id, name, secret: { vault: kind } }) => {
      await session.remove(id, name);
      return saved[kind]?.remove(id, name) ?? ok(undefined);
    },
  };
};
