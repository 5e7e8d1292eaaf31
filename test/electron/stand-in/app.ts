import { isAbsolute, join } from 'node:path';
import type { Settings } from 'electron';
import { windows } from './browser-window.ts';
import { commandLine } from './command-line.ts';
import { hasLock, type Handover, releaseLock, takeLock } from './instance-lock.ts';
import { browser, lifecycle } from './lifecycle.ts';
import { paths, userData } from './paths.ts';
import { fault, record, setting } from './record.ts';
import { nothing, Preventable, StrictEmitter } from './strict.ts';
import { held, type Main } from './types.ts';

type Real = Main['app'];
type PathName = Parameters<Real['getPath']>[0];

const events = [
  'activate',
  'before-quit',
  'browser-window-blur',
  'browser-window-created',
  'browser-window-focus',
  'open-file',
  'open-url',
  'quit',
  'ready',
  'render-process-gone',
  'second-instance',
  'web-contents-created',
  'will-finish-launching',
  'will-quit',
  'window-all-closed',
  // Nothing here makes these happen; an app that guards against them may listen.
  'certificate-error',
  'child-process-gone',
  'gpu-info-update',
  'login',
  'select-client-certificate',
] as const;

/** Who the app is, of its package.json. */
export const identity: { name: string; version: string; folder: string } = {
  name: 'app',
  version: '0.0.0',
  folder: '',
};

/** Electron takes the bare scheme, without `://`. */
const checkScheme = (scheme: string): void => {
  if (!/^[a-z][a-z0-9+.-]*$/.test(scheme)) throw new Error(`'${scheme}' is no scheme`);
};

export const becomeReady = Symbol('becomeReady');

class App extends StrictEmitter {
  readonly #ready = Promise.withResolvers<undefined>();
  readonly commandLine = commandLine as unknown as Real['commandLine'];
  readonly dock: Real['dock'] = undefined;
  readonly isPackaged: boolean = setting.packaged;
  #ending = false;

  constructor() {
    super('app', events);
    lifecycle.tell = (event, ...args) => void this.emit(event, ...args);
    lifecycle.quit = () => this.quit();
    lifecycle.windowsGone = () => {
      if (lifecycle.quitting) this.#willQuit();
      else if (this.listenerCount('window-all-closed') > 0) this.emit('window-all-closed');
      else this.quit();
    };
  }

  get name(): string {
    return identity.name;
  }

  set name(name: string) {
    identity.name = name;
  }

  getName(): string {
    return identity.name;
  }

  setName(name: string): void {
    identity.name = name;
  }

  getVersion(): string {
    return identity.version;
  }

  getAppPath(): string {
    return identity.folder;
  }

  getLocale(): string {
    const given = commandLine.getSwitchValue('lang');
    return lifecycle.ready ? (given === '' ? 'en-US' : given) : '';
  }

  getSystemLocale(): string {
    return this.getLocale();
  }

  getPreferredSystemLanguages(): string[] {
    return [this.getLocale()];
  }

  getPath(name: PathName): string {
    if (name === 'sessionData') return paths.get(name) ?? userData();
    if (name === 'logs') return paths.get(name) ?? join(userData(), 'logs');
    if (name === 'crashDumps') return paths.get(name) ?? join(userData(), 'Crashpad');
    const path = name === 'userData' ? userData() : paths.get(name);
    if (path === undefined) throw new Error(`Failed to get '${name}' path`);
    return path;
  }

  setPath(name: string, path: string): void {
    if (!isAbsolute(path)) throw new Error('Path must be absolute');
    if (lifecycle.ready && (name === 'userData' || name === 'sessionData'))
      throw new Error(`${name} must be set before app is ready`);
    paths.set(name, path);
  }

  setAppLogsPath(path?: string): void {
    paths.set('logs', path ?? join(userData(), 'logs'));
  }

  isReady(): boolean {
    return lifecycle.ready;
  }

  async whenReady(): Promise<void> {
    await this.#ready.promise;
  }

  requestSingleInstanceLock(additionalData?: Parameters<Real['requestSingleInstanceLock']>[0]): boolean {
    const tell = ({ argv, cwd, data }: Handover): void => {
      const emit = (): void => void this.emit('second-instance', new Preventable(), [...argv], cwd, data);
      if (lifecycle.ready) emit();
      else this.once('ready', emit);
    };
    return takeLock({ argv: process.argv, cwd: process.cwd(), data: additionalData ?? null }, tell);
  }

  hasSingleInstanceLock(): boolean {
    return hasLock();
  }

  releaseSingleInstanceLock(): void {
    releaseLock();
  }

  quit(): void {
    if (lifecycle.quitting || this.#ending) return;
    const event = new Preventable();
    this.emit('before-quit', event);
    if (event.defaultPrevented) return;
    lifecycle.quitting = true;
    if (windows.length === 0) this.#willQuit();
    for (const window of [...windows]) {
      // It went with its parent.
      if (window.isDestroyed()) continue;
      window.close();
      // A window that stays keeps the app.
      if (!window.isDestroyed()) return;
    }
  }

  #willQuit(): void {
    if (this.#ending) return;
    const event = new Preventable();
    this.emit('will-quit', event);
    if (event.defaultPrevented) lifecycle.quitting = false;
    else this.#end(0);
  }

  /** Ends at once: nobody is asked. */
  exit(exitCode?: number): void {
    if (this.#ending) return;
    lifecycle.quitting = true;
    this.#end(exitCode ?? 0);
    for (const window of [...windows]) if (!window.isDestroyed()) window.destroy();
  }

  #end(code: number): void {
    this.#ending = true;
    this.emit('quit', new Preventable(), code);
    setImmediate(() => {
      const closing = lifecycle.ready ? browser.then((chromium) => chromium.close()) : Promise.resolve();
      void closing.catch((error: unknown) => fault(String(error))).finally(() => process.exit(code));
    });
  }

  readonly relaunch: Real['relaunch'] = () => {
    record.relaunches += 1;
  };

  readonly focus: Real['focus'] = nothing;

  readonly setAppUserModelId: Real['setAppUserModelId'] = nothing;

  readonly setDesktopName: Real['setDesktopName'] = nothing;

  readonly setAboutPanelOptions: Real['setAboutPanelOptions'] = nothing;

  disableHardwareAcceleration(): void {
    if (lifecycle.ready) throw new Error('app.disableHardwareAcceleration() can only be called before app is ready');
  }

  enableSandbox(): void {
    if (lifecycle.ready) throw new Error('app.enableSandbox() can only be called before app is ready');
  }

  readonly addRecentDocument: Real['addRecentDocument'] = nothing;

  clearRecentDocuments(): void {
    return;
  }

  readonly setAsDefaultProtocolClient: Real['setAsDefaultProtocolClient'] = (protocol) => {
    checkScheme(protocol);
    if (!record.protocols.includes(protocol)) record.protocols.push(protocol);
    return true;
  };

  readonly isDefaultProtocolClient: Real['isDefaultProtocolClient'] = (protocol) => {
    checkScheme(protocol);
    return record.protocols.includes(protocol);
  };

  getApplicationNameForProtocol(url: string): string {
    if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(url)) throw new Error(`'${url}' is no address: it needs its scheme and ://`);
    const scheme = url.slice(0, url.indexOf(':'));
    return record.protocols.includes(scheme) ? identity.name : (setting.protocols[scheme] ?? '');
  }

  setBadgeCount(count?: number): boolean {
    record.badge = count ?? 0;
    return true;
  }

  getBadgeCount(): number {
    return record.badge;
  }

  setLoginItemSettings(settings: Settings): void {
    record.loginItem = settings.openAtLogin ?? false;
  }

  readonly getLoginItemSettings: Real['getLoginItemSettings'] = () => {
    const openAtLogin = record.loginItem;
    return {
      openAtLogin,
      wasOpenedAtLogin: false,
      status: openAtLogin ? 'enabled' : 'not-registered',
      executableWillLaunchAtLogin: openAtLogin,
      launchItems: [],
    };
  };

  /** The main module has been evaluated: only now, in Electron too. */
  [becomeReady](): void {
    if (lifecycle.quitting || this.#ending) return;
    this.emit('will-finish-launching');
    lifecycle.ready = true;
    this.emit('ready', new Preventable(), {});
    this.#ready.resolve(undefined);
  }
}

held<App, Real>();

export const app = new App();
