/** A FilesNest server behind a connection that can be broken. */
import { filesnest } from '../../main/engine/providers/filesnest/filesnest.ts';
import type { FilesNestReport } from '../peers/filesnest/journal.ts';
import { type Peer, type PeerOptions, startPeer } from '../peers/peer.ts';
import type { Fixture } from './fixture.ts';
import { startProxy } from '../faults/proxy.ts';

/** With the stand-in itself, for what only FilesNest does. */
export type FilesNestFixture = Fixture & { readonly peer: Peer };

type StoredFile = { readonly id: number; readonly size: number; readonly sha256: string };

/** First lines of the requests that open an upload, carry a chunk, and give the checksum. */
export const lines: Fixture['requests'] = {
  open: /^POST \/api\/files\?include=uploads$/,
  chunk: /^PATCH \/api\/files\/\d+\/uploads\/\d+$/,
  resume: /^GET \/api\/files\/\d+\?include=uploads$/,
};

/** `as`: `seed` or `head`. Chunks of 50,000 bytes unless `given`, the values of the server's fields, says otherwise. */
export const makeFixture = async (
  as: 'seed' | 'head',
  options: PeerOptions = {},
  given: Readonly<Record<string, number>> = {},
): Promise<FilesNestFixture> => {
  const peer = await startPeer('filesnest', { as, ...options });
  const meddler = await startProxy(peer.url);
  const read = (remote: unknown) => filesnest.remote.schema.parse(remote);
  // protocol: what is older than a day goes at the next midnight.
  const pass = (ms: number): Promise<void> => peer.clock(ms + 24 * 3_600_000);
  return {
    peer,
    provider: filesnest as unknown as Fixture['provider'],
    address: meddler.url,
    given: { 'chunk-size': 50_000, ...given },
    secret: peer.vars['token'],
    refusals: { wrong: 'signed-out', missing: 'signed-out' },
    meddler,
    requests: as === 'head' ? { ...lines, finish: /^PATCH \/api\/files\/\d+$/ } : lines,
    server: { kill: peer.kill, restart: peer.restart, pass, crashes: () => Promise.resolve(0) },
    bodies: async (remote) => {
      const { transfers } = await peer.ask<FilesNestReport>('/__peer/report');
      const chunks = Object.entries(transfers[read(remote).id] ?? {});
      return new Map(chunks.map(([number, { began }]) => [Number(number) - 1, began]));
    },
    stored: async (remote) => {
      const { id } = read(remote);
      const file = (await peer.ask<readonly StoredFile[]>('/__peer/files')).find((one) => String(one.id) === id);
      return file && { size: file.size, sha256: file.sha256 };
    },
    close: async () => {
      await meddler.close();
      await peer.stop();
    },
  };
};
