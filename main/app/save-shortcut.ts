/** A shortcut gets keys from the settings. Apart from the shortcuts, which a start needs before the contract is loaded. */
import type { Client } from '../../preload/contract.ts';
import { refuse } from '../api/window-api.ts';
import { shortcutSetting, type ShortcutName, type Shortcuts } from './shortcuts.ts';

/**
 * Gives a shortcut its keys and saves them; without the one there is not the other. Rejects with shortcut-same or
 * shortcut-refused, or as the calls do.
 */
export const saveShortcut = async (
  shortcuts: Shortcuts,
  client: Pick<Client, 'call'>,
  name: ShortcutName,
  accelerator: string | null,
): Promise<void> => {
  const before = shortcuts.keysOf(name);
  const refusal = shortcuts.set(name, accelerator);
  if (refusal !== undefined) refuse(refusal);
  try {
    await client.call('settings.set', { [shortcutSetting[name]]: accelerator });
  } catch (error) {
    shortcuts.set(name, before);
    throw error;
  }
};
