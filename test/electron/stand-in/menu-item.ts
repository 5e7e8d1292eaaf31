import type { KeyboardEvent, MenuItemConstructorOptions } from 'electron';
import { lifecycle } from './lifecycle.ts';
import { Menu } from './menu.ts';
import { Strict } from './strict.ts';
import { held, type Main } from './types.ts';

type Real = Electron.MenuItem;

/** What a role says where the app gives no label; a role with a menu of its own is not provided. */
const roles: Readonly<Record<string, string>> = {
  about: 'About',
  close: 'Close Window',
  copy: 'Copy',
  cut: 'Cut',
  delete: 'Delete',
  forceReload: 'Force Reload',
  front: 'Bring All to Front',
  help: 'Help',
  hide: 'Hide',
  hideOthers: 'Hide Others',
  minimize: 'Minimize',
  paste: 'Paste',
  pasteAndMatchStyle: 'Paste and Match Style',
  quit: 'Quit',
  redo: 'Redo',
  reload: 'Reload',
  resetZoom: 'Actual Size',
  selectAll: 'Select All',
  services: 'Services',
  toggleDevTools: 'Toggle Developer Tools',
  togglefullscreen: 'Toggle Full Screen',
  undo: 'Undo',
  unhide: 'Show All',
  window: 'Window',
  zoom: 'Zoom',
  zoomIn: 'Zoom In',
  zoomOut: 'Zoom Out',
};

const menus: Readonly<Record<string, readonly [string, readonly MenuItemConstructorOptions[]]>> = {
  appMenu: ['App', [{ role: 'about' }, { role: 'hide' }, { role: 'quit' }]],
  editMenu: [
    'Edit',
    [{ role: 'undo' }, { role: 'redo' }, { role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }],
  ],
  windowMenu: ['Window', [{ role: 'minimize' }, { role: 'zoom' }, { role: 'close' }]],
};

/** Roles that do something here. */
export const roleActions: Record<string, (window: Electron.BrowserWindow | undefined) => void> = {
  close: (window) => window?.close(),
  minimize: (window) => window?.minimize(),
  quit: () => lifecycle.quit(),
  reload: (window) => window?.reload(),
  toggleDevTools: (window) => window?.webContents.toggleDevTools(),
};

let last = 0;

/** Tells an item how its menu marks it as the chosen one of its group. */
export const joined = Symbol('joined');

export class MenuItem extends Strict {
  readonly type: Real['type'];
  readonly role?: NonNullable<Real['role']>;
  readonly submenu?: Electron.Menu;
  readonly commandId: number;
  readonly accelerator: Real['accelerator'];
  id: string;
  label: string;
  sublabel: string;
  toolTip: string;
  enabled: boolean;
  visible: boolean;
  checked: boolean;
  click: Real['click'];
  #choose: () => void = () => undefined;

  constructor(options: MenuItemConstructorOptions) {
    super('MenuItem');
    const { role } = options;
    const own = role === undefined ? undefined : menus[role];
    if (role !== undefined && own === undefined && roles[role] === undefined)
      throw new Error(`The stand-in for Electron does not provide the role ${role} of MenuItem.`);
    const submenu = options.submenu ?? (own ? [...own[1]] : undefined);
    this.type = options.type ?? (submenu ? 'submenu' : 'normal');
    if (this.type === 'submenu' && submenu === undefined)
      throw new Error('Invalid submenu for MenuItem: a submenu is required');
    this.commandId = ++last;
    this.label = options.label ?? own?.[0] ?? roles[role ?? ''] ?? '';
    if (this.label === '' && this.type !== 'separator') throw new Error('A menu item needs a label, a role or a type');
    if (role !== undefined) this.role = role as NonNullable<Real['role']>;
    if (submenu) this.submenu = Array.isArray(submenu) ? Menu.buildFromTemplate(submenu) : submenu;
    this.accelerator = options.accelerator ?? null;
    this.id = options.id ?? '';
    this.sublabel = options.sublabel ?? '';
    this.toolTip = options.toolTip ?? '';
    this.enabled = options.enabled ?? true;
    this.visible = options.visible ?? true;
    this.checked = options.checked ?? false;
    const given = options.click;
    this.click = (event: KeyboardEvent, window: Electron.BaseWindow | undefined): void => {
      if (this.type === 'checkbox') this.checked = !this.checked;
      if (this.type === 'radio') this.#choose();
      // A role wins over a click of one's own, as in Electron.
      if (role !== undefined) roleActions[role]?.(window as Electron.BrowserWindow | undefined);
      else given?.(this as unknown as Real, window, event);
    };
  }

  [joined](choose: () => void): void {
    this.#choose = choose;
  }
}

held<Omit<MenuItem, 'submenu' | 'role' | 'type' | 'commandId' | 'accelerator'>, Real>();
held<Required<Pick<MenuItem, 'submenu'>>, Required<Pick<Real, 'submenu'>>>();
held<typeof MenuItem, Main['MenuItem']>();
