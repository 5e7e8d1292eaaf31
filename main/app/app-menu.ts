/** The application's menu, as data. macOS shows it; elsewhere nothing of it is seen, but its keys work. */
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
  const settings = command('settings', 'Settings…', ',');
  const quit: MenuEntry = { kind: 'quit', label: 'Quit Stevedore', keys: 'CommandOrControl+Q' };
  const add = command('add-files', 'Add files…', 'O');
  const app: MenuPart = {
    label: 'Stevedore',
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
    { label: 'File', entries: mac ? [add, line, ...roles('close')] : [add, settings, line, ...roles('close'), quit] },
    {
      label: 'Edit',
      entries: [...roles('undo', 'redo'), line, ...roles('cut', 'copy', 'paste', 'selectAll')],
    },
    {
      label: 'View',
      entries: [
        command('queue', 'Queue', '1'),
        command('servers', 'Servers', 'Shift+S'),
        line,
        ...roles('resetZoom', 'zoomIn', 'zoomOut', 'togglefullscreen'),
        ...(developing ? roles('toggleDevTools') : []),
      ],
    },
    { label: 'Window', entries: roles('minimize', ...(mac ? (['zoom', 'front'] as const) : [])) },
    { label: 'Help', entries: [command('shortcuts', 'Keyboard shortcuts', '/')] },
  ];
};
