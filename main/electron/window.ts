/** The app's one window, which opens as it was left. */
import * as path from 'node:path';
import { BrowserWindow, nativeTheme, screen } from 'electron';
import type { SettingsView } from '../../preload/contract.ts';
import { deadQuestion, opensAgain } from '../app/closing.ts';
import { frame } from '../app/frame.ts';
import { keepWindow, readWindow } from '../app/kept-window.ts';
import type { Page } from '../app/page.ts';
import { smallest, windowBounds } from '../app/window-bounds.ts';
import { ask } from './ask.ts';
import { places } from './places.ts';

/** A page that dies again sooner than this, ms, is not opened again by itself: it would die for ever. */
const tooSoon = 10_000;

/** How long a window is left alone before its place is written down, ms. */
const calmFor = 500;

const screens = () => {
  const first = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter(({ id }) => id !== first.id);
  return [first, ...others].map(({ workArea }) => workArea);
};

export type MainWindow = {
  readonly window: BrowserWindow;
  /** Brings it before the person, also out of the tray. */
  readonly show: () => void;
  /** Whether the person looks at it. */
  readonly seen: () => boolean;
  readonly useTheme: (theme: SettingsView['theme']) => void;
  /** Keeps how it is now for the next start. */
  readonly keep: () => void;
};

/** Opens the window of a profile; unless `hidden`, it is shown when its page has something to show. Once the app is ready. */
export const openWindow = (profile: string, page: Page, hidden = false): MainWindow => {
  const kept = readWindow(profile);
  nativeTheme.themeSource = kept.theme;
  const window = new BrowserWindow({
    ...windowBounds(kept.bounds, screens()),
    ...frame(process.platform, nativeTheme.shouldUseDarkColors),
    minWidth: smallest.width,
    minHeight: smallest.height,
    show: false,
    title: 'Stevedore',
    icon: path.join(places.icons, 'app.png'),
    webPreferences: {
      preload: places.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  });
  window.loadURL(page.url).catch(() => undefined);

  /** The page has died and was not opened again. */
  let dead = false;
  const revive = (): void => {
    dead = false;
    window.reload();
  };

  let maximise = kept.maximised;
  const show = (): void => {
    if (window.isDestroyed()) return;
    if (dead) revive();
    if (window.isMinimized()) window.restore();
    // It would show itself, so it waits for the first time that the window is shown.
    if (maximise) window.maximize();
    maximise = false;
    window.show();
    window.focus();
  };
  if (!hidden) window.once('ready-to-show', show);

  const keep = (): void => {
    if (window.isDestroyed()) return;
    const { x, y, width, height } = window.getNormalBounds();
    const { themeSource } = nativeTheme;
    keepWindow(profile, {
      bounds: { x, y, width, height },
      maximised: maximise || window.isMaximized(),
      theme: themeSource,
    });
  };
  // A kill asks nobody how the window was.
  let timer: NodeJS.Timeout | undefined;
  const keepSoon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(keep, calmFor);
  };
  window.on('resize', keepSoon);
  window.on('move', keepSoon);
  nativeTheme.on('updated', () => {
    if (window.isDestroyed()) return;
    const { backgroundColor, titleBarOverlay } = frame(process.platform, nativeTheme.shouldUseDarkColors);
    window.setBackgroundColor(backgroundColor);
    if (titleBarOverlay !== undefined) window.setTitleBarOverlay(titleBarOverlay);
  });

  let diedAt = -Infinity;
  window.webContents.on('render-process-gone', (_gone, { reason }) => {
    if (reason === 'clean-exit') return;
    const again = performance.now() - diedAt < tooSoon;
    diedAt = performance.now();
    if (!again) revive();
    else {
      dead = true;
      void ask(window, deadQuestion()).then((answer) => (opensAgain(answer) ? revive() : window.hide()));
    }
  });

  return {
    window,
    show,
    keep,
    seen: () => !window.isDestroyed() && window.isVisible() && window.isFocused(),
    useTheme: (theme) => {
      if (nativeTheme.themeSource === theme) return;
      nativeTheme.themeSource = theme;
      keepSoon();
    },
  };
};
