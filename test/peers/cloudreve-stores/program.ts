import { runChild } from '../child.ts';
import { ACCOUNT } from './bench.ts';
import { startStore } from './start.ts';
import type { StoreKind } from './store.ts';

/** Runs one store as a program of its own; uploads are opened at its side door. */
export function runStore(kind: StoreKind): void {
  runChild(async ({ folder, port, config, ahead }) => {
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
    };
  });
}
