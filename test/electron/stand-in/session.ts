import type { FromPartitionOptions, Session as ElectronSession } from 'electron';
import { type Download, DownloadItem, save } from './downloads.ts';
import { browser, needsReady } from './lifecycle.ts';
import { protocol } from './protocol.ts';
import { fault } from './record.ts';
import { nothing, Preventable, strict, StrictEmitter } from './strict.ts';
import { held, type Main } from './types.ts';
import { judge, WebRequest, type Judge } from './web-request.ts';

type RequestHandler = Parameters<ElectronSession['setPermissionRequestHandler']>[0];
type CheckHandler = Parameters<ElectronSession['setPermissionCheckHandler']>[0];
export type Permission = Parameters<NonNullable<CheckHandler>>[1];

/** Who asks for a permission. */
export interface Asking {
  readonly webContents: Electron.WebContents;
  readonly origin: string;
  readonly url: string;
}

const known: readonly (readonly [Permission, readonly string[]])[] = [
  ['geolocation', ['geolocation']],
  ['notifications', ['notifications']],
  ['media', ['camera', 'microphone']],
  ['midi', ['midi']],
  ['clipboard-read', ['clipboard-read']],
  ['clipboard-sanitized-write', ['clipboard-write']],
];

/** What the pages of a session need of it. */
export interface Inside {
  /** The name of the partition; '' of the default session. */
  readonly partition: string;
  readonly judge: Judge;
  /** Chromium's name for where its pages keep what they keep; undefined for the default one. */
  readonly context: () => Promise<string | undefined>;
  /** As the app's handlers decide; yes where it has none, as in Electron. A handler that does not answer within a second says no. */
  readonly permits: (permission: Permission, asking: Asking) => Promise<boolean>;
  /** Gives the page of an origin the permissions that the app's handlers give. Chromium asks nobody afterwards. */
  readonly applyPermissions: (asking: Asking, innerOrigin: string) => Promise<void>;
  /** A page wants to keep a file. */
  readonly downloads: (download: Download, webContents: Electron.WebContents) => void;
  /** A window begins to show pages of it. Returns how it ends to. */
  readonly shown: () => () => void;
  /** Whether its pages may have kept something that was not cleared. */
  readonly holds: () => boolean;
}

export const inside = Symbol('what the pages of a session need');

export class Session extends StrictEmitter {
  readonly #partition: string;
  readonly #requests = new WebRequest();
  #onRequest: RequestHandler = null;
  #onCheck: CheckHandler = null;
  #context: Promise<string> | undefined;
  #windows = 0;

  constructor(partition: string) {
    super('session', ['will-download']);
    this.#partition = partition;
  }

  get protocol(): Electron.Protocol {
    if (this.#partition !== '') throw new Error('The stand-in for Electron does not provide protocol of a partition.');
    return protocol as unknown as Electron.Protocol;
  }

  get webRequest(): Electron.WebRequest {
    return this.#requests as unknown as Electron.WebRequest;
  }

  setPermissionRequestHandler(handler: RequestHandler): void {
    this.#onRequest = handler;
  }

  setPermissionCheckHandler(handler: CheckHandler): void {
    this.#onCheck = handler;
  }

  /** No device is ever offered. */
  readonly setDevicePermissionHandler: ElectronSession['setDevicePermissionHandler'] = nothing;

  readonly setSpellCheckerEnabled: ElectronSession['setSpellCheckerEnabled'] = nothing;

  isPersistent(): boolean {
    return this.#partition === '';
  }

  readonly clearData: ElectronSession['clearData'] = async (options) => {
    if (this.#partition === '' || options !== undefined)
      throw new Error('The stand-in for Electron does not provide clearData of the default session, or of a part.');
    if (this.#windows > 0)
      throw new Error('The stand-in for Electron does not provide clearData while a window shows pages of it.');
    const context = this.#context;
    this.#context = undefined;
    if (context === undefined) return;
    const { cdp } = await browser;
    await cdp.session().send('Target.disposeBrowserContext', { browserContextId: await context });
  };

  /** There are no servers here that ask for it. */
  readonly clearAuthCache: ElectronSession['clearAuthCache'] = () => Promise.resolve();

  /** They end with the pages. */
  readonly closeAllConnections: ElectronSession['closeAllConnections'] = () => Promise.resolve();

  get [inside](): Inside {
    return {
      partition: this.#partition,
      judge: this.#requests[judge],
      context: async () => {
        if (this.#partition === '') return undefined;
        this.#context ??= this.#makeContext();
        return await this.#context;
      },
      permits: (permission, asking) => this.#permits(permission, asking),
      applyPermissions: (asking, innerOrigin) => this.#applyPermissions(asking, innerOrigin),
      downloads: (download, webContents) => {
        const event = new Preventable();
        const item = new DownloadItem(download);
        this.emit('will-download', event, item, webContents);
        if (event.defaultPrevented) return;
        if (this.#partition === '') void item[save]();
        else
          fault(
            `a page downloads ${download.url} and was not hindered; the stand-in for Electron does not provide downloads of a partition`,
          );
      },
      shown: () => {
        this.#windows += 1;
        return () => (this.#windows -= 1);
      },
      holds: () => this.#context !== undefined,
    };
  }

  async #makeContext(): Promise<string> {
    const { cdp } = await browser;
    return (await cdp.session().send('Target.createBrowserContext', {})).browserContextId;
  }

  async #permits(permission: Permission, { webContents, origin, url }: Asking): Promise<boolean> {
    const details = { isMainFrame: true, requestingUrl: url, securityOrigin: origin, embeddingOrigin: origin };
    if (this.#onCheck && !this.#onCheck(webContents, permission, origin, details)) return false;
    const handler = this.#onRequest;
    if (!handler) return true;
    return new Promise((resolve) => {
      setTimeout(() => resolve(false), 1000).unref();
      handler(webContents, permission, resolve, { isMainFrame: true, requestingUrl: url });
    });
  }

  async #applyPermissions(asking: Asking, origin: string): Promise<void> {
    const { cdp } = await browser;
    const browserContextId = await this[inside].context();
    const root = cdp.session();
    for (const [permission, names] of known) {
      const setting = (await this.#permits(permission, asking)) ? 'granted' : 'denied';
      for (const name of names)
        await root
          .send('Browser.setPermission', {
            permission: { name },
            setting,
            origin,
            ...(browserContextId === undefined ? {} : { browserContextId }),
          })
          .catch((error: unknown) => fault(`permission ${name}: ${String(error)}`));
    }
  }
}

held<Session, ElectronSession>();

export const defaultSession = new Session('');

/** By the names of their partitions. */
const partitions = new Map<string, Session>();

/** Partitions whose pages may have kept something that was not cleared. */
export const heldPartitions = (): readonly string[] =>
  [...partitions].filter(([, session]) => session[inside].holds()).map(([name]) => name);

const members = {
  get defaultSession(): ElectronSession {
    needsReady('Session can only be received when app is ready');
    return defaultSession as unknown as ElectronSession;
  },
  fromPartition(partition: string, options?: FromPartitionOptions): ElectronSession {
    needsReady('Session can only be received when app is ready');
    if (typeof partition !== 'string') throw new TypeError('Error processing argument at index 0, conversion failure');
    if (partition === '') return defaultSession as unknown as ElectronSession;
    if (partition.startsWith('persist:') || options !== undefined)
      throw new Error('The stand-in for Electron does not provide partitions that are kept, nor options of one.');
    const session = partitions.get(partition) ?? new Session(partition);
    partitions.set(partition, session);
    return session as unknown as ElectronSession;
  },
};

held<typeof members, Main['session']>();

export const session = strict('session', members);
