/** Starts the app with the session of the user, hidden, or ends that. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { app } from 'electron';
import { autostartEntry, autostartFile, hiddenWord, startCommand } from '../app/login.ts';
import { defaultProfile } from '../engine/profile/paths.ts';

/** Whether the system started the app with the session: macOS says so, elsewhere the command line does. */
export const wasStartedAtLogin = (): boolean =>
  process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin;

/** Throws what the file system throws. */
export const setStartAtLogin = (on: boolean, profile: string): void => {
  const other = profile === defaultProfile() ? {} : { profile };
  if (process.platform !== 'linux') {
    const args = other.profile === undefined ? [hiddenWord] : ['--profile', `"${profile}"`, hiddenWord];
    app.setLoginItemSettings({ openAtLogin: on, args });
    return;
  }
  const file = autostartFile();
  if (!on) {
    rmSync(file, { force: true });
    return;
  }
  const entry = app.isPackaged ? {} : { entry: app.getAppPath() };
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, autostartEntry(startCommand({ executable: process.execPath, ...entry, ...other })));
};
