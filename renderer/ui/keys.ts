/** Whether this is a Mac, whose keys have signs in place of names. */
const mac = (): boolean => /^Mac/.test(navigator.platform);

const macSigns: Readonly<Record<string, string>> = { Mod: '⌘', Shift: '⇧', Alt: '⌥', Del: '⌫', Enter: '↩' };

/** How a key is called on this machine: `Mod V` → ⌘ V, or Ctrl V. */
export const keyName = (keys: string): string =>
  keys
    .split(' ')
    .map((key) => (mac() ? (macSigns[key] ?? key) : key === 'Mod' ? 'Ctrl' : key))
    .join(mac() ? '' : ' ');
