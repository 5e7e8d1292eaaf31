/** Which proxy a request goes through. */
import { BlockList, isIP, isIPv4 } from 'node:net';
import { problem } from '../../../preload/problems.ts';
import { reasonWith, type Reason } from '../../../preload/problems/reasons.ts';
import { fail, ok, type Outcome } from '../outcome.ts';

/**
 * `system`: what the environment says (HTTPS_PROXY, HTTP_PROXY, NO_PROXY, lower case first); the desktop app puts
 * the system's settings there. `url`: for everything, loopback too; it may carry a name and a password.
 */
export type ProxyChoice = 'system' | 'none' | { readonly url: string };

type Environment = Readonly<Record<string, string | undefined>>;

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

const family = (address: string): 'ipv4' | 'ipv6' => (isIPv4(address) ? 'ipv4' : 'ipv6');

const inNetwork = (host: string, entry: string): boolean => {
  const [base = '', bits = ''] = entry.split('/');
  if (isIP(host) === 0 || isIP(base) === 0 || !/^\d{1,3}$/.test(bits)) return false;
  if (Number(bits) > (isIPv4(base) ? 32 : 128)) return false;
  const network = new BlockList();
  network.addSubnet(base, Number(bits), family(base));
  return network.check(host, family(host));
};

/** Whether a URL is to be reached without the proxy: loopback always, else by the entries of NO_PROXY as curl reads them. */
const isExempt = (url: URL, noProxy: string): boolean => {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  if (isIP(host) !== 0 && loopback.check(host, family(host))) return true;
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      if (entry.includes('/')) return inNetwork(host, entry);
      const bare = entry.replace(/^\*?\./, '').replace(/^\[|\]$/g, '');
      return [host, `${host}:${port}`].some((name) => name === bare || (isIP(host) === 0 && name.endsWith(`.${bare}`)));
    });
};

/** Why an address cannot be a proxy's, or `undefined`. Never holds the address. */
const refusal = (proxy: URL): Reason | undefined => {
  if (proxy.protocol !== 'http:' && proxy.protocol !== 'https:')
    return reasonWith('scheme-unspoken', proxy.protocol.slice(0, -1));
  try {
    decodeURIComponent(proxy.username + proxy.password);
    return undefined;
  } catch {
    return 'percent-unescaped';
  }
};

/**
 * The proxy for a URL, or `undefined` to go straight. Fails with `attention` option-invalid where the address of the
 * proxy makes no sense; its words never hold the address, which may carry a password.
 */
export const proxyFor = (url: URL, choice: ProxyChoice, env: Environment): Outcome<URL | undefined> => {
  if (choice === 'none') return ok(undefined);
  let address: string | undefined;
  if (choice === 'system') {
    if (isExempt(url, env.no_proxy ?? env.NO_PROXY ?? '')) return ok(undefined);
    address = url.protocol === 'https:' ? (env.https_proxy ?? env.HTTPS_PROXY) : (env.http_proxy ?? env.HTTP_PROXY);
  } else address = choice.url;
  if (address === undefined || address === '') return ok(undefined);
  const proxy = URL.parse(address.includes('://') ? address : `http://${address}`);
  const why = proxy === null ? 'no-web-address' : refusal(proxy);
  if (proxy !== null && why === undefined) return ok(proxy);
  return fail('attention', problem('option-invalid', { option: 'proxy', why: why ?? 'unexpected' }));
};
