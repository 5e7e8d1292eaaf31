/** How things stand, where the system shows it: taskbar, dock and badge; and no sleep while something is under way. */
import { app, powerSaveBlocker, type BrowserWindow } from 'electron';
import type { Flow } from '../../preload/flow.ts';
import { barOf } from '../app/tray.ts';

/** Shows every new flow it is called with. */
export const statusOf = (window: BrowserWindow): ((flow: Flow) => void) => {
  let bar = '';
  let badge = 0;
  let awake: number | undefined;
  return (flow) => {
    const { value, mode } = barOf(flow);
    // Taskbars draw no finer.
    const now = `${value.toFixed(2)} ${mode}`;
    if (now !== bar && !window.isDestroyed()) window.setProgressBar(value, { mode });
    bar = now;
    if (flow.needsYou !== badge) app.setBadgeCount(flow.needsYou);
    badge = flow.needsYou;
    if (flow.underWay > 0) awake ??= powerSaveBlocker.start('prevent-app-suspension');
    else if (awake !== undefined) {
      powerSaveBlocker.stop(awake);
      awake = undefined;
    }
  };
};
