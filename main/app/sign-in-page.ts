/** The one page that is not ours: a server's own sign-in. What its window may load and show, and what is read there. */
import { z } from 'zod';
import type { Rectangle } from './window-bounds.ts';

/** Text of the page's local storage; a longer one is not read. */
const longest = 100_000;

/** A request of that window, with the kind of thing that is asked for as Electron names it. */
export type PageRequest = { readonly url: string; readonly resourceType: string };

export type SignInPage = {
  /** What the window loads. */
  readonly url: string;
  /** Of the window: whose page it is. Never anything that the page says. */
  readonly title: string;
  /** Whether the window itself may show an address: the server's own, and nothing else. */
  readonly mayShow: (url: string) => boolean;
  /** Whether a request may leave: captchas come from elsewhere, into frames of the page. */
  readonly mayLoad: (request: PageRequest) => boolean;
  /** A script that looks at what the page keeps. It answers for `textIn`. */
  readonly script: string;
  /** What such a look brought; `undefined` where it was another page's, or nothing that can be used. */
  readonly textIn: (looked: unknown) => string | undefined;
};

const network = new Set(['http:', 'https:', 'ws:', 'wss:']);
/** What a page makes of its own bytes. */
const own = new Set(['data:', 'blob:']);

/**
 * The bounds of a sign-in.
 *
 * @param address http or https, of the server's own sign-in
 * @param stored name under which its page keeps who is signed in
 */
export const signInPage = (address: string, stored: string): SignInPage => {
  const { href, protocol, host, origin } = new URL(address);
  // Of `blob:` the origin would be its maker's: only what was asked of the server itself is shown.
  const mayShow = (url: string): boolean => {
    const parsed = URL.parse(url);
    return parsed !== null && parsed.protocol === protocol && parsed.host === host;
  };
  const looked = z.tuple([z.literal(origin), z.string().min(1).max(longest)]);
  return {
    url: href,
    title: `${protocol === 'https:' ? host : origin} – Stevedore`,
    mayShow,
    mayLoad: ({ url, resourceType }) => {
      if (resourceType === 'mainFrame') return mayShow(url);
      const scheme = URL.parse(url)?.protocol ?? '';
      return network.has(scheme) || own.has(scheme);
    },
    // The page of another origin is not even asked.
    script: `location.origin === ${JSON.stringify(origin)} ? [location.origin, localStorage.getItem(${JSON.stringify(stored)})] : []`,
    textIn: (result) => {
      const parsed = looked.safeParse(result);
      return parsed.success ? parsed.data[1] : undefined;
    },
  };
};

const usual = { width: 480, height: 720 } as const;
/** What every captcha finds room in. */
export const smallestSignIn = { width: 360, height: 480 } as const;

const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(value, most));

/** Where it opens: over the middle of the window that asked, and wholly on its screen where that is large enough. */
export const signInBounds = (asker: Rectangle, screen: Rectangle): Rectangle => {
  const width = clamp(usual.width, smallestSignIn.width, screen.width);
  const height = clamp(usual.height, smallestSignIn.height, screen.height);
  const x = Math.round(asker.x + (asker.width - width) / 2);
  const y = Math.round(asker.y + (asker.height - height) / 2);
  return {
    x: Math.max(screen.x, Math.min(x, screen.x + screen.width - width)),
    y: Math.max(screen.y, Math.min(y, screen.y + screen.height - height)),
    width,
    height,
  };
};
