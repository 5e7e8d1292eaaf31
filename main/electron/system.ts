/** What the system tells the app, and what the app asks of it for the user's settings: power, sleep, the session. */
import { powerMonitor } from 'electron';
import type { SettingsView } from '../../preload/contract.ts';
import type { Battery } from '../engine/battery.ts';
import { setStartAtLogin } from './login.ts';

/** The battery as the system knows it. Where it sends no events, the engine asks every so often. */
export const battery: Battery = {
  isOn: () => powerMonitor.isOnBatteryPower(),
  onChange: (listener) => {
    powerMonitor.on('on-ac', listener);
    powerMonitor.on('on-battery', listener);
    return () => {
      powerMonitor.off('on-ac', listener);
      powerMonitor.off('on-battery', listener);
    };
  },
};

/** Calls when the machine woke up. */
export const onWake = (listener: () => void): void => void powerMonitor.on('resume', listener);

/**
 * Keeps the system as the setting is. At the first call only what is on is written again, for the app may lie elsewhere now;
 * an entry that the user made in the system stays.
 */
export const sessionStarts = (
  profile: string,
  report: (error: unknown) => void,
): ((settings: Pick<SettingsView, 'startAtLogin'>) => void) => {
  let present: boolean | undefined;
  return ({ startAtLogin }) => {
    if (startAtLogin === (present ?? false)) return;
    present = startAtLogin;
    try {
      setStartAtLogin(startAtLogin, profile);
    } catch (error) {
      report(error);
    }
  };
};
