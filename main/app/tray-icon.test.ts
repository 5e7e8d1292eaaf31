import { existsSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FlowWatch, type Flow } from '../../preload/flow.ts';
import { totalsOf } from './test-rows.ts';
import { trayIconFile, trayIconOf, trayIcons } from './tray-icon.ts';

const rest: Flow = new FlowWatch(totalsOf({})).flow;
const folder = new URL('../electron/icons/tray/', import.meta.url);

test('shows what needs a person first, then that there is no network, then progress', () => {
  expect(trayIconOf(rest)).toBe('idle');
  expect(trayIconOf({ ...rest, progress: 0.5, offline: true, needsYou: 1 })).toBe('attention');
  expect(trayIconOf({ ...rest, progress: 0.5, offline: true })).toBe('offline');
  expect(trayIconOf({ ...rest, progress: 0.5 })).toBe(4);
});

test('never looks done before it is, nor begun where nothing was sent', () => {
  expect(trayIconOf({ ...rest, progress: 0 })).toBe(0);
  expect(trayIconOf({ ...rest, progress: 0.124 })).toBe(0);
  expect(trayIconOf({ ...rest, progress: 0.999 })).toBe(7);
  expect(trayIconOf({ ...rest, progress: 1 })).toBe(7);
});

test('stands out on each system: tinted on macOS, by the taskbar’s colour on Windows, with a rim on Linux', () => {
  expect(trayIconFile('idle', { platform: 'darwin', dark: true })).toBe('dark-idle.png');
  expect(trayIconFile('idle', { platform: 'win32', dark: false })).toBe('dark-idle.png');
  expect(trayIconFile('idle', { platform: 'win32', dark: true })).toBe('light-idle.png');
  expect(trayIconFile('idle', { platform: 'linux', dark: true })).toBe('light-rim-idle.png');
  expect(trayIconFile(3, { platform: 'linux', dark: false })).toBe('dark-rim-3.png');
});

test('every state has its picture in both sizes, and no other picture is there', () => {
  const named = ['darwin', 'win32', 'linux'].flatMap((platform) =>
    [false, true].flatMap((dark) => trayIcons.map((icon) => trayIconFile(icon, { platform, dark }))),
  );
  const files = [...new Set(named)].flatMap((name) => [name, name.replace('.png', '@2x.png')]);
  expect(files.filter((name) => !existsSync(new URL(name, folder)))).toEqual([]);
  expect(readdirSync(folder).sort()).toEqual(files.sort());
});
