import type { StartStandIn } from '../stand-in.ts';
import { ACCOUNT } from './bench.ts';
import { startStore } from './start.ts';
import type { StoreKind } from './store.ts';

/** One store as a stand-in of its own; uploads are opened at its side door. */
export const storeAlone =
  (kind: StoreKind): StartStandIn =>
  async ({ folder, port, config, ahead }) => {
    let offset = ahead;
    const like = config['like'] === 'versitygw' ? 'versitygw' : 'minio';
    const version = typeof config['version'] === 'string' ? { version: config['version'] } : {};
    const store = await startStore(kind, { folder, port, like, ...version, now: () => Date.now() + offset });
    return {
      port: Number(new URL(store.url).port),
      vars: ACCOUNT,
      setClock: (ms) => {
        offset = ms;
      },
      close: store.away,
      drop: store.stop,
    };
  };
