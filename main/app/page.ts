/** Which page is ours, and what it may do: asked before every call, request, navigation and new window. */

import { safeLink } from '../../preload/bounds.ts';

/** The scheme and host that the app's own files are served under. */
export const appScheme = 'app';
const appHost = 'bundle';

export type Page = {
  /** What the window loads. */
  readonly url: string;
  /** The Content-Security-Policy that goes with it. */
  readonly policy: string;
  /** Whether an address belongs to the page itself: same scheme, host and port. */
  readonly owns: (url: string) => boolean;
  /** Whether the window may load something: the page's own files, and pictures that stand in the page itself. */
  readonly mayLoad: (url: string) => boolean;
};

const policy = (own: Readonly<Record<string, string>>): string =>
  Object.entries({
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self'",
    'img-src': "'self' data:",
    'font-src': "'self'",
    'connect-src': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
    'base-uri': "'none'",
    ...own,
  })
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');

/** Schemes such as ours have an opaque origin for Node, so it is put together by hand. */
const originOf = (url: string): string | undefined => {
  const parsed = URL.parse(url);
  return parsed === null || parsed.username !== '' || parsed.password !== ''
    ? undefined
    : `${parsed.protocol}//${parsed.host}`;
};

/** The page of the app: its own files, or the server of a developer who named one. */
export const appPage = (devServer?: string): Page => {
  const dev = devServer === undefined ? null : URL.parse(devServer);
  if (dev === null || (dev.protocol !== 'http:' && dev.protocol !== 'https:')) {
    const own = `${appScheme}://${appHost}`;
    const owns = (url: string): boolean => originOf(url) === own;
    return { url: `${own}/`, policy: policy({}), owns, mayLoad: (url) => owns(url) || url.startsWith('data:') };
  }
  const origin = originOf(dev.href);
  const socket = `${dev.protocol === 'https:' ? 'wss' : 'ws'}://${dev.host}`;
  const owns = (url: string): boolean => originOf(url) === origin;
  return {
    url: dev.href,
    // A development server writes scripts and styles into the page, and tells it over a socket what changed.
    policy: policy({
      'script-src': "'self' 'unsafe-inline'",
      'style-src': "'self' 'unsafe-inline'",
      'connect-src': `'self' ${socket}`,
    }),
    owns,
    mayLoad: (url) => owns(url) || originOf(url) === socket || url.startsWith('data:') || url.startsWith('devtools:'),
  };
};

/** A link that the system's browser may be asked to open; `undefined` for every other scheme. */
export const outsideLink = (url: string): string | undefined => {
  const link = safeLink(url);
  return link === undefined ? undefined : URL.parse(link)?.href;
};
