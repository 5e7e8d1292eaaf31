/** What a sandboxed preload finds in its world: `require('electron')` with three modules, and a small `process`. */
import type { Codec } from './codec.ts';
import type { contextBridge } from './context-bridge.ts';
import type { Renderer } from './types.ts';

/** A page's messages to the stand-in. */
export type FromPage = { readonly href: string } & (
  | { readonly kind: 'invoke'; readonly id: number; readonly channel: string; readonly args: string }
  | { readonly kind: 'send'; readonly channel: string; readonly args: string }
  | { readonly kind: 'open'; readonly url: string; readonly name: string; readonly features: string }
  | { readonly kind: 'title'; readonly title: string }
  | { readonly kind: 'failed'; readonly message: string }
);

type Unsent<T> = T extends unknown ? Omit<T, 'href'> : never;

/** The stand-in's messages to a page's preload. */
export type ToPage =
  | { readonly kind: 'answer'; readonly id: number; readonly ok: boolean; readonly value: string }
  | { readonly kind: 'event'; readonly channel: string; readonly args: string };

type Listener = (event: Electron.IpcRendererEvent, ...args: unknown[]) => void;
type Require = (name: string) => unknown;

interface PreloadGlobals {
  top: unknown;
  location: { readonly href: string };
  addEventListener(
    name: string,
    listener: (event: { readonly detail: { url: string; name: string; features: string } }) => void,
  ): void;
  document: { readonly title: string };
  MutationObserver: new (heard: () => void) => { observe(node: object, what: object): void };
  [secret: string]: unknown;
}

/** One function, because its source is laid into the page. `pathOf` stops the page's script until the path is known. */
export const preloadWorld = (
  codec: Codec,
  bridge: typeof contextBridge,
  secret: string,
  versions: Readonly<Record<string, string>>,
  platform: string,
  pathOf: (file: unknown) => string | undefined,
  preload: (require: Require, module: { exports: object }, exports: object, process: object) => void,
): void => {
  const world = globalThis as unknown as PreloadGlobals;
  const send = world[`${secret}-send`] as (text: string) => void;
  Reflect.deleteProperty(world, `${secret}-send`);
  if (world.top !== globalThis) return;
  const say = (message: Unsent<FromPage>): void => send(JSON.stringify({ ...message, href: world.location.href }));
  const strict = <T extends object>(name: string, members: T): T =>
    new Proxy(members, {
      get(target, key, receiver) {
        if (typeof key === 'string' && !(key in target) && key !== 'then' && key !== 'toJSON')
          throw new Error(`The stand-in for Electron does not provide ${name}.${key} to a preload.`);
        return Reflect.get(target, key, receiver) as unknown;
      },
    });

  let last = 0;
  const asked = new Map<number, PromiseWithResolvers<unknown>>();
  const listeners = new Map<string, { readonly given: Listener; readonly once: boolean }[]>();
  const of = (channel: string) => listeners.get(channel) ?? [];
  const add = (channel: string, given: Listener, once: boolean): void => {
    if (typeof given !== 'function') throw new TypeError('The "listener" argument must be of type function.');
    listeners.set(channel, [...of(channel), { given, once }]);
  };
  const drop = (channel: string, given: Listener): void => {
    const at = of(channel).findLastIndex((entry) => entry.given === given);
    if (at >= 0) listeners.set(channel, of(channel).toSpliced(at, 1));
  };

  const calls: Pick<Renderer['ipcRenderer'], 'invoke' | 'send'> = {
    invoke(channel, ...args: unknown[]) {
      const made = Promise.withResolvers<unknown>();
      const id = ++last;
      // Refused where it is called, as in Electron: nothing is sent.
      const encoded = codec.encode(args);
      asked.set(id, made);
      say({ kind: 'invoke', id, channel, args: encoded });
      return made.promise;
    },
    send: (channel, ...args: unknown[]) => say({ kind: 'send', channel, args: codec.encode(args) }),
  };
  const ipcRenderer = strict('ipcRenderer', {
    ...calls,
    on(channel: string, listener: Listener) {
      add(channel, listener, false);
      return ipcRenderer;
    },
    addListener: (channel: string, listener: Listener) => ipcRenderer.on(channel, listener),
    once(channel: string, listener: Listener) {
      add(channel, listener, true);
      return ipcRenderer;
    },
    off(channel: string, listener: Listener) {
      drop(channel, listener);
      return ipcRenderer;
    },
    removeListener: (channel: string, listener: Listener) => ipcRenderer.off(channel, listener),
    removeAllListeners(channel?: string) {
      if (channel === undefined) listeners.clear();
      else listeners.delete(channel);
      return ipcRenderer;
    },
  }) as unknown as Electron.IpcRenderer;

  const way = bridge(
    `${secret}-down`,
    `${secret}-up`,
    () => {
      throw new Error('A page exposes nothing to its preload.');
    },
    (value) => value === ipcRenderer,
  );
  const contextBridgeMembers: Pick<Renderer['contextBridge'], 'exposeInMainWorld'> = {
    exposeInMainWorld: (apiKey: string, api: unknown): void => way.expose(apiKey, api),
  };
  const webUtilsMembers: Pick<Renderer['webUtils'], 'getPathForFile'> = {
    getPathForFile(file: File): string {
      const path = pathOf(file);
      if (path === undefined) throw new TypeError('Argument must be a File');
      return path;
    },
  };
  const electron = strict('electron', {
    contextBridge: strict('contextBridge', contextBridgeMembers),
    ipcRenderer,
    webUtils: strict('webUtils', webUtilsMembers),
  });

  Object.defineProperty(world, secret, {
    value: (message: ToPage): void => {
      if (message.kind === 'answer') {
        const made = asked.get(message.id);
        asked.delete(message.id);
        const value = codec.decode(message.value);
        if (message.ok) made?.resolve(value);
        else made?.reject(new Error(String(value)));
        return;
      }
      const args = codec.decode(message.args) as unknown[];
      for (const { given, once } of of(message.channel)) {
        if (once) drop(message.channel, given);
        given(strict('event', { sender: ipcRenderer, ports: [] }) as unknown as Electron.IpcRendererEvent, ...args);
      }
    },
  });
  world.addEventListener(`${secret}-open`, ({ detail }) => say({ kind: 'open', ...detail }));

  let title = '';
  const look = (): void => {
    if (world.document.title === title) return;
    title = world.document.title;
    say({ kind: 'title', title });
  };
  new world.MutationObserver(look).observe(world.document, { subtree: true, childList: true, characterData: true });

  const require: Require = (name) => {
    if (name === 'electron' || name === 'electron/renderer') return electron;
    throw new Error(`module not found: ${name}`);
  };
  const sandboxed = {
    type: 'renderer',
    platform,
    versions,
    sandboxed: true,
    contextIsolated: true,
    isMainFrame: true,
    env: {},
  };
  const module = { exports: {} };
  try {
    preload(require, module, module.exports, strict('process', sandboxed));
  } catch (error) {
    say({ kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
};
