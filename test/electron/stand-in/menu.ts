import type { MenuItemConstructorOptions, PopupOptions } from 'electron';
import type { MenuState } from './control.ts';
import { joined, MenuItem } from './menu-item.ts';
import { StrictEmitter } from './strict.ts';
import { held, type Main } from './types.ts';

type Real = Electron.Menu;

/** The menus that are shown: the application's, and the one that was popped up last. */
export const shown: { application: Menu | null; popup: Menu | undefined } = { application: null, popup: undefined };

/** This class's own object behind Electron's type. Throws where it is something else. */
const ours = (menu: Real): Menu => {
  if (!((menu as unknown) instanceof Menu)) throw new TypeError('Invalid menu');
  return menu as unknown as Menu;
};

export class Menu extends StrictEmitter {
  static buildFromTemplate(template: (MenuItemConstructorOptions | Electron.MenuItem)[]): Real {
    if (!Array.isArray(template)) throw new TypeError('Invalid template for Menu: Menu template must be an array');
    const menu = new Menu();
    for (const entry of template)
      menu.append(
        entry instanceof MenuItem
          ? (entry as unknown as Electron.MenuItem)
          : (new MenuItem(entry as MenuItemConstructorOptions) as unknown as Electron.MenuItem),
      );
    return menu as unknown as Real;
  }

  static setApplicationMenu(menu: Real | null): void {
    shown.application = menu === null ? null : ours(menu);
  }

  static getApplicationMenu(): Real | null {
    return shown.application as unknown as Real | null;
  }

  items: Electron.MenuItem[] = [];

  constructor() {
    super('Menu', ['menu-will-show', 'menu-will-close']);
  }

  append(menuItem: Electron.MenuItem): void {
    this.insert(this.items.length, menuItem);
  }

  insert(pos: number, menuItem: Electron.MenuItem): void {
    if (!((menuItem as unknown) instanceof MenuItem)) throw new TypeError('Invalid item');
    this.items.splice(pos, 0, menuItem);
    (menuItem as unknown as MenuItem)[joined](() => this.#chooseOnly(menuItem));
  }

  /** Of radio items that stand beside each other one is checked: choosing it takes the mark from the others. */
  #chooseOnly(chosen: Electron.MenuItem): void {
    const at = this.items.indexOf(chosen);
    const isRadio = (item: Electron.MenuItem | undefined): boolean => item?.type === 'radio';
    let [from, to] = [at, at];
    while (isRadio(this.items[from - 1])) from--;
    while (isRadio(this.items[to + 1])) to++;
    for (const item of this.items.slice(from, to + 1)) item.checked = item === chosen;
  }

  getMenuItemById(id: string): Electron.MenuItem | null {
    for (const item of this.items) {
      const found = item.id === id ? item : (item.submenu?.getMenuItemById(id) ?? null);
      if (found) return found;
    }
    return null;
  }

  popup(options?: PopupOptions): void {
    shown.popup = this;
    this.emit('menu-will-show');
    if (options?.callback) this.once('menu-will-close', options.callback);
  }

  readonly closePopup: Real['closePopup'] = () => {
    if (shown.popup !== this) return;
    shown.popup = undefined;
    this.emit('menu-will-close');
  };
}

held<Menu, Real>();
held<typeof Menu, Main['Menu']>();

const words = (label: string): string => label.replaceAll(/&(?!&)/g, '').replaceAll('&&', '&');

const visible = (menu: { readonly items: readonly Electron.MenuItem[] } | undefined): readonly Electron.MenuItem[] =>
  menu?.items.filter((item) => item.visible && item.type !== 'separator') ?? [];

/** What a person reads. */
export const stateOf = (
  menu: { readonly items: readonly Electron.MenuItem[] } | null | undefined,
): readonly MenuState[] =>
  visible(menu ?? undefined).map((item) => ({
    label: words(item.label),
    type: item.type,
    enabled: item.enabled,
    checked: item.checked,
    ...(item.submenu ? { submenu: stateOf(item.submenu) } : {}),
  }));

/** Clicks what a person finds under these labels. Throws where there is no such item, or it is greyed out. */
export const clickIn = (menu: Menu | null | undefined, labels: readonly string[], window: object | undefined): void => {
  let items: readonly Electron.MenuItem[] = visible(menu ?? undefined);
  labels.forEach((label, index) => {
    const item = items.find((entry) => words(entry.label) === label);
    if (!item)
      throw new Error(`The menu has no '${label}', only ${items.map((entry) => words(entry.label)).join(', ')}.`);
    if (!item.enabled) throw new Error(`'${label}' is disabled.`);
    if (index < labels.length - 1) items = visible(item.submenu);
    else (item.click as (event: object, window: object | undefined) => void)({}, window);
  });
};
