/** The folders of the app, as `app.getPath` gives them. */
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

const home = homedir();

export const paths = new Map<string, string>([
  ['home', home],
  ['appData', process.env['XDG_CONFIG_HOME'] ?? join(home, '.config')],
  ['temp', tmpdir()],
  ['exe', process.execPath],
  ['module', process.execPath],
  ['desktop', join(home, 'Desktop')],
  ['documents', join(home, 'Documents')],
  ['downloads', join(home, 'Downloads')],
  ['music', join(home, 'Music')],
  ['pictures', join(home, 'Pictures')],
  ['videos', join(home, 'Videos')],
]);

export const userData = (): string => {
  const path = paths.get('userData');
  if (path === undefined) throw new Error('The stand-in for Electron is started with --user-data-dir.');
  return path;
};

/** What the stand-in keeps for itself beside the app's profile. */
export const ownFolder = (): string => join(userData(), 'stand-in');
