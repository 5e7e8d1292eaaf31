/** How far the app is: what is allowed before it is ready, and what is not any more after. */
import type { Chromium } from './chromium.ts';

type Tell = (event: string, ...args: readonly unknown[]) => void;

export const lifecycle: {
  ready: boolean;
  quitting: boolean;
  /** Emits an event of `app`. */
  tell: Tell;
  /** The last window has gone. */
  windowsGone: () => void;
  quit: () => void;
} = { ready: false, quitting: false, tell: () => undefined, windowsGone: () => undefined, quit: () => undefined };

/** Throws with Electron's words where `what` is used before the app is ready. */
export const needsReady = (what: string): void => {
  if (!lifecycle.ready) throw new Error(what);
};

const started = Promise.withResolvers<Chromium>();
// Without windows nobody may be waiting for it.
started.promise.catch(() => undefined);

/** The browser; windows that are asked for before it stands wait for it. */
export const browser: Promise<Chromium> = started.promise;
export const browserStarted = (chromium: Promise<Chromium>): void => started.resolve(chromium);
