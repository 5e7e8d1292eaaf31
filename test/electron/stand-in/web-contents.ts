import type { HandlerDetails, WebFrameMain, WindowOpenHandlerResponse } from 'electron';
import { codec } from './codec.ts';
import { type Sender, receive } from './ipc-main.ts';
import { lifecycle } from './lifecycle.ts';
import { Page } from './page.ts';
import { readPreload } from './page-source.ts';
import type { FromPage } from './preload-world.ts';
import { fault, record } from './record.ts';
import { inner, originOf, outer } from './schemes.ts';
import { inside, type Inside, type Session } from './session.ts';
import { Preventable, StrictEmitter, used } from './strict.ts';
import { held } from './types.ts';
import { ends, shows, WebFrame } from './web-frame.ts';

const events = [
  'console-message',
  'destroyed',
  'did-fail-load',
  'did-finish-load',
  'did-navigate',
  'did-navigate-in-page',
  'did-start-loading',
  'did-stop-loading',
  'dom-ready',
  'page-title-updated',
  'preload-error',
  'render-process-gone',
  'will-frame-navigate',
  'will-navigate',
  'will-redirect',
  // Nothing here makes these happen; an app that guards against them may listen.
  'responsive',
  'unresponsive',
  'will-attach-webview',
  'will-prevent-unload',
] as const;

/** What stays callable when the window is gone. */
const survives = new Set(['isDestroyed', 'id', 'emit', 'on', 'once', 'off', 'removeListener', 'removeAllListeners']);

const { encode } = codec();

export interface ContentsOptions {
  readonly id: number;
  readonly width: number;
  readonly height: number;
  /** An absolute path. */
  readonly preload: string | undefined;
  readonly backgroundColor: string | undefined;
  readonly session: Session;
}

/** What only the window of these contents does with them. */
export const toPage = Symbol('the page of these contents');
export const end = Symbol('ends these contents');

export class WebContents extends StrictEmitter {
  readonly id: number;
  readonly session: Electron.Session;
  readonly #inside: Inside;
  readonly #notShown: () => void;
  readonly #options: ContentsOptions;
  readonly #frame: WebFrame;
  #page: Page;
  #opener: ((details: HandlerDetails) => WindowOpenHandlerResponse) | undefined;
  #own: string | undefined;
  #loading: PromiseWithResolvers<undefined> | undefined;
  #title = '';
  #crashed = false;
  #destroyed = false;

  constructor(options: ContentsOptions) {
    super('webContents', events);
    this.id = options.id;
    this.#options = options;
    this.session = options.session as unknown as Electron.Session;
    this.#inside = options.session[inside];
    this.#notShown = this.#inside.shown();
    this.#frame = new WebFrame(options.id);
    this.#page = this.#open();
  }

  [used](key: string): void {
    if (#destroyed in this && this.#destroyed && !survives.has(key) && !key.startsWith('_'))
      throw new TypeError('Object has been destroyed');
  }

  get [toPage](): Page {
    return this.#page;
  }

  get mainFrame(): WebFrameMain {
    return this.#frame as unknown as WebFrameMain;
  }

  #preload(): string {
    const { preload } = this.#options;
    if (preload === undefined) return '';
    try {
      return readPreload(preload);
    } catch (error) {
      this.#preloadFailed(error instanceof Error ? error : new Error(String(error)));
      return '';
    }
  }

  #preloadFailed(error: Error): void {
    fault(`Unable to load preload script: ${this.#options.preload ?? ''}: ${error.stack ?? error.message}`);
    setImmediate(() => this.emit('preload-error', new Preventable(), this.#options.preload, error));
  }

  #open(): Page {
    const { width, height, backgroundColor } = this.#options;
    const asReal = this as unknown as Electron.WebContents;
    const { judge, context, downloads } = this.#inside;
    return new Page({
      context,
      width,
      height,
      backgroundColor,
      preload: this.#preload(),
      rules: {
        isOwn: (url) => {
          const own = this.#own?.split('#')[0] === url;
          if (own) this.#own = undefined;
          return own;
        },
        mayNavigate: (url, isMainFrame) => this.#mayNavigate(outer(url), isMainFrame),
        mayRedirect: (url, isMainFrame) => this.#mayRedirect(outer(url), isMainFrame),
        mayRequest: (request) => judge.mayRequest(request, asReal),
        received: (request, head) => judge.received(request, head, asReal),
        watchesHeaders: judge.watchesHeaders,
      },
      events: {
        message: (message) => this.#receive(message),
        navigated: (url) => {
          if (url.startsWith('chrome-error:') || this.#destroyed) return;
          this.#frame[shows](outer(url));
          this.emit('did-navigate', new Preventable(), outer(url), 200, 'OK');
        },
        navigatedWithin: (url) => {
          this.#frame[shows](outer(url));
          this.emit('did-navigate-in-page', new Preventable(), outer(url), true, 0, 0);
        },
        domReady: () => this.emit('dom-ready', new Preventable()),
        loaded: () => {
          if (this.#frame.url === 'about:blank' || this.#destroyed) return;
          this.emit('did-stop-loading');
          this.emit('did-finish-load');
          this.#loading?.resolve(undefined);
          this.#loading = undefined;
        },
        console: (level, message, lineNumber, sourceId) =>
          this.emit('console-message', { level, message, lineNumber, sourceId: outer(sourceId) }),
        open: (url, name, features) => this.#asksForWindow(url, name, features),
        download: (download) => downloads({ ...download, url: outer(download.url) }, asReal),
        crashed: () => {
          this.#crashed = true;
          const details = { reason: 'crashed', exitCode: 5 };
          this.emit('render-process-gone', new Preventable(), details);
          lifecycle.tell('render-process-gone', new Preventable(), this, details);
        },
      },
    });
  }

  #navigation(url: string, isMainFrame: boolean) {
    const [frame, initiator] = [this.#frame, this.#frame];
    return Object.assign(new Preventable(), { url, isSameDocument: false, isMainFrame, frame, initiator });
  }

  #mayRedirect(url: string, isMainFrame: boolean): boolean {
    const details = this.#navigation(url, isMainFrame);
    this.emit('will-redirect', details, url, false, isMainFrame, 0, 0);
    return !details.defaultPrevented;
  }

  #mayNavigate(url: string, isMainFrame: boolean): boolean {
    const details = this.#navigation(url, isMainFrame);
    this.emit('will-frame-navigate', details);
    if (isMainFrame && !details.defaultPrevented) this.emit('will-navigate', details, url, false, true, 0, 0);
    return !details.defaultPrevented;
  }

  #asksForWindow(url: string, frameName: string, features: string): void {
    const details: HandlerDetails = {
      url: outer(url),
      frameName,
      features,
      disposition: features === '' ? 'foreground-tab' : 'new-window',
      referrer: { url: this.#frame.url, policy: 'default' },
    };
    const action = this.#opener ? this.#opener(details).action : 'allow';
    if (action === 'allow')
      fault(`a page opened ${details.url} and was not denied; the stand-in for Electron does not provide such windows`);
  }

  #receive(message: FromPage): void {
    if (this.#destroyed) return;
    this.#frame[shows](outer(message.href));
    if (message.kind === 'open') this.#asksForWindow(message.url, message.name, message.features);
    else if (message.kind === 'title') {
      this.#title = message.title;
      this.emit('page-title-updated', new Preventable(), message.title, true);
    } else if (message.kind === 'failed') this.#preloadFailed(new Error(message.message));
    else {
      const sender: Sender = { webContents: this, frame: this.#frame };
      const page = this.#page;
      void receive(message, sender).then((answer) => {
        if (answer && message.kind === 'invoke') return page.post({ kind: 'answer', id: message.id, ...answer });
        return undefined;
      });
    }
  }

  /** Resolves when the page has loaded; rejects with the net error's name where nothing came. */
  readonly loadURL: Electron.WebContents['loadURL'] = async (url) => {
    const address = inner(url);
    if (this.#crashed) this.#revive();
    const page = this.#page;
    this.#loading?.reject(
      Object.assign(new Error(`ERR_ABORTED (-3) loading '${url}'`), { code: 'ERR_ABORTED', errno: -3, url }),
    );
    const loading = Promise.withResolvers<undefined>();
    // A later address may take its place while nobody waits for this one.
    loading.promise.catch(() => undefined);
    this.#loading = loading;
    this.emit('did-start-loading');
    const webContents = this as unknown as Electron.WebContents;
    if (/^https?:/.test(address))
      await this.#inside.applyPermissions({ webContents, origin: originOf(url), url }, new URL(address).origin);
    if (this.isDestroyed()) return;
    this.#own = address;
    try {
      await page.navigate(address);
    } catch (error) {
      if (this.isDestroyed()) return;
      const code = (error instanceof Error ? error.message : String(error)).replace('net::', '');
      this.emit('did-fail-load', new Preventable(), -2, code, url, true, 0, 0);
      this.emit('did-stop-loading');
      throw Object.assign(new Error(`${code} (-2) loading '${url}'`), { code, errno: -2, url });
    }
    await loading.promise;
  };

  /** Of the main frame, as the result can be cloned. Waits for a page that is on its way. */
  readonly executeJavaScriptInIsolatedWorld: Electron.WebContents['executeJavaScriptInIsolatedWorld'] = async (
    worldId,
    scripts,
  ) => {
    // 0 is the page's own world, 999 that of its preload.
    if (!Number.isInteger(worldId) || worldId < 1 || worldId === 999)
      throw new Error(`The stand-in for Electron does not provide the world ${worldId}.`);
    if (!Array.isArray(scripts) || scripts.some((script) => typeof script.code !== 'string'))
      throw new TypeError('Error processing argument at index 1, conversion failure');
    await this.#loading?.promise.catch(() => undefined);
    if (this.isDestroyed()) throw new TypeError('Object has been destroyed');
    return await this.#page.evaluate(`world-${worldId}`, scripts.map(({ code }) => code).join('\n;'));
  };

  #revive(): void {
    this.#crashed = false;
    this.#page.close();
    this.#page = this.#open();
  }

  reload(): void {
    const url = this.getURL();
    if (this.#crashed) {
      this.loadURL(url).catch(() => undefined);
      return;
    }
    this.#own = inner(url);
    this.#page.reload().catch(() => undefined);
  }

  readonly send: Electron.WebContents['send'] = (channel: string, ...args: unknown[]): void => {
    if (this.#destroyed) throw new TypeError('Object has been destroyed');
    if (typeof channel !== 'string') throw new TypeError('Missing required channel argument');
    void this.#page.post({ kind: 'event', channel, args: encode(args) });
  };

  setWindowOpenHandler(handler: (details: HandlerDetails) => WindowOpenHandlerResponse): void {
    this.#opener = handler;
  }

  readonly openDevTools: Electron.WebContents['openDevTools'] = () => {
    record.devTools += 1;
  };

  toggleDevTools(): void {
    record.devTools += 1;
  }

  closeDevTools(): void {
    return;
  }

  isDevToolsOpened(): boolean {
    return false;
  }

  getURL(): string {
    return this.#frame.url === 'about:blank' ? '' : this.#frame.url;
  }

  getTitle(): string {
    return this.#title;
  }

  isLoading(): boolean {
    return this.#loading !== undefined;
  }

  isCrashed(): boolean {
    return this.#crashed;
  }

  forcefullyCrashRenderer(): void {
    this.#page.crash();
  }

  focus(): void {
    return;
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  [end](): void {
    if (this.#destroyed) return;
    this.#page.close();
    this.#notShown();
    this.#frame[ends]();
    this.#destroyed = true;
    this.emit('destroyed');
  }
}

held<WebContents, Electron.WebContents>();
