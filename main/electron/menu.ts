/** The application's menu, out of its data. */
import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import { appMenu, type MenuCommand, type MenuEntry } from '../app/app-menu.ts';

/** Sets the menu; `does` carries out what the window knows how to do. */
export const setMenu = (developing: boolean, does: (command: MenuCommand) => void): void => {
  const item = (entry: MenuEntry): MenuItemConstructorOptions => {
    switch (entry.kind) {
      case 'line':
        return { type: 'separator' };
      case 'role':
        return { role: entry.role };
      case 'command':
        return { label: entry.label, accelerator: entry.keys, click: () => does(entry.command) };
      case 'quit':
        return { label: entry.label, accelerator: entry.keys, click: () => app.quit() };
    }
  };
  const parts = appMenu(process.platform, developing);
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(parts.map(({ label, entries }) => ({ label, submenu: entries.map(item) }))),
  );
};
