/** `settings [KEY [VALUE]]`. */
import type { CallInput, SettingsView } from '../../../preload/contract.ts';
import { bytes, duration } from '../../../preload/format.ts';
import { m } from '../../../preload/paraglide/messages.js';
import { exits, UsageError } from '../exits.ts';
import { parseRate, parseSeconds, parseWhole } from '../quantities.ts';
import { withSession, type Common, type Host } from '../session.ts';
import { knownPlaceholders, readTemplate } from '../template.ts';
import { pad } from '../text.ts';

type Setting = {
  readonly help: () => string;
  readonly read: (text: string) => CallInput<'settings.set'>;
  readonly value: (settings: SettingsView) => number | string | null;
  readonly words: (settings: SettingsView) => string;
};

const levels = ['off', 'error', 'info', 'debug'] as const satisfies readonly SettingsView['logLevel'][];

const onBatteryChoices = ['continue', 'pause'] as const satisfies readonly SettingsView['onBattery'][];

const oneOf = <T extends string>(choices: readonly T[], text: string, key: string): T => {
  const found = choices.find((one) => one === text);
  if (found === undefined) throw new UsageError(m.usage_setting_choice({ key, text, known: choices.join(', ') }));
  return found;
};

/** Every setting that the command line knows, by its name there. */
export const settingsTable: Readonly<Record<string, Setting>> = {
  'at-once': {
    help: m.help_setting_at_once,
    read: (text) => ({ atOnce: parseWhole(text, 'at-once', 1, 20) }),
    value: ({ atOnce }) => atOnce,
    words: ({ atOnce }) => String(atOnce),
  },
  'per-server': {
    help: m.help_setting_per_server,
    read: (text) => ({ perServer: parseWhole(text, 'per-server', 1, 20) }),
    value: ({ perServer }) => perServer,
    words: ({ perServer }) => String(perServer),
  },
  'limit-rate': {
    help: m.help_setting_limit_rate,
    read: (text) => ({ limitBytesPerSecond: parseRate(text) }),
    value: ({ limitBytesPerSecond }) => limitBytesPerSecond,
    words: ({ limitBytesPerSecond: limit }) => (limit === null ? 'none' : m.terminal_rate({ rate: bytes(limit) })),
  },
  expire: {
    help: m.help_setting_expire,
    read: (text) => ({ defaultExpirySeconds: text === 'default' ? null : parseSeconds(text) }),
    value: ({ defaultExpirySeconds }) => defaultExpirySeconds,
    words: ({ defaultExpirySeconds: s }) => (s === null ? 'default' : duration(s * 1000)),
  },
  'log-level': {
    help: m.help_setting_log_level,
    read: (text) => ({ logLevel: oneOf(levels, text, 'log-level') }),
    value: ({ logLevel }) => logLevel,
    words: ({ logLevel }) => logLevel,
  },
  exclude: {
    help: m.help_setting_exclude,
    read: (text) => ({ exclude: text === 'none' ? [] : text.split(',').map((one) => one.trim()) }),
    value: ({ exclude }) => exclude.join(','),
    words: ({ exclude }) => (exclude.length === 0 ? 'none' : exclude.join(',')),
  },
  'on-battery': {
    help: m.help_setting_on_battery,
    read: (text) => ({ onBattery: oneOf(onBatteryChoices, text, 'on-battery') }),
    value: ({ onBattery }) => onBattery,
    words: ({ onBattery }) => onBattery,
  },
  template: {
    help: () => m.help_setting_template({ known: knownPlaceholders() }),
    read: (text) => ({ linkTemplate: readTemplate(text) }),
    value: ({ linkTemplate }) => linkTemplate,
    words: ({ linkTemplate }) => linkTemplate,
  },
};

const settingOf = (key: string): Setting => {
  const setting = Object.hasOwn(settingsTable, key) ? settingsTable[key] : undefined;
  if (setting === undefined)
    throw new UsageError(m.usage_setting({ key, value: Object.keys(settingsTable).join(', ') }));
  return setting;
};

/** Shows all settings or one, or changes one. */
export const settings = (
  host: Host,
  key: string | undefined,
  value: string | undefined,
  options: Common,
): Promise<number> => {
  const change = key === undefined || value === undefined ? undefined : settingOf(key).read(value);
  const keys = key === undefined ? Object.keys(settingsTable) : [key];
  keys.forEach(settingOf);
  return withSession(host, options, { serve: false }, async ({ client, out }) => {
    const now =
      change === undefined ? await client.call('settings.get', {}) : await client.call('settings.set', change);
    for (const one of keys) {
      const setting = settingOf(one);
      if (out.json) out.object({ event: 'setting', key: one, value: setting.value(now) });
      else out.line(`${pad(one, 10)}  ${pad(setting.words(now), 10)}  ${setting.help()}`);
    }
    return exits.done;
  });
};
