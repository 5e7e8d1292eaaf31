import type { Bridge } from '../../preload/window.ts';
import type { Transport } from './transport.ts';

/** The app: the preload script's bridge. It is there as long as the window is. */
export const ipcTransport = (bridge: Bridge): Transport => {
  let nextId = 0;
  return {
    request: (name, input, signal) => {
      if (signal === undefined) return bridge.call(name, input);
      const id = nextId++;
      const cancel = (): void => bridge.cancel(id);
      signal.addEventListener('abort', cancel);
      return bridge.call(name, input, id).finally(() => signal.removeEventListener('abort', cancel));
    },
    listen: (listener) => {
      bridge.listen(listener);
    },
    onState: (listener) => listener('open'),
    retry: () => undefined,
  };
};
