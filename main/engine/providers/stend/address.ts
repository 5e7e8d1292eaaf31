/** The addresses that people have of a Stend server: its web page, its API, a share link, a deep link. */

import { safeLink } from '../../../../preload/bounds.ts';
import type { LinkedServer } from '../provider.ts';

export type Address = {
  /** Base of a web page or an API, without a trailing slash. */
  readonly base: string;
  /** The web page, where the address named both. */
  readonly web?: string;
};

/** Without the slashes at its end, found from there: an expression would start over at each slash of a long row. */
const withoutSlashes = (text: string): string => {
  let end = text.length;
  while (text[end - 1] === '/') end--;
  return text.slice(0, end);
};

/** protocol: `stend://settings/configInstance?webUrl=&apiUrl=&password=`. */
const deepLink = (address: string): URLSearchParams | undefined => {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  const where = withoutSlashes(`${url.host}${url.pathname}`).toLowerCase();
  return url.protocol === 'stend:' && where === 'settings/configinstance' ? url.searchParams : undefined;
};

/**
 * A web address as a base that paths are appended to: path prefix kept; query, fragment, credentials, trailing slashes,
 * and the tail of a share link (`/d?key`, `/d.html?key`), of `/instance` or `/index.html` taken off. `undefined` where it is
 * no http(s) address.
 */
export const baseOf = (address: string): string | undefined => {
  if (!URL.canParse(address.trim())) return undefined;
  const url = new URL(address.trim());
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  let path = withoutSlashes(url.pathname);
  if (url.search.length > 1) path = path.replace(/\/d(\.html)?$/, '');
  path = path.replace(/\/(instance|index\.html)$/, '');
  return url.origin + withoutSlashes(path);
};

/** Reads an address in any of its forms; `undefined` where it is none. */
export const readAddress = (address: string): Address | undefined => {
  const link = deepLink(address.trim());
  if (link === undefined) {
    const base = baseOf(address);
    return base === undefined ? undefined : { base };
  }
  const web = baseOf(link.get('webUrl') ?? '');
  const base = baseOf(link.get('apiUrl') ?? '') ?? web;
  if (base === undefined) return undefined;
  return web === undefined ? { base } : { base, web };
};

/** See `ServerLinks.read`. */
export const readLink = (link: string): LinkedServer | undefined => {
  const asked = deepLink(link);
  const read = readAddress(link);
  if (asked === undefined || read === undefined) return undefined;
  const password = asked.get('password') ?? '';
  return {
    address: read.base,
    ...(read.web === undefined || read.web === read.base ? {} : { fields: { web: read.web } }),
    ...(password === '' ? {} : { secret: password }),
  };
};

/** The link of a share; `undefined` where the share page's address is unknown. */
export const linkOf = (
  key: string,
  settings: { readonly webUrl?: string | undefined; readonly showHtmlExtension: boolean },
): string | undefined =>
  settings.webUrl === undefined
    ? undefined
    : safeLink(
        `${settings.webUrl}/${settings.showHtmlExtension ? 'd.html' : 'd'}?${encodeURIComponent(key.toWellFormed())}`,
      );
