import type { Session as ElectronSession } from 'electron';
import { browser, needsReady } from './lifecycle.ts';
import { protocol } from './protocol.ts';
import { fault } from './record.ts';
import { nothing, strict, StrictEmitter } from './strict.ts';
import { held, type Main } from './types.ts';
import { WebRequest } from './web-request.ts';

type RequestHandler = Parameters<ElectronSession['setPermissionRequestHandler']>[0];
type CheckHandler = Parameters<ElectronSession['setPermissionCheckHandler']>[0];
type Permission = Parameters<NonNullable<CheckHandler>>[1];

/** Who asks for a permission. */
export interface Asking {
  readonly webContents: Electron.WebContents;
  readonly origin: string;
  readonly url: string;
}

let onRequest: RequestHandler = null;
let onCheck: CheckHandler = null;

/** As the app's handlers decide; yes where it has none, as in Electron. A handler that does not answer within a second says no. */
export const permits = async (permission: Permission, { webContents, origin, url }: Asking): Promise<boolean> => {
  const details = { isMainFrame: true, requestingUrl: url, securityOrigin: origin, embeddingOrigin: origin };
  if (onCheck && !onCheck(webContents, permission, origin, details)) return false;
  const handler = onRequest;
  if (!handler) return true;
  return new Promise((resolve) => {
    setTimeout(() => resolve(false), 1000).unref();
    handler(webContents, permission, resolve, { isMainFrame: true, requestingUrl: url });
  });
};

const known: readonly (readonly [Permission, readonly string[]])[] = [
  ['geolocation', ['geolocation']],
  ['notifications', ['notifications']],
  ['media', ['camera', 'microphone']],
  ['midi', ['midi']],
  ['clipboard-read', ['clipboard-read']],
  ['clipboard-sanitized-write', ['clipboard-write']],
];

/** Gives the page of an origin the permissions that the app's handlers give. Chromium asks nobody afterwards. */
export const applyPermissions = async (asking: Asking, innerOrigin: string): Promise<void> => {
  const { cdp } = await browser;
  const root = cdp.session();
  for (const [permission, names] of known) {
    const setting = (await permits(permission, asking)) ? 'granted' : 'denied';
    for (const name of names)
      await root
        .send('Browser.setPermission', { permission: { name }, setting, origin: innerOrigin })
        .catch((error: unknown) => fault(`permission ${name}: ${String(error)}`));
  }
};

class Session extends StrictEmitter {
  constructor() {
    super('session', ['will-download']);
  }

  readonly protocol = protocol as unknown as Electron.Protocol;
  readonly webRequest = new WebRequest() as unknown as Electron.WebRequest;

  setPermissionRequestHandler(handler: RequestHandler): void {
    onRequest = handler;
  }

  setPermissionCheckHandler(handler: CheckHandler): void {
    onCheck = handler;
  }

  /** No device is ever offered. */
  readonly setDevicePermissionHandler: ElectronSession['setDevicePermissionHandler'] = nothing;

  readonly setSpellCheckerEnabled: ElectronSession['setSpellCheckerEnabled'] = nothing;

  isPersistent(): boolean {
    return true;
  }
}

held<Session, ElectronSession>();

export const defaultSession = new Session();

const members = {
  get defaultSession(): ElectronSession {
    needsReady('Session can only be received when app is ready');
    return defaultSession as unknown as ElectronSession;
  },
};

held<typeof members, Main['session']>();

export const session = strict('session', members);
