/**
 * The keys of a global shortcut, as Electron writes them ("Control+Shift+U"): read from a key press, checked, and shown.
 * Electron: docs/tutorial/keyboard-shortcuts, Accelerators.
 */

/** What of a key press matters. */
export type KeyPress = {
  /** As a browser names them: the character or the name of the key, and its place on the keyboard. */
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly metaKey: boolean;
};

/** In their order. `Command` is of a Mac alone, `Super` of the others. */
const modifiers = ['Control', 'Alt', 'Shift', 'Command', 'Super'] as const;
type Modifier = (typeof modifiers)[number];
const isModifier = (part: string): part is Modifier => (modifiers as readonly string[]).includes(part);

/** Keys with a name, by the name that a browser gives them. */
const named: Readonly<Record<string, string>> = {
  ' ': 'Space',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  Home: 'Home',
  End: 'End',
  PageUp: 'PageUp',
  PageDown: 'PageDown',
  Insert: 'Insert',
  PrintScreen: 'PrintScreen',
};
const functionKey = /^F(?:[1-9]|1\d|2[0-4])$/;
const otherKeys: ReadonlySet<string> = new Set(Object.values(named));
const isKey = (part: string): boolean => /^[A-Z0-9]$/.test(part) || functionKey.test(part) || otherKeys.has(part);

/**
 * Two modifiers, or one and a function key: fewer would take a key from every other program, such as the one that copies.
 */
const isEnough = (held: readonly string[], key: string): boolean => held.length >= (functionKey.test(key) ? 1 : 2);

/** Whether a text is the keys of a shortcut that this app may register. */
export const isAccelerator = (text: string): boolean => {
  const parts = text.split('+');
  const key = parts.pop() ?? '';
  return isKey(key) && parts.every(isModifier) && new Set(parts).size === parts.length && isEnough(parts, key);
};

const keyOf = ({ key, code }: KeyPress): string | undefined => {
  const upper = key.toUpperCase();
  if (isKey(upper)) return upper;
  if (named[key] !== undefined) return named[key];
  // With Alt or Shift a key gives another character; what it is called says which one it is.
  const plain = /^(?:Key([A-Z])|Digit(\d))$/.exec(code);
  return plain?.[1] ?? plain?.[2];
};

/** What a key press says while keys are recorded. */
export type Recorded =
  | { readonly is: 'keys'; readonly accelerator: string }
  /** Only modifiers so far. */
  | { readonly is: 'begun' }
  | { readonly is: 'too-few' }
  | { readonly is: 'unusable' };

/** Reads a key press. `mac`: Meta is Command there. */
export const recorded = (press: KeyPress, mac: boolean): Recorded => {
  if (/^(?:Control|Alt|AltGraph|Shift|Meta|OS)$/.test(press.key)) return { is: 'begun' };
  const held: readonly (Modifier | false)[] = [
    press.ctrlKey && 'Control',
    press.altKey && 'Alt',
    press.shiftKey && 'Shift',
    press.metaKey && (mac ? 'Command' : 'Super'),
  ];
  const down = held.filter((one) => one !== false);
  const key = keyOf(press);
  if (key === undefined) return { is: 'unusable' };
  return isEnough(down, key) ? { is: 'keys', accelerator: [...down, key].join('+') } : { is: 'too-few' };
};

const macSigns: Readonly<Record<Modifier, string>> = { Control: '⌃', Alt: '⌥', Shift: '⇧', Command: '⌘', Super: '⌘' };

/**
 * How a system writes the keys: ⌃⇧U, Ctrl+Shift+U.
 *
 * @param platform as Node names it
 */
export const shownKeys = (accelerator: string, platform: string): string => {
  const parts = accelerator.split('+');
  if (platform === 'darwin') return parts.map((part) => (isModifier(part) ? macSigns[part] : part)).join('');
  const names: Readonly<Record<string, string>> = { Control: 'Ctrl', Super: platform === 'win32' ? 'Win' : 'Super' };
  return parts.map((part) => names[part] ?? part).join('+');
};
