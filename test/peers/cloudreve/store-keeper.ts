import { join } from 'node:path';
import { startStore } from '../cloudreve-stores/start.ts';
import {
  type SessionWish,
  STORE_KINDS,
  type Store,
  type StoreKind,
  type StoreOptions,
} from '../cloudreve-stores/store.ts';
import type { CallbackCall } from '../cloudreve-stores/store.ts';
import { startVersitygw } from '../cloudreve-stores/versitygw.ts';
import { text } from './config.ts';
import type { Companion, CompanionOptions } from '../companion.ts';

/** Keeps the store that the site's policy puts its bytes into. A local policy has none. */
export async function keepStore({ as = '', config = {}, folder, now }: CompanionOptions): Promise<Companion> {
  const kind = STORE_KINDS.find((known) => known === config['storage_policy']);
  if (!kind)
    return { answer: () => Promise.reject(new Error('This policy has no store.')), words: {}, stop: async () => {} };
  const version = /\d+\.\d+\.\d+/.exec(as)?.[0];
  const like = text(config, 's3_server', '').includes('minio') ? 'minio' : 'versitygw';
  const { store_port: port, store_url: publicUrl, store_program: program } = config;
  const options: StoreOptions = {
    folder: join(folder, 'store'),
    now,
    like,
    ...(version && { version }),
    ...(typeof port === 'number' && { port }),
    // where something stands between the clients and the store: hosts are signed
    ...(typeof publicUrl === 'string' && { publicUrl }),
  };
  const isReal = kind === 's3' && typeof program === 'string';
  const store = await (isReal ? startVersitygw(program, options) : startStore(kind, options));
  return { answer: (name, args) => answer(store, name, args), words: wordsOf(kind, store), store, stop: store.stop };
}

/** What the site asks of its store, by name. */
async function answer(store: Store, name: string, args: readonly unknown[]): Promise<unknown> {
  switch (name) {
    case 'open':
      return store.open(args[0] as SessionWish);
    case 'abort':
      return store.abort(String(args[0]));
    case 'uploaded':
      return store.uploaded(String(args[0]));
    case 'put':
      return store.put(String(args[0]), args[1] as Uint8Array, String(args[2]));
    case 'contentUrl':
      return store.contentUrl(String(args[0]), Number(args[1]));
    case 'refuseCallback':
      return store.refuseCallback(args[0] as CallbackCall);
    default:
      throw new Error(`A store has no "${name}".`);
  }
}

/** A node is called the slave, every other store S3. */
function wordsOf(kind: StoreKind, store: Store): Companion['words'] {
  const name = kind === 'remote' ? 'slave' : 's3';
  return {
    [`restart-${name}`]: store.restart,
    [`kill-${name}`]: store.kill,
    [`stop-${name}`]: store.away,
    [`start-${name}`]: store.comeBack,
    'break-callback': done(store.breakCallback),
    'mend-callback': done(store.mendCallback),
  };
}

const done = (act: () => void) => (): Promise<void> => {
  act();
  return Promise.resolve();
};
