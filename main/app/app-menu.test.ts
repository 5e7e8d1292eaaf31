import { expect, test } from 'vitest';
import { appMenu, type MenuEntry } from './app-menu.ts';

const entries = (platform: string, developing = false): readonly MenuEntry[] =>
  appMenu(platform, developing).flatMap((part) => part.entries);
const keysOf = (platform: string): readonly string[] =>
  entries(platform).flatMap((entry) => ('keys' in entry ? [entry.keys] : []));

test('no key means two things', () => {
  for (const platform of ['darwin', 'linux', 'win32']) {
    const keys = keysOf(platform);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toContain('CommandOrControl+O');
  }
});

test('macOS has its own first menu, with what its users look for there', () => {
  expect(appMenu('darwin', false)[0]?.label).toBe('Stevedore');
  expect(appMenu('linux', false)[0]?.label).toBe('File');
  for (const role of ['hide', 'services', 'about']) expect(entries('darwin')).toContainEqual({ kind: 'role', role });
});

test('text can be edited and the app be quit everywhere', () => {
  for (const platform of ['darwin', 'linux', 'win32']) {
    expect(entries(platform)).toContainEqual({ kind: 'role', role: 'paste' });
    expect(entries(platform).filter((entry) => entry.kind === 'quit')).toHaveLength(1);
  }
});

test('only a developer can look into the page', () => {
  const tools = { kind: 'role', role: 'toggleDevTools' };
  expect(entries('linux')).not.toContainEqual(tools);
  expect(entries('linux', true)).toContainEqual(tools);
});
