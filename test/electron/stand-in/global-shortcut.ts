import { needsReady } from './lifecycle.ts';
import { record, setting } from './record.ts';
import { strict } from './strict.ts';
import { held, type Main } from './types.ts';

const taken = new Map<string, () => void>();
const modifier = /^(Command|Cmd|Control|Ctrl|CommandOrControl|CmdOrCtrl|Alt|Option|AltGr|Shift|Super|Meta)$/i;

const check = (accelerator: string): void => {
  needsReady('globalShortcut cannot be used before the app is ready');
  const parts = accelerator.split('+');
  if (parts.at(-1) === '' || parts.slice(0, -1).some((part) => !modifier.test(part)))
    throw new TypeError(`Error processing argument at index 0, conversion failure from ${accelerator}`);
};

const keep = (): void => void (record.shortcuts = [...taken.keys()]);

const members = {
  /** False where it is taken, by this app too. */
  register(accelerator: string, callback: () => void): boolean {
    check(accelerator);
    if (taken.has(accelerator) || record.shortcutsHeld || setting.takenKeys.includes(accelerator)) return false;
    taken.set(accelerator, callback);
    keep();
    return true;
  },
  isRegistered(accelerator: string): boolean {
    check(accelerator);
    return taken.has(accelerator);
  },
  unregister(accelerator: string): void {
    check(accelerator);
    taken.delete(accelerator);
    keep();
  },
  /** While it is suspended no key does anything, and none can be registered. */
  setSuspended(suspended: boolean): void {
    needsReady('globalShortcut cannot be used before the app is ready');
    record.shortcutsHeld = suspended;
  },
  isSuspended(): boolean {
    return record.shortcutsHeld;
  },
  unregisterAll(): void {
    taken.clear();
    keep();
  },
};

held<typeof members, Main['globalShortcut']>();

export const globalShortcut = strict('globalShortcut', members);

export const pressShortcut = (accelerator: string): void => {
  const callback = taken.get(accelerator);
  if (!callback) throw new Error(`No shortcut ${accelerator} is registered, only ${[...taken.keys()].join(', ')}.`);
  if (!record.shortcutsHeld) callback();
};
