/** Global shortcuts, with the system. */
import { app, globalShortcut } from 'electron';
import { Shortcuts, type ShortcutPorts } from '../app/shortcuts.ts';

/**
 * In a session of Wayland only a portal of the desktop registers shortcuts, and the desktop may ask the user to confirm the
 * keys in its own settings. Before the app is ready. Electron: docs/api/global-shortcut.
 */
export const allowShortcutsPortal = (): void => {
  if (process.platform !== 'linux') return;
  const enabled = app.commandLine.getSwitchValue('enable-features');
  app.commandLine.appendSwitch('enable-features', [enabled, 'GlobalShortcutsPortal'].filter(Boolean).join(','));
};

/** Once the app is ready. */
export const openShortcuts = (does: ShortcutPorts['does']): Shortcuts =>
  new Shortcuts({
    register: (accelerator, pressed) => globalShortcut.register(accelerator, pressed),
    unregister: (accelerator) => globalShortcut.unregister(accelerator),
    does,
    platform: process.platform,
  });

/** While keys are recorded, none of them may do what they are for. */
export const holdShortcuts = (held: boolean): void => globalShortcut.setSuspended(held);
