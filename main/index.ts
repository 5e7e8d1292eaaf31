/** Electron's entry: the profile, one app for each, the window before all else, then the engine and what hangs on it. */
import { mkdirSync } from 'node:fs';
import * as path from 'node:path';
import { app, dialog } from 'electron';
import { describe, inOneText, problem } from '../preload/problems.ts';
import { asSaid } from '../preload/problems/reasons.ts';
import { handedOver, linkMost, ownWords, startArguments, type Handed } from './app/arguments.ts';
import { startsHidden } from './app/login.ts';
import { appPage } from './app/page.ts';
import { linkSchemes } from './engine/providers/link-schemes.ts';
import { codeOf } from './engine/error-code.ts';
import { defaultProfile } from './engine/profile/paths.ts';
import { installLastNet } from './last-net.ts';
import { openApp } from './electron/app.ts';
import { wasStartedAtLogin } from './electron/login.ts';
import { places } from './electron/places.ts';
import { allowShortcutsPortal } from './electron/shortcuts.ts';
import { registerScheme } from './electron/scheme.ts';

const wordsOf = (argv: readonly string[], cwd: string): readonly string[] =>
  ownWords(argv, cwd, [places.entry, app.getAppPath()]);

/** Makes the profile the folder of everything that Electron keeps as well. */
const useProfile = (folder: string): boolean => {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    app.setPath('userData', folder);
    return true;
  } catch (error) {
    dialog.showErrorBox(
      'Stevedore',
      inOneText(describe(problem('profile-unwritable', { path: folder, reason: asSaid(codeOf(error)) }))),
    );
    return false;
  }
};

installLastNet({
  end: (reason) => {
    dialog.showErrorBox('Stevedore', inOneText(describe(reason)));
    app.exit(1);
  },
  write: (text) => console.error(text),
});

const given = startArguments(wordsOf(process.argv, process.cwd()), process.cwd(), linkSchemes);
const named = [process.env['STEVEDORE_PROFILE'], app.commandLine.getSwitchValue('user-data-dir')].find(Boolean);
const profile = given.profile ?? (named === undefined ? defaultProfile() : path.resolve(named));
const page = appPage(app.isPackaged ? undefined : process.env['STEVEDORE_DEV_URL']);

app.setName('Stevedore');
if (process.platform === 'win32') app.setAppUserModelId('net.stevedore.app');
registerScheme();
allowShortcutsPortal();

if (!useProfile(profile)) app.exit(1);
else if (!app.requestSingleInstanceLock({ ...given })) app.exit(0);
else {
  // What comes before there is a window to show it.
  const early: Handed[] = given.paths.length + given.links.length > 0 || given.choose === true ? [given] : [];
  let arrive = (handed: Handed): void => void early.push(handed);
  app.on('second-instance', (_second, argv, cwd, said) =>
    arrive(handedOver(said, wordsOf(argv, cwd), cwd, linkSchemes)),
  );
  app.on('open-file', (event, file) => {
    event.preventDefault();
    arrive({ paths: [file], links: [] });
  });
  // A longer one would be refused anyway.
  app.on('open-url', (event, url) => {
    event.preventDefault();
    arrive({ paths: [], links: [url.slice(0, linkMost)] });
  });
  void app.whenReady().then(() => {
    arrive = openApp({
      profile,
      page,
      hidden: startsHidden(wordsOf(process.argv, process.cwd())) || wasStartedAtLogin(),
    });
    for (const handed of early) arrive(handed);
  });
}
