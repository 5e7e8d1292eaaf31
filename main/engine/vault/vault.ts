import type { Outcome } from '../outcome.ts';

/** What of a saved server tells where its secret is. */
export type SecretHolder = {
  readonly id: string;
  readonly name: string;
  readonly secret: { readonly vault: 'none' | 'app' | 'file' | 'env' };
};

/**
 * Where what signs in or decrypts is kept. `app`: encrypted by the system, in the app. `file`: a file that only the
 * user can read, not encrypted. `env`: the environment. `session`: memory, for one run.
 */
export interface Vault {
  readonly kind: 'app' | 'file' | 'env' | 'session';
  /** `undefined`: it has none of this server. */
  get(serverId: string, serverName: string): Promise<Outcome<string | undefined>>;
  /** Durable when it resolves. */
  set(serverId: string, serverName: string, secret: string): Promise<Outcome<void>>;
  remove(serverId: string, serverName: string): Promise<Outcome<void>>;
  /** The ids that it has secrets of. */
  ids(): Promise<Outcome<readonly string[]>>;
}
