/** The commands of the window itself, whichever view is shown: its keys, the list of all commands and the sheet of shortcuts. */
import type { App } from '../client/app.svelte.ts';
import type { ViewName } from '../client/navigation.svelte.ts';
import { settingParts } from '../settings/parts.ts';
import type { Command } from '../ui/command.ts';
import type { IconName } from '../ui/icon-names.ts';
import { m } from '../../preload/paraglide/messages.js';

const views: readonly (readonly [ViewName, () => string, string, IconName])[] = [
  ['queue', m.view_queue, 'Mod 1', 'queue'],
  ['history', m.view_history, 'Mod 2', 'history'],
  ['shares', m.view_shares, 'Mod 3', 'link'],
  ['servers', m.view_servers, 'Mod 4', 'server'],
  ['settings', m.view_settings, 'Mod ,', 'settings'],
];

/** Those that have a key. `go`: shows a view. */
export const keyCommands = ({ sheets }: App, go: (view: ViewName) => void): readonly Command[] => [
  { label: m.queue_add_files(), keys: 'Mod O', icon: 'plus', act: () => (sheets.open = 'add-files') },
  ...views.map(([view, title, keys, icon]) => ({ label: title(), keys, icon, act: () => go(view) })),
  { label: m.palette_title(), keys: 'Mod K', icon: 'keyboard', act: () => (sheets.open = 'palette') },
  { label: m.keys_title(), keys: '?', icon: 'keyboard', act: () => (sheets.open = 'shortcuts') },
];

/** Everything that can be done from anywhere: those, a server to filter by, and every setting. */
export const windowCommands = (app: App, go: (view: ViewName) => void): readonly Command[] => {
  const { navigation, sheets, servers, info } = app;
  const about = m.palette_server();
  const filtered = navigation.serverId;
  return [
    ...keyCommands(app, go),
    { label: m.server_add(), icon: 'plus', act: () => (sheets.open = 'add-server') },
    ...(filtered === undefined
      ? []
      : [{ label: m.queue_all_servers(), icon: 'server', act: () => (navigation.serverId = undefined) } as const]),
    ...servers
      .filter(({ id }) => id !== filtered)
      .map(({ id, name }) => ({ label: name, about, icon: 'server', act: () => (navigation.serverId = id) }) as const),
    ...settingParts(info?.host === 'app').flatMap(({ title, rows }) =>
      rows.map((row) => ({
        label: row.title,
        about: m.palette_setting({ part: title }),
        icon: 'settings' as const,
        act: () => navigation.openSetting(row.id),
      })),
    ),
  ];
};
