/** What is laid into a page's own world before its scripts: the receiving end of the bridge, and a `window.open` that opens nothing. */
import type { contextBridge } from './context-bridge.ts';

interface PageWorld {
  top: unknown;
  open: unknown;
  location: { readonly href: string };
  dispatchEvent(event: Event): boolean;
}

/** One function, because its source is laid into the page. */
export const pageWorld = (bridge: typeof contextBridge, secret: string): void => {
  const world = globalThis as unknown as PageWorld;
  if (world.top !== globalThis) return;
  const freeze = (value: unknown): void => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || Object.isFrozen(value)) return;
    const tag = Object.prototype.toString.call(value);
    if (tag !== '[object Object]' && tag !== '[object Array]' && tag !== '[object Function]') return;
    Object.freeze(value);
    for (const item of Object.values(value)) freeze(item);
  };
  bridge(
    `${secret}-up`,
    `${secret}-down`,
    (key, value) => {
      if (key in world) throw new Error('Cannot bind an API on top of an existing property on the window object');
      freeze(value);
      Object.defineProperty(world, key, { value, enumerable: true, writable: false, configurable: false });
    },
    () => false,
  );
  const dispatch = world.dispatchEvent.bind(world);
  const Carrier = CustomEvent;
  world.open = (url: unknown = 'about:blank', name: unknown = '', features: unknown = ''): null => {
    dispatch(
      new Carrier(`${secret}-open`, {
        detail: { url: new URL(String(url), world.location.href).href, name: String(name), features: String(features) },
      }),
    );
    return null;
  };
};
