/** The app's way to the settings: electron-store, over the very file that terminal and web open with conf. */
import { ipcMain } from 'electron';
import Store from 'electron-store';
import type { KeyValueFile } from '../engine/profile/settings.ts';

/** Opens `config.json` of a profile folder. Throws SyntaxError where it is not JSON. */
export const openSettingsFile = (folder: string): KeyValueFile => {
  const store = new Store<Record<string, unknown>>({
    cwd: folder,
    name: 'config',
    configFileMode: 0o600,
    accessPropertiesByDotNotation: false,
  });
  // It offers the profile's path to every page; ours asks over its own channel, where the sender is checked.
  ipcMain.removeAllListeners('electron-store-get-data');
  return store;
};
