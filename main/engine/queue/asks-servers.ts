/** What the parts of the queue need that ask servers beside the transfers. */
import type { Outcome } from '../outcome.ts';
import type { Store } from '../store/store.ts';
import type { ServerPort } from './server-port.ts';
import type { ServerWaits } from './server-waits.ts';

export type AsksServers = {
  readonly store: Store;
  readonly now: () => number;
  readonly random: () => number;
  readonly server: (serverId: string) => Outcome<ServerPort>;
  readonly changed: () => void;
  /** Servers are left alone where others fail, too. */
  readonly attempts: Pick<ServerWaits, 'run' | 'cooldowns'>;
};
