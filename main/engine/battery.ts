/** Whether this machine runs on its battery, where the system says so in files. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Battery = {
  /** Whether the machine runs on its battery now; false where nobody knows. */
  readonly isOn: () => boolean;
  /** Calls when that may have changed. Returns the way to stop. Absent: nobody says, and `isOn` is asked every so often. */
  readonly onChange?: (listener: () => void) => () => void;
};

/** Where Linux lists what a machine gets its power from. */
const supplies = '/sys/class/power_supply';

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
};

/**
 * The battery as Linux describes it in files; on other systems there are none, and it counts as off.
 *
 * @param folder with one folder for each supply (`type`, `online`, `scope`, `status`). A mouse has a battery of its own, which does
 *   not count; one in the machine that does not discharge gives no power.
 */
export const systemBattery = (folder = supplies): Battery => ({
  isOn: () => {
    let names: string[];
    try {
      names = readdirSync(folder);
    } catch {
      return false;
    }
    const of = (name: string, fact: string): string => read(join(folder, name, fact));
    const own = names.filter((name) => of(name, 'scope') !== 'Device');
    const plugged = own.some((name) => of(name, 'type') !== 'Battery' && of(name, 'online') === '1');
    return !plugged && own.some((name) => of(name, 'type') === 'Battery' && of(name, 'status') === 'Discharging');
  },
});
