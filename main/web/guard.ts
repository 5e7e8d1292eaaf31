/**
 * Judges where a request comes from before anything else is done with it. A page of another site, or of another port
 * of this machine, can make a browser send requests here, and a name that it controls can be made to lead here (DNS
 * rebinding): so the name that was asked for, and the page that asks, have to be this window's own.
 */
import type { ReasonCode } from '../../preload/problems/reasons.ts';
import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

/**
 * What is asked for: a file of the window; something that acts, or needs a sign-in; the socket; the local control
 * that another process of the same user asks.
 */
export type Asked = 'page' | 'act' | 'socket' | 'control';

export type Guard = {
  /** Why a request is refused, in a few words without anything secret; `undefined` where it is not. */
  readonly judge: (request: IncomingMessage, asked: Asked) => ReasonCode | undefined;
};

export type Place = {
  /** The address that is listened on. */
  readonly listen: string;
  readonly port: number;
  /** How browsers reach the window where a proxy stands before it. */
  readonly publicUrl: URL | undefined;
};

const inUrl = (address: string): string => (isIPv6(address) ? `[${address}]` : address);

/** Every address of this machine, read each time, since networks come and go. */
const ownAddresses = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((all) => all?.map(({ address }) => address) ?? []);

const isUnspecified = (address: string): boolean => address === '0.0.0.0' || address === '::';

/** Whether only this machine reaches an address. */
export const isLoopback = (address: string): boolean =>
  address === 'localhost' || address === '::1' || /^127(\.\d{1,3}){3}$/.test(address);

/** The address of the window as a browser on this machine, or on the network, is given it. Ends with a slash. */
export const windowAddress = ({ listen, port, publicUrl }: Place): string =>
  publicUrl?.href ?? `http://${isUnspecified(listen) ? '127.0.0.1' : inUrl(listen)}:${port}/`;

export const createGuard = (place: Place): Guard => {
  const { listen, port, publicUrl } = place;
  const loopback = isLoopback(listen) || isUnspecified(listen) ? ['localhost', '127.0.0.1', '::1'] : [];

  const isOwnHost = (host: string): boolean => {
    const names = [...loopback, ...(isUnspecified(listen) ? ownAddresses() : [listen])].map(inUrl);
    // A browser leaves the port out where it is the usual one.
    return names.some((name) => host === `${name}:${port}` || (port === 80 && host === name));
  };

  const judgeOrigin = (origin: string | undefined, host: string, asked: Asked): ReasonCode | undefined => {
    if (asked === 'control') return origin === undefined ? undefined : 'control-from-page';
    // Browsers say it with whatever acts; who does not is no browser of this window.
    if (origin === undefined) return asked === 'page' ? undefined : 'no-origin';
    if (origin === publicUrl?.origin || (isOwnHost(host) && origin === `http://${host}`)) return undefined;
    return 'wrong-origin';
  };

  const judgeSite = (request: IncomingMessage, asked: Asked): ReasonCode | undefined => {
    const site = request.headers['sec-fetch-site'];
    if (site === undefined || site === 'same-origin' || site === 'none') return undefined;
    // A link in another page may lead to the window; it gets no cookie with it, and nothing is done by it.
    const { 'sec-fetch-mode': mode, 'sec-fetch-dest': dest } = request.headers;
    const followsLink = asked === 'page' && mode === 'navigate' && dest === 'document';
    return followsLink ? undefined : 'other-site';
  };

  return {
    judge: (request, asked) => {
      const { host = [], origin } = request.headersDistinct;
      const [name = ''] = host;
      const known = name.toLowerCase();
      if (host.length !== 1 || !(isOwnHost(known) || known === publicUrl?.host)) return 'wrong-host';
      if (origin !== undefined && origin.length !== 1) return 'wrong-origin';
      return judgeOrigin(origin?.[0], known, asked) ?? judgeSite(request, asked);
    },
  };
};
