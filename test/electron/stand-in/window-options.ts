/** The options of a window: what is provided, and what Electron's own documentation calls unsafe and no spec should miss. */
import { isAbsolute } from 'node:path';
import type { BrowserWindowConstructorOptions, WebPreferences } from 'electron';
import { Session } from './session.ts';

/** Options that show in the window's state, or only on a real desktop. */
const provided = new Set<keyof BrowserWindowConstructorOptions>([
  'acceptFirstMouse',
  'accentColor',
  'autoHideMenuBar',
  'backgroundColor',
  'backgroundMaterial',
  'center',
  'darkTheme',
  'frame',
  'fullscreenable',
  'hasShadow',
  'height',
  'icon',
  'maxHeight',
  'maxWidth',
  'maximizable',
  'minHeight',
  'minWidth',
  'minimizable',
  'paintWhenInitiallyHidden',
  'parent',
  'resizable',
  'roundedCorners',
  'show',
  'skipTaskbar',
  'title',
  'titleBarOverlay',
  'titleBarStyle',
  'trafficLightPosition',
  'useContentSize',
  'vibrancy',
  'webPreferences',
  'width',
  'x',
  'y',
]);

/** What a preference must be where it is given; undefined for any value. */
const preferences: Partial<Record<keyof WebPreferences, unknown>> = {
  allowRunningInsecureContent: false,
  backgroundThrottling: undefined,
  contextIsolation: true,
  devTools: undefined,
  disableDialogs: undefined,
  enableWebSQL: false,
  experimentalFeatures: false,
  navigateOnDragDrop: false,
  nodeIntegration: false,
  nodeIntegrationInSubFrames: false,
  nodeIntegrationInWorker: false,
  plugins: false,
  preload: undefined,
  safeDialogs: undefined,
  sandbox: true,
  session: undefined,
  spellcheck: undefined,
  v8CacheOptions: undefined,
  webSecurity: true,
  webgl: undefined,
  webviewTag: false,
};

/** Throws for an option that is not provided, and for a preload whose path is relative. */
export const checkOptions = (options: BrowserWindowConstructorOptions): void => {
  for (const name of Object.keys(options))
    if (!provided.has(name as keyof BrowserWindowConstructorOptions))
      throw new Error(`The stand-in for Electron does not provide the option ${name} of BrowserWindow.`);
  for (const [name, value] of Object.entries(options.webPreferences ?? {})) {
    const wanted = preferences[name as keyof WebPreferences];
    if (!(name in preferences) || (wanted !== undefined && wanted !== value))
      throw new Error(`The stand-in for Electron does not provide webPreferences.${name}: ${String(value)}.`);
  }
  const { preload, session } = options.webPreferences ?? {};
  if (session !== undefined && !((session as unknown) instanceof Session))
    throw new TypeError('Error processing argument at index 0, conversion failure from session');
  if (preload !== undefined && !isAbsolute(preload))
    throw new Error(`preload script must have absolute path: ${preload}`);
};
