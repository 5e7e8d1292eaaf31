import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { autostartEntry, autostartFile, startCommand, startsHidden } from './login.ts';

test('an option starts the app hidden, a file of that name does not', () => {
  expect(startsHidden(['--profile', 'p', '--hidden'])).toBe(true);
  expect(startsHidden(['a', '--', '--hidden'])).toBe(false);
});

test('the command starts what the user runs: the packed app, its AppImage, or the folder of the app', () => {
  expect(startCommand({ executable: '/opt/Stevedore/stevedore-app' }, {})).toEqual([
    '/opt/Stevedore/stevedore-app',
    '--hidden',
  ]);
  const env = { APPIMAGE: '/home/me/Stevedore.AppImage' };
  expect(startCommand({ executable: '/tmp/.mount_x/stevedore-app' }, env)[0]).toBe('/home/me/Stevedore.AppImage');
  expect(startCommand({ executable: '/e/electron', entry: '/src', profile: '/p' }, {})).toEqual([
    '/e/electron',
    '/src',
    '--profile',
    '/p',
    '--hidden',
  ]);
});

test('every word comes back as it was from the entry, whatever is in it', () => {
  const words = ['/opt/My App/100% "x"/a$b`c', String.raw`back\slash`, '--hidden'];
  const exec = /^Exec=(.*)$/m.exec(autostartEntry(words))?.[1] ?? '';
  // As a desktop reads it: the string's escapes, then the field codes, then the quotes as a shell has them.
  const line = exec.replaceAll('\\\\', '\\').replaceAll('%%', '%');
  const read = execFileSync('/bin/sh', ['-c', `printf '%s\\n' ${line}`], { encoding: 'utf8' });
  expect(read.trimEnd().split('\n')).toEqual(words);
});

test('the entry belongs into the configuration of the user', () => {
  expect(autostartFile({ XDG_CONFIG_HOME: '/c' }, '/home/me')).toBe('/c/autostart/stevedore.desktop');
  expect(autostartFile({ XDG_CONFIG_HOME: 'relative' }, '/home/me')).toBe(
    '/home/me/.config/autostart/stevedore.desktop',
  );
});
