import type { Rectangle } from 'electron';
import { needsReady } from './lifecycle.ts';
import { Menu } from './menu.ts';
import { pathOf, shows } from './native-image.ts';
import { nothing, StrictEmitter, used } from './strict.ts';
import { held, type Main } from './types.ts';

const survives = new Set(['isDestroyed', 'emit', 'removeAllListeners']);

export const face = Symbol('face');

export const trays: Tray[] = [];

export class Tray extends StrictEmitter {
  #menu: Menu | null = null;
  #toolTip = '';
  #title = '';
  #image = '';
  #destroyed = false;

  constructor(image: Electron.NativeImage | string) {
    needsReady('Cannot create Tray before app is ready');
    super('Tray', ['click', 'double-click', 'right-click', 'drop-files', 'balloon-click']);
    this.setImage(image);
    trays.push(this);
  }

  [used](key: string): void {
    if (#destroyed in this && this.#destroyed && !survives.has(key) && !key.startsWith('_'))
      throw new TypeError('Object has been destroyed');
  }

  setImage(image: Electron.NativeImage | string): void {
    if (!shows(image)) throw new Error('Failed to load image: a tray needs an image that shows something');
    this.#image = typeof image === 'string' ? image : pathOf(image);
  }

  setPressedImage(image: Electron.NativeImage | string): void {
    this.setImage(image);
  }

  setContextMenu(menu: Electron.Menu | null): void {
    if (menu !== null && !((menu as unknown) instanceof Menu)) throw new TypeError('Invalid menu');
    this.#menu = menu as unknown as Menu | null;
  }

  setToolTip(toolTip: string): void {
    if (typeof toolTip !== 'string') throw new TypeError('toolTip must be a string');
    this.#toolTip = toolTip;
  }

  readonly setTitle: Electron.Tray['setTitle'] = (title) => {
    this.#title = title;
  };

  getTitle(): string {
    return this.#title;
  }

  getBounds(): Rectangle {
    return { x: 0, y: 0, width: 24, height: 24 };
  }

  readonly setIgnoreDoubleClickEvents: Electron.Tray['setIgnoreDoubleClickEvents'] = nothing;

  readonly popUpContextMenu: Electron.Tray['popUpContextMenu'] = (menu) => {
    ((menu as unknown as Menu | undefined) ?? this.#menu)?.popup();
  };

  destroy(): void {
    if (this.#destroyed) return;
    trays.splice(trays.indexOf(this), 1);
    this.#destroyed = true;
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  /** What a person sees of it. */
  [face](): {
    readonly menu: Menu | null;
    readonly toolTip: string;
    readonly title: string;
    readonly image: string;
  } {
    return { menu: this.#menu, toolTip: this.#toolTip, title: this.#title, image: this.#image };
  }
}

held<Tray, Electron.Tray>();
held<typeof Tray, Main['Tray']>();
