import { expect, test } from 'vitest';
import { isAccelerator, recorded, shownKeys, type KeyPress } from './accelerator.ts';

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: '',
  ctrlKey: false,
  altKey: false,
  shiftKey: false,
  metaKey: false,
  ...held,
});
const keys = (key: string, held: Partial<KeyPress>, mac = false): unknown => {
  const read = recorded(press(key, held), mac);
  return read.is === 'keys' ? read.accelerator : read.is;
};

test('takes two modifiers and a key, or one and a function key', () => {
  expect(isAccelerator('Control+Shift+U')).toBe(true);
  expect(isAccelerator('Alt+F9')).toBe(true);
  expect(isAccelerator('Shift+Command+PageUp')).toBe(true);
  for (const wrong of [
    '',
    'U',
    'Control+C',
    'F9',
    'Control+Shift',
    'Control+Control+U',
    'Control+Shift+u',
    'Control+Shift+ÄÖ',
    'Control+Shift+F25',
    'Control+Shift+U+V',
    'Nothing+Shift+U',
    '+'.repeat(1_000),
  ])
    expect(isAccelerator(wrong), wrong).toBe(false);
});

test('reads what is pressed, by the letter of the layout', () => {
  expect(keys('u', { ctrlKey: true, shiftKey: true })).toBe('Control+Shift+U');
  expect(keys('U', { metaKey: true, shiftKey: true }, true)).toBe('Shift+Command+U');
  expect(keys('ArrowUp', { metaKey: true, altKey: true })).toBe('Alt+Super+Up');
  expect(keys(' ', { ctrlKey: true, altKey: true })).toBe('Control+Alt+Space');
  expect(keys('F9', { altKey: true })).toBe('Alt+F9');
});

test('finds the key under a character that Alt or Shift gives', () => {
  expect(keys('∂', { altKey: true, metaKey: true, code: 'KeyD' }, true)).toBe('Alt+Command+D');
  expect(keys('!', { ctrlKey: true, shiftKey: true, code: 'Digit1' })).toBe('Control+Shift+1');
});

test('waits while only modifiers are down, and says what cannot be a shortcut', () => {
  expect(keys('Shift', { shiftKey: true })).toBe('begun');
  expect(keys('c', { ctrlKey: true })).toBe('too-few');
  expect(keys('F9', {})).toBe('too-few');
  expect(keys('Dead', { ctrlKey: true, shiftKey: true, code: 'Quote' })).toBe('unusable');
});

test('what was recorded can be registered', () => {
  for (const key of ['a', '0', 'F1', 'F24', 'Home', 'Insert', 'PrintScreen'])
    expect(isAccelerator(String(keys(key, { ctrlKey: true, altKey: true }))), key).toBe(true);
});

test('is shown as the system writes it', () => {
  expect(shownKeys('Control+Alt+Shift+U', 'linux')).toBe('Ctrl+Alt+Shift+U');
  expect(shownKeys('Shift+Super+U', 'win32')).toBe('Shift+Win+U');
  expect(shownKeys('Shift+Command+U', 'darwin')).toBe('⇧⌘U');
});
