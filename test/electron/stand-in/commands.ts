/** Carries out what a spec asks: what a person or the system does. */
import { app } from './app.ts';
import { type BrowserWindow, ownMenu, windows } from './browser-window.ts';
import { copyElsewhere } from './clipboard.ts';
import type { Commands, State } from './control.ts';
import { messageDesk, openDesk } from './dialog.ts';
import { saveDesk } from './downloads.ts';
import { pressShortcut } from './global-shortcut.ts';
import { lifecycle } from './lifecycle.ts';
import { clickIn, shown, stateOf } from './menu.ts';
import { changeSystemTheme } from './native-theme.ts';
import { clickNotification } from './notification.ts';
import { happens, powerMonitor } from './power-monitor.ts';
import { record } from './record.ts';
import { originOf } from './schemes.ts';
import { changeDisplays } from './screen.ts';
import { heldPartitions, inside, type Permission, type Session } from './session.ts';
import { Preventable } from './strict.ts';
import { face, trays } from './tray.ts';
import { toPage, type WebContents } from './web-contents.ts';

const find = (id: number): BrowserWindow => {
  const window = windows.find((entry) => entry.id === id);
  if (!window) throw new Error(`There is no window ${id}.`);
  return window;
};

const contentsOf = (window: BrowserWindow): WebContents => window.webContents as unknown as WebContents;
const sessionOf = (window: BrowserWindow): Session => contentsOf(window).session as unknown as Session;
const front = (): BrowserWindow | undefined => windows.find((window) => window.isFocused());
const tray = () => {
  const [first] = trays;
  if (!first) throw new Error('The app has no tray.');
  return first;
};

const state = (): State => ({
  ...record,
  windows: windows.map((window) => ({
    id: window.id,
    title: window.getTitle(),
    bounds: window.getBounds(),
    visible: window.isVisible(),
    focused: window.isFocused(),
    minimized: window.isMinimized(),
    maximized: window.isMaximized(),
    url: contentsOf(window).getURL(),
    partition: sessionOf(window)[inside].partition,
    parent: window.getParentWindow()?.id ?? 0,
    target: contentsOf(window)[toPage].target,
  })),
  trays: trays.map((entry) => {
    const { menu, toolTip, title, image } = entry[face]();
    return { toolTip, title, image, menu: stateOf(menu) };
  }),
  menu: stateOf(shown.application),
  partitions: heldPartitions(),
});

/** Each may give a promise where the contract says a value: the answer waits for it. */
export const commands: { readonly [K in keyof Commands]: (...args: Parameters<Commands[K]>) => unknown } = {
  state,
  power: (event) => powerMonitor[happens](event),
  clickMenu: (labels) => {
    const window = front();
    const own = window?.[ownMenu]();
    clickIn(own === undefined ? shown.application : own, labels, window);
  },
  clickTray: () => tray().emit('click', {}, tray().getBounds(), { x: 0, y: 0 }),
  dropOnTray: (paths) => tray().emit('drop-files', new Preventable(), [...paths]),
  clickTrayMenu: (labels) => clickIn(tray()[face]().menu, labels, undefined),
  clickContextMenu: (labels) => {
    const menu = shown.popup;
    clickIn(menu, labels, front());
    menu?.closePopup();
  },
  answerOpen: (answer) => openDesk.answer(answer),
  answerSave: (answer) => saveDesk.answer(answer),
  answerMessage: (button, checked) => messageDesk.answer({ button, checked }),
  copyElsewhere,
  clickNotification,
  pressShortcut,
  openUrl: (url) => app.emit('open-url', new Preventable(), url),
  openFile: (path) => app.emit('open-file', new Preventable(), path),
  activate: () =>
    app.emit(
      'activate',
      new Preventable(),
      windows.some((window) => window.isVisible()),
    ),
  displays: changeDisplays,
  systemTheme: changeSystemTheme,
  closeWindow: (id) => find(id).close(),
  resizeWindow: (id, bounds) => find(id).setBounds(bounds),
  focusWindow: (id) => find(id).focus(),
  crash: (id) => {
    const contents = contentsOf(find(id));
    // Answered when the app has heard of it: before that the page that is to die may still be seen.
    const heard = new Promise<void>((resolve) => void contents.once('render-process-gone', () => resolve()));
    contents.forcefullyCrashRenderer();
    return heard;
  },
  permission: (id, permission) => {
    const window = find(id);
    const contents = contentsOf(window);
    const url = contents.getURL();
    const webContents = contents as unknown as Electron.WebContents;
    return sessionOf(window)[inside].permits(permission as Permission, { webContents, origin: originOf(url), url });
  },
  quit: () => lifecycle.quit(),
};
