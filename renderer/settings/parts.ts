import { m } from '../../preload/paraglide/messages.js';

type Part = {
  readonly id: string;
  readonly title: string;
  readonly rows: readonly { readonly id: string; readonly title: string; readonly help: string }[];
};

/** The settings in their order, with the words that a search looks through. `inApp`: with those that a browser has not. */
export const settingParts = (inApp: boolean): readonly Part[] => [
  {
    id: 'general',
    title: m.settings_general(),
    rows: [
      { id: 'theme', title: m.settings_theme(), help: m.settings_theme_help() },
      { id: 'language', title: m.settings_language(), help: m.settings_language_help() },
      ...(inApp ? [{ id: 'closeToTray', title: m.settings_close(), help: m.settings_close_help() }] : []),
    ],
  },
  {
    id: 'transfers',
    title: m.settings_transfers(),
    rows: [
      { id: 'atOnce', title: m.settings_at_once(), help: m.settings_at_once_help() },
      { id: 'perServer', title: m.settings_per_server(), help: m.settings_per_server_help() },
      { id: 'limitBytesPerSecond', title: m.settings_rate(), help: m.settings_rate_help() },
      { id: 'defaultExpirySeconds', title: m.settings_expiry(), help: m.settings_expiry_help() },
    ],
  },
  {
    id: 'clipboard',
    title: m.settings_clipboard(),
    rows: [{ id: 'linkToClipboard', title: m.settings_links(), help: m.settings_links_help() }],
  },
  {
    id: 'keyboard',
    title: m.settings_keyboard(),
    rows: [{ id: 'shortcuts', title: m.settings_shortcuts(), help: m.settings_shortcuts_help() }],
  },
  {
    id: 'about',
    title: m.settings_about(),
    rows: [
      { id: 'version', title: m.settings_version(), help: '' },
      { id: 'profile', title: m.settings_profile(), help: m.settings_profile_help() },
      { id: 'logLevel', title: m.settings_log(), help: m.settings_log_help() },
      { id: 'report', title: m.settings_report(), help: m.settings_report_help() },
    ],
  },
];
