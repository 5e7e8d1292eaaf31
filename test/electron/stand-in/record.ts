/** What the app asked of the system, kept for the spec. */
import type { Recorded, Setting } from './control.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer I)[] ? I[] : T[K] };

export const record: Mutable<Recorded> = {
  clipboard: [],
  opened: [],
  revealed: [],
  beeps: 0,
  notifications: [],
  dialogs: [],
  badge: 0,
  progress: -1,
  devTools: 0,
  shortcuts: [],
  shortcutsHeld: false,
  loginItem: false,
  protocols: [],
  relaunches: 0,
  saving: false,
  faults: [],
};

/** A rule that was broken where an exception would reach nobody. */
export const fault = (text: string): void => {
  record.faults.push(text);
  process.stderr.write(`stand-in for Electron: ${text}\n`);
};

const given = process.env['STAND_IN'];
delete process.env['STAND_IN'];

export const setting: Setting = {
  keychain: 'system',
  systemTheme: 'light',
  packaged: false,
  protocols: {},
  takenKeys: [],
  displays: [{ bounds: { x: 0, y: 0, width: 1920, height: 1080 } }],
  ...(given === undefined ? {} : (JSON.parse(given) as Partial<Setting>)),
};
