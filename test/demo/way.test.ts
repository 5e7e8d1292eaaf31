import { describe, expect, it } from 'vitest';
import { wayOf } from './way.ts';

const electron = '/opt/electron/electron';

describe('the demo', () => {
  it('opens the app where Electron and a screen are there', () => {
    expect(wayOf({ platform: 'linux', env: { DISPLAY: ':0' }, electron })).toBe('app');
    expect(wayOf({ platform: 'linux', env: { WAYLAND_DISPLAY: 'wayland-0' }, electron })).toBe('app');
    expect(wayOf({ platform: 'darwin', env: {}, electron })).toBe('app');
  });

  it('opens a browser where only a screen is there', () => {
    expect(wayOf({ platform: 'linux', env: { DISPLAY: ':0' }, electron: undefined })).toBe('browser');
    expect(wayOf({ platform: 'win32', env: {}, electron: undefined })).toBe('browser');
  });

  it('stays in the terminal where nobody would see a window', () => {
    expect(wayOf({ platform: 'linux', env: { DISPLAY: '' }, electron })).toBe('terminal');
    expect(wayOf({ platform: 'linux', env: {}, electron: undefined })).toBe('terminal');
    expect(wayOf({ platform: 'darwin', env: { SSH_CONNECTION: '10.0.0.2 52 10.0.0.1 22' }, electron })).toBe(
      'terminal',
    );
  });
});
