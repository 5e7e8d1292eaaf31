import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { StoreRefusedError } from '../store/errors.ts';
import { defaultProfile, socketPath, thisMachine, type Machine } from './paths.ts';

const folder = (): string => {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'stevedore-profile-'));
  onTestFinished(() => fs.rmSync(made, { recursive: true, force: true }));
  return made;
};
const machine = (more: Partial<Machine>): Machine => ({ ...thisMachine(), env: {}, tmp: folder(), ...more });

test('the profile is the app’s own userData folder on each system', () => {
  const linux = machine({ platform: 'linux', home: '/home/a' });
  expect(defaultProfile(linux)).toBe('/home/a/.config/Stevedore');
  expect(defaultProfile({ ...linux, env: { XDG_CONFIG_HOME: '/cfg' } })).toBe('/cfg/Stevedore');
  expect(defaultProfile({ ...linux, env: { XDG_CONFIG_HOME: 'relative' } })).toBe('/home/a/.config/Stevedore');
  expect(defaultProfile(machine({ platform: 'darwin', home: '/Users/a' }))).toBe(
    '/Users/a/Library/Application Support/Stevedore',
  );
  const windows = machine({ platform: 'win32', home: 'C:\\Users\\a', env: { APPDATA: 'D:\\Roaming' } });
  expect(defaultProfile(windows)).toBe('D:\\Roaming\\Stevedore');
  expect(defaultProfile({ ...windows, env: {} })).toBe('C:\\Users\\a\\AppData\\Roaming\\Stevedore');
});

test.skipIf(process.platform === 'win32')('the socket is the same for every way of writing the profile', () => {
  const profile = folder();
  const other = folder();
  const link = path.join(other, 'link');
  fs.symlinkSync(profile, link);
  const here = machine({ platform: 'linux', env: { XDG_RUNTIME_DIR: folder() } });
  expect(socketPath(link, here)).toBe(socketPath(profile, here));
  expect(socketPath(`${profile}/../${path.basename(profile)}/`, here)).toBe(socketPath(profile, here));
  expect(socketPath(other, here)).not.toBe(socketPath(profile, here));
  expect(socketPath(profile, here).startsWith(here.env['XDG_RUNTIME_DIR'] ?? '?')).toBe(true);
  expect(socketPath(profile, { ...here, platform: 'win32' })).toMatch(/^\\\\\.\\pipe\\stevedore-[0-9a-f]{16}$/);
});

test.skipIf(process.platform === 'win32')('without a runtime folder the socket lies in a folder of ours alone', () => {
  const here = machine({ platform: 'linux' });
  const socket = socketPath(folder(), here);
  expect(socket.startsWith(here.tmp)).toBe(true);
  expect(fs.statSync(path.dirname(socket)).mode & 0o777).toBe(0o700);
  expect(() => socketPath(folder(), here)).not.toThrow();

  fs.chmodSync(path.dirname(socket), 0o777);
  expect(() => socketPath(folder(), here)).toThrow(StoreRefusedError);
  fs.rmSync(path.dirname(socket), { recursive: true });
  fs.symlinkSync(folder(), path.dirname(socket));
  expect(() => socketPath(folder(), here)).toThrow(StoreRefusedError);
});

test.skipIf(process.platform === 'win32')('the socket’s path is short, wherever the runtime folder lies', () => {
  const long = path.join(folder(), 'x'.repeat(120));
  fs.mkdirSync(long);
  // A user id of its own: what is made in /tmp then belongs to this test.
  const uid = process.getuid?.();
  const here = machine({ platform: 'linux', env: { XDG_RUNTIME_DIR: long }, uid });
  expect(Buffer.byteLength(socketPath(folder(), here))).toBeLessThanOrEqual(100);
  expect(Buffer.byteLength(socketPath(folder(), { ...here, tmp: long }))).toBeLessThanOrEqual(100);
});
