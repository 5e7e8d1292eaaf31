import { problem } from '../../../preload/problems.ts';
import { asSaid } from '../../../preload/problems/reasons.ts';
import { fail, ok } from '../outcome.ts';
import type { Vault } from './vault.ts';

/** The variable that holds a server's secret: `My NAS` → STEVEDORE_SECRET_MY_NAS. */
export const secretVariable = (serverName: string): string =>
  `STEVEDORE_SECRET_${serverName.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;

/**
 * Secrets from the program's environment. It cannot keep one: `set` only looks whether the
 * variable holds that secret, and fails with secret-missing where it does not.
 */
export const envVault = (env: Readonly<Record<string, string | undefined>> = process.env): Vault => {
  const find = (serverName: string): string | undefined => {
    const secret = env[secretVariable(serverName)];
    return secret === '' ? undefined : secret;
  };
  return {
    kind: 'env',
    get: (_serverId, serverName) => Promise.resolve(ok(find(serverName))),
    set: (_serverId, serverName, secret) =>
      Promise.resolve(
        find(serverName) === secret
          ? ok(undefined)
          : fail(
              'attention',
              problem('secret-missing', { server: serverName, where: asSaid(secretVariable(serverName)) }),
            ),
      ),
    remove: () => Promise.resolve(ok(undefined)),
    ids: () => Promise.resolve(ok([])),
  };
};
