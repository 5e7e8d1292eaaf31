/** The icon in the tray, with a menu that is never rebuilt under the pointer more often than once a second. */
import * as path from 'node:path';
import { Menu, nativeImage, nativeTheme, Tray, type MenuItemConstructorOptions, type NativeImage } from 'electron';
import { Later } from '../../preload/later.ts';
import { m } from '../../preload/paraglide/messages.js';
import type { Flow } from '../app/flow.ts';
import { stateLine, trayItems, waitingItems, waitingLine, type TrayCommand, type TrayItem } from '../app/tray.ts';
import { places } from './places.ts';

const redrawEvery = 1_000;

/** One colour on macOS and Windows, as their bars want it; on Linux nobody tells how dark the panel is. */
const imageName = (): string => {
  if (process.platform === 'darwin') return 'tray.png';
  if (process.platform !== 'win32') return 'tray-colour.png';
  return nativeTheme.shouldUseDarkColorsForSystemIntegratedUI ? 'tray-light.png' : 'tray.png';
};

const image = (): NativeImage => {
  const picture = nativeImage.createFromPath(path.join(places.icons, imageName()));
  if (process.platform === 'darwin') picture.setTemplateImage(true);
  return picture;
};

export type AppTray = {
  readonly show: (flow: Flow) => void;
  /** The app has been quit and waits for these servers: nothing else is shown from now on. */
  readonly waitFor: (servers: readonly string[]) => void;
  readonly remove: () => void;
};

/** Once the app is ready. */
export const openTray = (
  first: Flow,
  does: (command: TrayCommand) => void,
  decides: (id: number, decision: string) => void,
): AppTray => {
  const tray = new Tray(image());
  let drawn = '';
  let next = first;
  let waiting: readonly string[] | undefined;

  const item = (entry: TrayItem): MenuItemConstructorOptions => {
    switch (entry.kind) {
      case 'line':
        return { type: 'separator' } as const;
      case 'words':
        return { label: entry.label, enabled: false };
      case 'command':
        return { label: entry.label, enabled: entry.enabled, click: () => does(entry.command) };
      case 'decision':
        return { label: entry.label, click: () => decides(entry.id, entry.decision) };
      case 'menu':
        return { label: entry.label, submenu: entry.items.map(item) };
    }
  };
  const draw = (): void => {
    const items = waiting === undefined ? trayItems(next) : waitingItems(waiting);
    const now = JSON.stringify(items);
    if (now === drawn) return;
    drawn = now;
    tray.setContextMenu(Menu.buildFromTemplate(items.map(item)));
    tray.setToolTip(m.tray_tip({ state: waiting === undefined ? stateLine(next) : waitingLine(waiting) }));
  };
  draw();
  const redraw = new Later(draw, redrawEvery);
  tray.on('click', () => {
    if (waiting === undefined) does('open');
  });
  const recolour = (): void => tray.setImage(image());
  nativeTheme.on('updated', recolour);

  return {
    show: (flow) => {
      next = flow;
      if (!tray.isDestroyed()) redraw.soon();
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
