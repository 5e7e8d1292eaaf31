/** A Cloudreve site and, where its policy has one, the store behind it, one proxy before both. */
import { cloudreve } from '../../main/engine/providers/cloudreve/cloudreve.ts';
import { startProxy } from '../faults/proxy.ts';
import { holdPort } from '../peers/held-port.ts';
import { type Peer, startPeer } from '../peers/peer.ts';
import type { CloudreveReport } from '../peers/cloudreve/chunk-log.ts';
import { bodiesBy } from './cloudreve-lines.ts';
import { ofEverySite, signInTo } from './cloudreve-site.ts';
import type { Fixture } from './fixture.ts';

export type Policy = {
  readonly type: string;
  /** Bytes; the whole file at once where it is left out. */
  readonly chunk?: number;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly version?: string;
  /** First line of a request with a chunk for its store. */
  readonly chunkLine?: RegExp;
  /** What its store is called in addresses; default: by its number. */
  readonly storeName?: string;
};

/** With the stand-in itself, for what only Cloudreve does. */
export type CloudreveFixture = Fixture & { readonly peer: Peer };

export const makeFixture = async ({
  type,
  chunk = 0,
  config = {},
  version = '4.18.0',
  chunkLine,
  storeName = '127.0.0.1',
}: Policy): Promise<CloudreveFixture> => {
  const behind = chunkLine === undefined ? undefined : await holdPort();
  const beforeStore = behind === undefined ? undefined : await startProxy(`http://127.0.0.1:${behind.port}`);
  const peer = await startPeer('cloudreve', {
    as: `cloudreve ${version}`,
    config: {
      storage_policy: type,
      chunk_size: chunk,
      max_size: 200_000_000,
      ...(behind &&
        beforeStore && { store_port: behind.port, store_url: beforeStore.url.replace('127.0.0.1', storeName) }),
      ...config,
    },
  });
  const meddler = beforeStore ?? (await startProxy(peer.url));
  const address = beforeStore === undefined ? meddler.url : await beforeStore.also(peer.url);
  const read = (remote: unknown) => cloudreve.remote.schema.parse(remote);

  const { email = '', password = '' } = peer.vars;
  const { secret, stored } = await signInTo(peer.url, { email, password });

  return {
    peer,
    ...ofEverySite(chunk, chunkLine),
    address,
    secret,
    meddler,
    server: {
      forgets: true,
      kill: peer.kill,
      restart: peer.restart,
      crashes: async () => (await peer.ask<CloudreveReport>('/__peer/report')).crashes,
    },
    bodies: async (remote) => {
      const { session } = read(remote);
      if (config['store_program'] !== undefined) return bodiesBy(meddler, read(remote));
      const store = peer.companion?.store;
      const direct = store !== undefined && config['relay'] !== true;
      const report = direct ? store.report() : await peer.ask<CloudreveReport>('/__peer/report');
      const first = direct && type !== 'remote' ? 1 : 0;
      const parts = Object.entries(report.transfers[session] ?? {});
      return new Map(parts.map(([part, { began, again }]) => [Number(part) - first, Math.max(began, again)]));
    },
    stored: (remote) => stored(read(remote).uri),
    close: async () => {
      await meddler.close();
      await peer.stop();
      behind?.release();
    },
  };
};
