/**
 * The app's own schemes inside Chromium, which knows none of them: `app://bundle/…` is `http://bundle.app.localhost/…`
 * there, a secure context, whose requests are answered by the app's handler and never reach a network.
 */
import type { Privileges } from 'electron';

export type Handler = (request: Request) => Response | Promise<Response>;

export const privileged = new Map<string, Privileges>();
export const handlers = new Map<string, Handler>();

const innerHost = /^http:\/\/([^/]+)\.([a-z][a-z0-9-]*)\.localhost(?=[/?#]|$)/;

/** The address inside Chromium. Throws for a scheme that would not work as a page's in Electron either. */
export const inner = (url: string): string => {
  const scheme = new URL(url).protocol.slice(0, -1);
  if (/^(https?|about|data|blob)$/.test(scheme)) return url;
  const privileges = privileged.get(scheme);
  if (!handlers.has(scheme) && !privileges) throw new Error(`ERR_UNKNOWN_URL_SCHEME (-302) loading '${url}'`);
  if (privileges?.standard !== true || privileges.secure !== true)
    throw new Error(`The stand-in for Electron does not provide the scheme ${scheme}: it is not standard and secure.`);
  return url.replace(/^[a-z][a-z0-9-]*:\/\/([^/?#]+)/i, (_all, host: string) => `http://${host}.${scheme}.localhost`);
};

/** The address as the app knows it. */
export const outer = (url: string): string =>
  url.replace(innerHost, (all, host: string, scheme: string) => (privileged.has(scheme) ? `${scheme}://${host}` : all));

/** The scheme whose handler answers for an address inside Chromium. */
export const schemeOf = (url: string): string | undefined => {
  const scheme = innerHost.exec(url)?.[2];
  return scheme !== undefined && privileged.has(scheme) ? scheme : undefined;
};

/** An origin as Electron writes it: Node's URL knows none for a scheme of one's own. */
export const originOf = (url: string): string => {
  const { protocol, host, origin } = new URL(url);
  return privileged.has(protocol.slice(0, -1)) ? `${protocol}//${host}` : origin;
};

/** A header's value with the addresses that Chromium knows: a policy that names `app:` must mean the same there. */
export const innerHeader = (value: string): string => {
  let mapped = value.replace(/(;|^)\s*upgrade-insecure-requests\s*(?=;|$)/i, '$1');
  for (const scheme of privileged.keys())
    mapped = mapped
      .replaceAll(new RegExp(`\\b${scheme}://([A-Za-z0-9.-]+)`, 'g'), `http://$1.${scheme}.localhost`)
      .replaceAll(new RegExp(`(?<=^|[\\s;,])${scheme}:(?=$|[\\s;,])`, 'g'), `http://*.${scheme}.localhost`);
  return mapped;
};
