/** The settings as the engine reports them before anything is changed. */
import type { SettingsView } from '../../preload/contract.ts';

export const settingsRow = (patch: Partial<SettingsView> = {}): SettingsView => ({
  atOnce: 4,
  perServer: 2,
  limitBytesPerSecond: null,
  defaultExpirySeconds: null,
  linkToClipboard: true,
  theme: 'system',
  language: 'system',
  closeToTray: null,
  logLevel: 'info',
  notifyDone: true,
  notifyAttention: true,
  notifyFailed: true,
  notifyExpiring: true,
  notifyDownloads: false,
  startAtLogin: false,
  onBattery: 'continue',
  shortcutClipboard: null,
  shortcutFiles: null,
  exclude: ['.DS_Store', 'Thumbs.db', 'desktop.ini'],
  linkTemplate: 'plain',
  ...patch,
});
