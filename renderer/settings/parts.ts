import type { SettingsView } from '../../preload/contract.ts';
import { m } from '../../preload/paraglide/messages.js';
import { knownPlaceholders } from '../ui/link-templates.ts';

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
      ...(inApp
        ? [
            { id: 'closeToTray', title: m.settings_close(), help: m.settings_close_help() },
            { id: 'startAtLogin', title: m.settings_login(), help: m.settings_login_help() },
          ]
        : []),
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
      { id: 'exclude', title: m.settings_exclude(), help: m.settings_exclude_help() },
      { id: 'onBattery', title: m.settings_battery(), help: m.settings_battery_help() },
    ],
  },
  {
    id: 'clipboard',
    title: m.settings_clipboard(),
    rows: [
      { id: 'linkToClipboard', title: m.settings_links(), help: m.settings_links_help() },
      {
        id: 'linkTemplate',
        title: m.template_title(),
        help: `${m.template_help()} ${m.template_own_hint({ link: '{link}', known: knownPlaceholders() })}`,
      },
    ],
  },
  ...(inApp
    ? [
        {
          id: 'notifications',
          title: m.settings_notifications(),
          rows: [
            { id: 'notifyDone', title: m.settings_notify_done(), help: m.settings_notify_done_help() },
            { id: 'notifyAttention', title: m.settings_notify_attention(), help: m.settings_notify_attention_help() },
            { id: 'notifyFailed', title: m.settings_notify_failed(), help: m.settings_notify_failed_help() },
            { id: 'notifyExpiring', title: m.settings_notify_expiring(), help: m.settings_notify_expiring_help() },
            { id: 'notifyDownloads', title: m.settings_notify_downloads(), help: m.settings_notify_downloads_help() },
          ],
        },
      ]
    : []),
  {
    id: 'keyboard',
    title: m.settings_keyboard(),
    rows: [
      { id: 'shortcuts', title: m.settings_shortcuts(), help: m.settings_shortcuts_help() },
      ...(inApp
        ? [
            {
              id: 'shortcutClipboard',
              title: m.settings_shortcut_clipboard(),
              help: m.settings_shortcut_clipboard_help(),
            },
            { id: 'shortcutFiles', title: m.settings_shortcut_files(), help: m.settings_shortcut_files_help() },
          ]
        : []),
    ],
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

/** The settings that are on or off. */
const switches = [
  'linkToClipboard',
  'startAtLogin',
  'notifyDone',
  'notifyAttention',
  'notifyFailed',
  'notifyExpiring',
  'notifyDownloads',
] as const satisfies readonly (keyof SettingsView)[];

/** The setting of a row whose control is a switch; `undefined`: it is another control. */
export const switchOf = (id: string): (typeof switches)[number] | undefined => switches.find((key) => key === id);
