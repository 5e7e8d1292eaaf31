import { ok } from '../outcome.ts';
import type { Vault } from './vault.ts';

/**
 * Secrets of one run: given at its start, gone with the process.
 *
 * @param given by the server's name or id
 */
export const sessionVault = (given: ReadonlyMap<string, string> = new Map()): Vault => {
  const secrets = new Map(given);
  return {
    kind: 'session',
    get: (serverId, serverName) => Promise.resolve(ok(secrets.get(serverId) ?? secrets.get(serverName))),
    set: (serverId, serverName, secret) => {
      secrets.delete(serverName);
      secrets.set(serverId, secret);
      return Promise.resolve(ok(undefined));
    },
    remove: (serverId, serverName) => {
      secrets.delete(serverId);
      secrets.delete(serverName);
      return Promise.resolve(ok(undefined));
    },
    ids: () => Promise.resolve(ok([...secrets.keys()])),
  };
};
