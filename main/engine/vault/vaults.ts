import * as path from 'node:path';
import { problem, type Problem } from '../../../preload/problems.ts';
import { asSaid } from '../../../preload/problems/reasons.ts';
import { fail, ok, type Outcome } from '../outcome.ts';
import { envVault, secretVariable } from './env-vault.ts';
import { fileVault } from './file-vault.ts';
import { sessionVault } from './session-vault.ts';
import { uploadVault, type UploadVault } from './upload-vault.ts';
import type { SecretHolder, Vault } from './vault.ts';

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
  /**
   * Keeps a secret anew where the present one is. Fails with signed-out where there is none any more, secret-unkept
   * where it is in the environment, and as `secretOf` does.
   */
  renew(server: SecretHolder, secret: string): Promise<Outcome<void>>;
  /** Whether secrets can be kept there: the app's place is in reach of the app alone. */
  reaches(vault: SecretHolder['secret']['vault']): boolean;
  /**
   * Forgets a server's secret, in this run and where it was saved. Those of its uploads stay: they go on after the next
   * sign-in.
   */
  forget(server: SecretHolder): Promise<Outcome<void>>;
  /** Secrets of single uploads, each where its server's own is. */
  readonly uploads: UploadVault;
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
  const place = {
    none: 'secret-of-run',
    app: 'secret-of-app',
    file: asSaid(path.join(folder, 'secrets.json')),
  } as const;

  /** Where a server's secret is at present: what was given for this run goes before the saved one. */
  const placeOf = async (server: SecretHolder): Promise<Outcome<Vault>> => {
    const { id, name, secret } = server;
    const now = await session.get(id, name);
    if (!now.ok) return now;
    const vault = now.value === undefined ? saved[secret.vault] : session;
    return vault === undefined ? fail('attention', problem('secret-in-app', { server: name })) : ok(vault);
  };
  const uploads = uploadVault([session, saved.file, ...(choice.app === undefined ? [] : [choice.app])], placeOf);

  return {
    notices,
    uploads,
    secretOf: async (server) => {
      const { id, name, secret } = server;
      const now = await session.get(id, name);
      if (!now.ok || now.value !== undefined || secret.vault === 'none') return now;
      const vault = saved[secret.vault];
      if (vault === undefined) return fail('attention', problem('secret-in-app', { server: name }));
      const found = await vault.get(id, name);
      if (!found.ok || found.value !== undefined) return found;
      const where = secret.vault === 'env' ? asSaid(secretVariable(name)) : place[secret.vault];
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
    renew: async (server, secret) => {
      const { id, name } = server;
      const vault = await placeOf(server);
      if (!vault.ok) return vault;
      if (vault.value.kind === 'env') return fail('attention', problem('secret-unkept', { server: name }));
      const present = await vault.value.get(id, name);
      if (!present.ok) return present;
      if (present.value === undefined)
        return fail('attention', problem('signed-out', { server: name }), { scope: 'account' });
      return vault.value.set(id, name, secret);
    },
    reaches: (vault) => saved[vault] !== undefined,
    forget: async ({ id, name, secret: { vault: kind } }) => {
      await session.remove(id, name);
      return saved[kind]?.remove(id, name) ?? ok(undefined);
    },
  };
};
