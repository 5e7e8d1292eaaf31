/** What a window asks of the app itself. */
import { clipboard, dialog, shell, type BrowserWindow } from 'electron';
import { clipboardText } from '../../preload/bounds.ts';
import type { Client } from '../../preload/contract.ts';
import { problem } from '../../preload/problems.ts';
import { refuse, type WindowHandlers } from '../api/window-api.ts';
import { saveShortcut } from '../app/save-shortcut.ts';
import type { Shortcuts } from '../app/shortcuts.ts';
import { version } from '../version.ts';
import { holdShortcuts } from './shortcuts.ts';
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
  readonly client: Client;
  readonly shortcuts: Shortcuts;
  /** The page has asked who shows it: it listens. */
  readonly onInfo: () => void;
  /** What the user chose of news. */
  readonly choose: (id: number, action: number) => Promise<void>;
  /** Stores what was pasted, and resolves with its path. */
  readonly keep: (name: string, content: Uint8Array) => Promise<string>;
};

export const windowHandlers = ({
  window,
  pages,
  practice,
  owns,
  client,
  shortcuts,
  onInfo,
  choose,
  keep,
}: Asked): WindowHandlers => ({
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
  'window.setShortcut': async ({ name, accelerator }) => {
    await saveShortcut(shortcuts, client, name, accelerator);
    return {};
  },
  'window.holdShortcuts': ({ held }) => {
    holdShortcuts(held);
    return {};
  },
  'window.signInPage': pages.show,
  'window.practice': practice,
  'window.keepPasted': async ({ name, content }) => ({ path: await keep(name, Buffer.from(content, 'base64')) }),
  'window.choice': async ({ id, action }) => {
    await choose(id, action);
    return {};
  },
});
