/** What `import … from 'electron'` and `require('electron')` give the app's main process. */
import { app } from './app.ts';
import { BrowserWindow } from './browser-window.ts';
import { clipboard } from './clipboard.ts';
import { dialog } from './dialog.ts';
import { globalShortcut } from './global-shortcut.ts';
import { ipcMain } from './ipc-main.ts';
import { Menu } from './menu.ts';
import { MenuItem } from './menu-item.ts';
import { nativeImage } from './native-image.ts';
import { nativeTheme } from './native-theme.ts';
import { Notification } from './notification.ts';
import { powerMonitor } from './power-monitor.ts';
import { powerSaveBlocker } from './power-save-blocker.ts';
import { protocol } from './protocol.ts';
import { safeStorage } from './safe-storage.ts';
import { screen } from './screen.ts';
import { session } from './session.ts';
import { shell } from './shell.ts';
import { strict } from './strict.ts';
import { Tray } from './tray.ts';

const electron = strict('electron', {
  app,
  BrowserWindow: strict('BrowserWindow', BrowserWindow),
  clipboard,
  dialog,
  globalShortcut,
  ipcMain,
  Menu: strict('Menu', Menu),
  MenuItem: strict('MenuItem', MenuItem),
  nativeImage,
  nativeTheme,
  Notification: strict('Notification', Notification),
  powerMonitor,
  powerSaveBlocker,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  Tray: strict('Tray', Tray),
});

const { BrowserWindow: Window, Menu: StrictMenu, MenuItem: Item, Notification: Note, Tray: StrictTray } = electron;

export {
  app,
  clipboard,
  dialog,
  electron as default,
  electron as 'module.exports',
  globalShortcut,
  Item as MenuItem,
  ipcMain,
  nativeImage,
  nativeTheme,
  Note as Notification,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  StrictMenu as Menu,
  StrictTray as Tray,
  Window as BrowserWindow,
};
