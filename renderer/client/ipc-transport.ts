import type { Bridge } from '../../preload/window.ts';
import type { Transport } from './transport.ts';

/** The app: the preload script's bridge. It is there as long as the window is. */
export const ipcTransport = (bridge: Bridge): Transport => ({
  request: (name, input) => bridge.call(name, input),
  listen: (listener) => {
    bridge.listen(listener);
  },
  onState: (listener) => listener('open'),
  retry: () => undefined,
});
