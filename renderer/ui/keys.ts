/** Whether this is a Mac, whose keys have signs in place of names. */
const mac = (): boolean => /^Mac/.test(navigator.platform);

const macSigns: Readonly<Record<string, string>> = { Mod: '⌘', Shift: '⇧', Alt: '⌥', Del: '⌫', Enter: '↩' };

/** How a key is called on this machine: `Mod V` → ⌘ V, or Ctrl V. */
export const keyName = (keys: string): string =>
  keys
    .split(' ')
    .map((key) => (mac() ? (macSigns[key] ?? key) : key === 'Mod' ? 'Ctrl' : key))
    .join(mac() ? '' : ' ');

/** Whether an event is a shortcut: `Mod F`, or a key alone. */
export const presses = ({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent, keys: string): boolean => {
  const mod = ctrlKey || metaKey;
  return keys.startsWith('Mod ')
    ? mod && !altKey && !shiftKey && key.toLowerCase() === keys.slice(4).toLowerCase()
    : !mod && !altKey && key === keys;
};
