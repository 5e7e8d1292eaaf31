import type { BrowserWindowConstructorOptions, LoadURLOptions, Rectangle } from 'electron';
import { lifecycle, needsReady } from './lifecycle.ts';
import type { Menu } from './menu.ts';
import { record } from './record.ts';
import { displayAt, primary } from './displays.ts';
import { defaultSession, type Session } from './session.ts';
import { nothing, Preventable, StrictEmitter, used } from './strict.ts';
import { held, type Main } from './types.ts';
import { end, toPage, WebContents } from './web-contents.ts';
import { checkOptions } from './window-options.ts';

type Real = Electron.BrowserWindow;

const events = [
  'blur',
  'close',
  'closed',
  'focus',
  'hide',
  'maximize',
  'minimize',
  'move',
  'moved',
  'page-title-updated',
  'ready-to-show',
  'resize',
  'resized',
  'restore',
  'show',
  'unmaximize',
  // Nothing here makes these happen.
  'enter-full-screen',
  'leave-full-screen',
  'query-session-end',
  'responsive',
  'session-end',
  'unresponsive',
] as const;

const survives = new Set(['isDestroyed', 'id', 'emit', 'on', 'once', 'off', 'removeListener', 'removeAllListeners']);

export const ownMenu = Symbol('ownMenu');

/** The windows that stand, the oldest first. */
export const windows: BrowserWindow[] = [];
let last = 0;
const focus: { window: BrowserWindow | undefined } = { window: undefined };

const outward = (window: BrowserWindow | undefined): Real | null => (window as unknown as Real | undefined) ?? null;

export class BrowserWindow extends StrictEmitter {
  static getAllWindows(): Real[] {
    return windows.map((window) => window as unknown as Real);
  }

  static getFocusedWindow(): Real | null {
    return outward(focus.window);
  }

  static fromId(id: number): Real | null {
    return outward(windows.find((window) => window.id === id));
  }

  static fromWebContents(webContents: Electron.WebContents): Real | null {
    return outward(windows.find((window) => window.#contents === (webContents as unknown)));
  }

  readonly id: number;
  readonly #contents: WebContents;
  readonly #overlay: boolean;
  readonly #parent: BrowserWindow | undefined;
  #bounds: Rectangle;
  #minimum: readonly [number, number];
  #title: string;
  #menu: Menu | null | undefined;
  #visible = false;
  #minimized = false;
  #maximized = false;
  #closing = false;
  #destroyed = false;

  constructor(options: BrowserWindowConstructorOptions = {}) {
    needsReady('Cannot create BrowserWindow before app is ready');
    super('BrowserWindow', events);
    checkOptions(options);
    const parent = options.parent as unknown;
    if (parent !== undefined && !(parent instanceof BrowserWindow && !parent.isDestroyed()))
      throw new TypeError('Error processing argument at index 0, conversion failure from parent');
    this.#parent = parent;
    this.id = ++last;
    this.#minimum = [options.minWidth ?? 0, options.minHeight ?? 0];
    const width = Math.max(options.width ?? 800, this.#minimum[0]);
    const height = Math.max(options.height ?? 600, this.#minimum[1]);
    const area = primary().workArea;
    const x = options.x ?? Math.round(area.x + (area.width - width) / 2);
    const y = options.y ?? Math.round(area.y + (area.height - height) / 2);
    this.#bounds = { x, y, width, height };
    this.#title = options.title ?? 'Electron';
    this.#overlay = Boolean(options.titleBarOverlay);
    const { preload, session = defaultSession } = options.webPreferences ?? {};
    this.#contents = new WebContents({
      id: this.id,
      width,
      height,
      preload,
      backgroundColor: options.backgroundColor,
      session: session as unknown as Session,
    });
    this.#contents.once('did-finish-load', () => {
      if (!this.#destroyed) this.emit('ready-to-show');
    });
    this.#contents.on('page-title-updated', (_event, title) => {
      const event = new Preventable();
      this.emit('page-title-updated', event, title, true);
      if (!event.defaultPrevented) this.#title = String(title);
    });
    windows.push(this);
    lifecycle.tell('web-contents-created', new Preventable(), this.#contents);
    lifecycle.tell('browser-window-created', new Preventable(), this);
    if (options.show !== false) this.show();
  }

  [used](key: string): void {
    if (#destroyed in this && this.#destroyed && !survives.has(key) && !key.startsWith('_'))
      throw new TypeError('Object has been destroyed');
  }

  get webContents(): Electron.WebContents {
    return this.#contents as unknown as Electron.WebContents;
  }

  loadURL(url: string, options?: LoadURLOptions): Promise<void> {
    return this.#contents.loadURL(url, options);
  }

  reload(): void {
    this.#contents.reload();
  }

  show(): void {
    this.showInactive();
    this.focus();
  }

  showInactive(): void {
    if (this.#visible) return;
    this.#visible = true;
    this.emit('show');
  }

  hide(): void {
    if (!this.#visible) return;
    this.blur();
    this.#visible = false;
    this.emit('hide');
  }

  focus(): void {
    // A hidden or minimised window cannot have the focus.
    if (!this.#visible || this.#minimized || focus.window === this) return;
    focus.window?.blur();
    focus.window = this;
    this.emit('focus');
    lifecycle.tell('browser-window-focus', new Preventable(), this);
  }

  blur(): void {
    if (focus.window !== this) return;
    focus.window = undefined;
    this.emit('blur');
    lifecycle.tell('browser-window-blur', new Preventable(), this);
  }

  minimize(): void {
    if (this.#minimized) return;
    this.blur();
    this.#minimized = true;
    this.emit('minimize');
  }

  restore(): void {
    if (!this.#minimized) return;
    this.#minimized = false;
    this.emit('restore');
    this.focus();
  }

  maximize(): void {
    if (this.#maximized) return;
    this.#maximized = true;
    this.#visible = true;
    this.#resized(displayAt(this.#bounds).workArea);
    this.emit('maximize');
  }

  unmaximize(): void {
    if (!this.#maximized) return;
    this.#maximized = false;
    this.#resized(this.#bounds);
    this.emit('unmaximize');
  }

  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    const event = new Preventable();
    this.emit('close', event);
    this.#closing = false;
    if (event.defaultPrevented) lifecycle.quitting = false;
    else this.destroy();
  }

  destroy(): void {
    if (this.#destroyed) return;
    if (focus.window === this) focus.window = undefined;
    windows.splice(windows.indexOf(this), 1);
    for (const child of windows.filter((window) => window.#parent === this)) child.destroy();
    this.#contents[end]();
    this.#destroyed = true;
    setImmediate(() => {
      this.emit('closed');
      if (windows.length === 0) lifecycle.windowsGone();
    });
  }

  getParentWindow(): Real | null {
    return outward(this.#parent);
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  isVisible(): boolean {
    return this.#visible && !this.#minimized;
  }

  isFocused(): boolean {
    return focus.window === this;
  }

  isMinimized(): boolean {
    return this.#minimized;
  }

  isMaximized(): boolean {
    return this.#maximized;
  }

  isNormal(): boolean {
    return !this.#minimized && !this.#maximized;
  }

  isFullScreen(): boolean {
    return false;
  }

  getBounds(): Rectangle {
    return { ...(this.#maximized ? displayAt(this.#bounds).workArea : this.#bounds) };
  }

  getContentBounds(): Rectangle {
    return this.getBounds();
  }

  getNormalBounds(): Rectangle {
    return { ...this.#bounds };
  }

  getSize(): number[] {
    const { width, height } = this.getBounds();
    return [width, height];
  }

  getContentSize(): number[] {
    return this.getSize();
  }

  getPosition(): number[] {
    const { x, y } = this.getBounds();
    return [x, y];
  }

  getMinimumSize(): number[] {
    return [...this.#minimum];
  }

  setMinimumSize(width: number, height: number): void {
    this.#minimum = [width, height];
  }

  readonly setBounds: Real['setBounds'] = (bounds) => {
    const old = this.#bounds;
    const wanted = { ...old, ...bounds };
    for (const value of Object.values(wanted))
      if (!Number.isInteger(value)) throw new TypeError('Error processing argument at index 0, conversion failure');
    const width = Math.max(wanted.width, this.#minimum[0]);
    const height = Math.max(wanted.height, this.#minimum[1]);
    this.#maximized = false;
    this.#bounds = { x: wanted.x, y: wanted.y, width, height };
    if (width !== old.width || height !== old.height) {
      this.#resized(this.#bounds);
      this.emit('resized');
    }
    if (wanted.x !== old.x || wanted.y !== old.y) {
      this.emit('move');
      this.emit('moved');
    }
  };

  #resized({ width, height }: Rectangle): void {
    this.#contents[toPage].resize(width, height);
    this.emit('resize');
  }

  readonly setSize: Real['setSize'] = (width, height) => {
    this.setBounds({ width, height });
  };

  readonly setPosition: Real['setPosition'] = (x, y) => {
    this.setBounds({ x, y });
  };

  center(): void {
    const { workArea } = displayAt(this.#bounds);
    const { width, height } = this.#bounds;
    this.setBounds({
      x: Math.round(workArea.x + (workArea.width - width) / 2),
      y: Math.round(workArea.y + (workArea.height - height) / 2),
    });
  }

  moveTop(): void {
    return;
  }

  readonly flashFrame: Real['flashFrame'] = nothing;

  getTitle(): string {
    return this.#title;
  }

  setTitle(title: string): void {
    this.#title = title;
  }

  readonly setProgressBar: Real['setProgressBar'] = (progress) => {
    record.progress = progress;
  };

  setBackgroundColor(backgroundColor: string): void {
    this.#contents[toPage].background(backgroundColor);
  }

  /** Nothing of it is seen here. */
  readonly setTitleBarOverlay: Real['setTitleBarOverlay'] = () => {
    if (!this.#overlay) throw new TypeError('Titlebar overlay is not enabled');
  };

  setMenu(menu: Electron.Menu | null): void {
    this.#menu = menu as unknown as Menu | null;
  }

  removeMenu(): void {
    this.#menu = null;
  }

  readonly setMenuBarVisibility: Real['setMenuBarVisibility'] = nothing;

  readonly setAutoHideMenuBar: Real['setAutoHideMenuBar'] = nothing;

  readonly setSkipTaskbar: Real['setSkipTaskbar'] = nothing;

  readonly setIcon: Real['setIcon'] = nothing;

  readonly setOverlayIcon: Real['setOverlayIcon'] = nothing;

  /** The menu that the window shows in place of the application's; undefined where it has none of its own. */
  [ownMenu](): Menu | null | undefined {
    return this.#menu;
  }
}

held<BrowserWindow, Real>();
held<typeof BrowserWindow, Main['BrowserWindow']>();
