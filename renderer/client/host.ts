import type { SettingsView } from '../../preload/contract.ts';
import type { WindowInfo } from '../../preload/window.ts';
import type { Client } from './client.ts';

/** What the form asks of the window. */
export type Host = {
  readonly client: Pick<Client, 'call'>;
  readonly info: WindowInfo | undefined;
  readonly settings: SettingsView | undefined;
};
