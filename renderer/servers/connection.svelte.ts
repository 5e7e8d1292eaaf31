import type { CallInput, ServerView } from '../../preload/contract.ts';
import { m } from '../../preload/paraglide/messages.js';
import type { Place } from './words.ts';

export type Connection = NonNullable<CallInput<'servers.add'>['connection']>;
export type Wrong = { readonly place: Place; readonly words: string };

/** How a server is reached, as it is typed: the part of a form behind "Proxy, certificate…". */
export class ConnectionForm {
  proxy = $state<'system' | 'none' | 'address'>('system');
  proxyAddress = $state('');
  caFile = $state('');
  pin = $state('');

  constructor(saved: ServerView['connection'] = {}) {
    const { proxy = 'system', caFile = '', pin = '' } = saved;
    this.proxy = proxy === 'system' || proxy === 'none' ? proxy : 'address';
    this.proxyAddress = this.proxy === 'address' ? proxy : '';
    this.caFile = caFile;
    this.pin = pin;
  }

  /** What cannot be right, in words; else `undefined`. */
  get wrong(): Wrong | undefined {
    if (this.proxy === 'address') {
      const url = URL.parse(this.proxyAddress.trim());
      if (url === null || !/^https?:$/.test(url.protocol))
        return { place: 'proxy', words: m.servers_proxy_address_wrong() };
      if (url.password !== '') return { place: 'proxy', words: m.servers_proxy_password() };
    }
    if (this.pin.trim() !== '' && !/^([0-9A-Fa-f]{2}:?){32}$/.test(this.pin.trim()))
      return { place: 'pin', words: m.servers_pin_wrong() };
    return undefined;
  }

  /** As the contract takes it; what is left empty is not in it. */
  get value(): Connection {
    const [caFile, pin] = [this.caFile.trim(), this.pin.trim()];
    return {
      proxy: this.proxy === 'address' ? this.proxyAddress.trim() : this.proxy,
      ...(caFile === '' ? {} : { caFile }),
      ...(pin === '' ? {} : { pin }),
    };
  }
}
