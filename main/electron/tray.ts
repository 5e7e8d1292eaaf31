/** The icon in the tray, with a menu that is never rebuilt under the pointer more often than once a second. */
import * as path from 'node:path';
import { Menu, nativeImage, nativeTheme, Tray, type MenuItemConstructorOptions, type NativeImage } from 'electron';
import { Later } from '../../preload/later.ts';
import { m } from '../../preload/paraglide/messages.js';
import type { Flow } from '../../preload/flow.ts';
import { trayIconFile, trayIconOf } from '../app/tray-icon.ts';
import {
  noFacts,
  stateLine,
  trayItems,
  waitingItems,
  waitingLine,
  type TrayCommand,
  type TrayFacts,
  type TrayItem,
} from '../app/tray.ts';
import { places } from './places.ts';

const redrawEvery = 1_000;

/** Windows alone tells how dark its taskbar is; on Linux the theme of programs comes closest. */
const isDark = (): boolean =>
  process.platform === 'win32' ? nativeTheme.shouldUseDarkColorsForSystemIntegratedUI : nativeTheme.shouldUseDarkColors;

const imageFile = (flow: Flow): string =>
  path.join(places.icons, 'tray', trayIconFile(trayIconOf(flow), { platform: process.platform, dark: isDark() }));

const imageOf = (file: string): NativeImage => {
  const picture = nativeImage.createFromPath(file);
  if (process.platform === 'darwin') picture.setTemplateImage(true);
  return picture;
};

/** `&` would mark a key in a menu. */
const literal = (label: string): string => label.replaceAll('&', '&&');

export type AppTray = {
  readonly show: (flow: Flow) => void;
  readonly showFacts: (facts: TrayFacts) => void;
  /** The app has been quit and waits for these servers: nothing else is shown from now on. */
  readonly waitFor: (servers: readonly string[]) => void;
  readonly remove: () => void;
};

export type TrayEars = {
  readonly does: (command: TrayCommand) => void;
  /** Files were dropped on the icon; only macOS has that. */
  readonly dropped: (paths: readonly string[]) => void;
};

/** Once the app is ready. */
export const openTray = (first: Flow, { does, dropped }: TrayEars): AppTray => {
  let file = imageFile(first);
  const tray = new Tray(imageOf(file));
  let drawn = '';
  let tip = '';
  let next = first;
  let facts = noFacts;
  let waiting: readonly string[] | undefined;

  const item = (entry: TrayItem): MenuItemConstructorOptions => {
    switch (entry.kind) {
      case 'line':
        return { type: 'separator' } as const;
      case 'words':
        return { label: literal(entry.label), enabled: false };
      case 'command':
        return { label: literal(entry.label), enabled: entry.enabled, click: () => does(entry.command) };
      case 'choice':
        return {
          label: literal(entry.label),
          type: 'radio',
          checked: entry.chosen,
          click: () => {
            // The system has marked it as chosen, whatever comes of it.
            drawn = '';
            redraw.soon();
            does(entry.command);
          },
        };
      case 'menu':
        return { label: literal(entry.label), submenu: entry.items.map(item) };
    }
  };
  const recolour = (): void => {
    const now = imageFile(next);
    if (now !== file) tray.setImage(imageOf(now));
    file = now;
  };
  const draw = (): void => {
    const items = waiting === undefined ? trayItems(next, facts) : waitingItems(waiting);
    const now = JSON.stringify(items);
    if (now !== drawn) tray.setContextMenu(Menu.buildFromTemplate(items.map(item)));
    drawn = now;
    const says = m.tray_tip({ state: waiting === undefined ? stateLine(next) : waitingLine(waiting) });
    if (says !== tip) tray.setToolTip(says);
    tip = says;
    recolour();
  };
  const redraw = new Later(draw, redrawEvery);
  const drawSoon = (): void => {
    if (!tray.isDestroyed()) redraw.soon();
  };
  draw();
  tray.on('click', () => {
    if (waiting === undefined) does({ does: 'open' });
  });
  tray.on('drop-files', (_drop, files) => dropped(files));
  nativeTheme.on('updated', recolour);

  return {
    show: (flow) => {
      next = flow;
      drawSoon();
    },
    showFacts: (known) => {
      facts = known;
      drawSoon();
    },
    waitFor: (servers) => {
      waiting = servers;
      redraw.stop();
      if (!tray.isDestroyed()) draw();
    },
    remove: () => {
      redraw.stop();
      if (tray.isDestroyed()) return;
      nativeTheme.off('updated', recolour);
      tray.destroy();
    },
  };
};
