import type { FilesNestConfig } from './config.ts';
import type { Journal } from './journal.ts';
import type { Merges } from './merges.ts';
import type { Store } from './store.ts';
import type { Users } from './users.ts';
import type { Vices } from './vices.ts';

/** All that a running server has. */
export interface Site {
  readonly isSeed: boolean;
  readonly config: FilesNestConfig;
  readonly store: Store;
  readonly journal: Journal;
  readonly users: Users;
  readonly vices: Vices;
  readonly merges: Merges;
}
