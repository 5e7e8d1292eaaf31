/** The application's menu, as data. macOS shows it; elsewhere nothing of it is seen, but its keys work. */
import { m } from '../../preload/paraglide/messages.js';
import type { WindowEventPayload } from '../../preload/window.ts';

export type MenuCommand = WindowEventPayload<'command'>['name'];

/** What the system knows how to do and to name. */
type Role =
  | 'about'
  | 'services'
  | 'hide'
  | 'hideOthers'
  | 'unhide'
  | 'undo'
  | 'redo'
  | 'cut'
  | 'copy'
  | 'paste'
  | 'selectAll'
  | 'resetZoom'
  | 'zoomIn'
  | 'zoomOut'
  | 'togglefullscreen'
  | 'minimize'
  | 'zoom'
  | 'front'
  | 'close'
  | 'toggleDevTools';

export type MenuEntry =
  | { readonly kind: 'line' }
  | { readonly kind: 'role'; readonly role: Role }
  | { readonly kind: 'command'; readonly command: MenuCommand; readonly label: string; readonly keys: string }
  | { readonly kind: 'quit'; readonly label: string; readonly keys: string };

export type MenuPart = { readonly label: string; readonly entries: readonly MenuEntry[] };

const line: MenuEntry = { kind: 'line' };
const roles = (...names: readonly Role[]): readonly MenuEntry[] => names.map((role) => ({ kind: 'role', role }));
const command = (name: MenuCommand, label: string, keys: string): MenuEntry => ({
  kind: 'command',
  command: name,
  label,
  keys: `CommandOrControl+${keys}`,
});

/** `developing`: the page comes from a developer's server, and can be looked into. */
export const appMenu = (platform: string, developing: boolean): readonly MenuPart[] => {
  const mac = platform === 'darwin';
  const settings = command('settings', m.menu_settings(), ',');
  const quit: MenuEntry = { kind: 'quit', label: m.menu_quit(), keys: 'CommandOrControl+Q' };
  const add = command('add-files', m.menu_add_files(), 'O');
  const app: MenuPart = {
    label: m.menu_app(),
    entries: [
      ...roles('about'),
      line,
      settings,
      line,
      ...roles('services'),
      line,
      ...roles('hide', 'hideOthers', 'unhide'),
      line,
      quit,
    ],
  };
  return [
    ...(mac ? [app] : []),
    {
      label: m.menu_file(),
      entries: mac ? [add, line, ...roles('close')] : [add, settings, line, ...roles('close'), quit],
    },
    {
      label: m.menu_edit(),
      entries: [...roles('undo', 'redo'), line, ...roles('cut', 'copy', 'paste', 'selectAll')],
    },
    {
      label: m.menu_view(),
      entries: [
        command('queue', m.menu_queue(), '1'),
        command('servers', m.menu_servers(), 'Shift+S'),
        line,
        ...roles('resetZoom', 'zoomIn', 'zoomOut', 'togglefullscreen'),
        ...(developing ? roles('toggleDevTools') : []),
      ],
    },
    { label: m.menu_window(), entries: roles('minimize', ...(mac ? (['zoom', 'front'] as const) : [])) },
    { label: m.menu_help(), entries: [command('shortcuts', m.menu_shortcuts(), '/')] },
  ];
};
