/** What a window asks of the app itself. */
import { clipboard, dialog, shell, type BrowserWindow } from 'electron';
import { clipboardText } from '../../preload/bounds.ts';
import { problem } from '../../preload/problems.ts';
import { refuse, type WindowHandlers } from '../api/window-api.ts';
import { version } from '../version.ts';
import { systemCipher } from './cipher.ts';
import { openOutside } from './guard.ts';
import type { SignInPages } from './sign-in-page.ts';

export type Asked = {
  readonly window: BrowserWindow;
  readonly pages: SignInPages;
  /** Starts the practice server and saves it. */
  readonly practice: () => Promise<{ readonly serverId: string }>;
  /** Whether this app holds the vaults, as far as that is known: another owner cannot open the app's. */
  readonly owns: () => boolean;
  /** The page has asked who shows it: it listens. */
  readonly onInfo: () => void;
  /** What the user chose of news. */
  readonly choose: (id: number, action: number) => Promise<void>;
};

export const windowHandlers = ({ window, pages, practice, owns, onInfo, choose }: Asked): WindowHandlers => ({
  'window.info': () => {
    onInfo();
    return {
      host: 'app',
      platform: process.platform,
      version,
      vaults: owns() ? ['app', 'file', 'env'] : ['file', 'env'],
      vaultStrength: owns() ? systemCipher.strength() : 'plain',
      browses: false,
      signInPages: true,
    };
  },
  'window.choose': async ({ what }) => {
    const kind = what === 'files' ? 'openFile' : 'openDirectory';
    const { canceled, filePaths } = await dialog.showOpenDialog(window, { properties: [kind, 'multiSelections'] });
    return { paths: canceled ? [] : filePaths };
  },
  'window.browse': () => refuse(problem('method-unknown', { method: 'window.browse' })),
  'window.copy': async ({ text }) => {
    await clipboard.writeText(clipboardText(text));
    return {};
  },
  'window.openLink': async ({ url }) => {
    await openOutside(url);
    return {};
  },
  'window.reveal': ({ path }) => {
    shell.showItemInFolder(path);
    return {};
  },
  'window.signInPage': pages.show,
  'window.practice': practice,
  'window.choice': async ({ id, action }) => {
    await choose(id, action);
    return {};
  },
});
