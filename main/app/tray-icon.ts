/** Which of the tray's icons shows how the queue is doing. */
import type { Flow } from '../../preload/flow.ts';

/** Fillings of the load: from empty, for the first eighth, up to the last eighth. */
export const traySteps = 8;

/** `attention`: a dot. A number: the eighths of the load that are filled. `offline`: a dashed load. `idle`: a full one. */
export type TrayIcon = 'idle' | 'attention' | 'offline' | number;

export const trayIcons: readonly TrayIcon[] = ['idle', 'attention', 'offline', ...Array(traySteps).keys()];

/** What needs a person comes first, then what holds everything up, then progress. */
export const trayIconOf = ({ needsYou, offline, progress }: Flow): TrayIcon => {
  if (needsYou > 0) return 'attention';
  if (offline) return 'offline';
  return progress === undefined ? 'idle' : Math.min(traySteps - 1, Math.floor(progress * traySteps));
};

/** What an icon stands on. */
export type TrayGround = { readonly platform: string; readonly dark: boolean };

/**
 * The file of an icon, in the folder of the tray's icons. macOS tints one of a single colour. On Windows the taskbar says
 * how dark it is. On Linux nothing says that of a panel, so the icons there have a rim in the opposite colour.
 */
export const trayIconFile = (icon: TrayIcon, { platform, dark }: TrayGround): string => {
  const ink = dark && platform !== 'darwin' ? 'light' : 'dark';
  const rim = platform === 'darwin' || platform === 'win32' ? '' : '-rim';
  return `${ink}${rim}-${icon}.png`;
};
