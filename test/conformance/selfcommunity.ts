/** A SelfCommunity server behind a connection that can be broken. */
import { secretOf } from '../../main/engine/providers/account-tokens.ts';
import { selfcommunity } from '../../main/engine/providers/selfcommunity/selfcommunity.ts';
import { type Peer, type PeerOptions, startPeer } from '../peers/peer.ts';
import type { FineUploaderReport } from '../peers/selfcommunity/journal.ts';
import type { Fixture } from './fixture.ts';
import { startProxy } from '../faults/proxy.ts';

/** With the stand-in itself, for what only SelfCommunity does. */
export type SelfCommunityFixture = Fixture & { readonly peer: Peer };

type StoredFile = { readonly uuid: string; readonly size: number; readonly sha256: string };

/** What a sign-in with a password keeps, with tokens that the stand-in has granted. */
export const tokensOf = ({ vars }: Peer, life = 3_600_000): string =>
  secretOf({ access: vars['token'] ?? '', refresh: vars['refresh'] ?? '', accessExpires: Date.now() + life });

/** `given`: values of the server's fields; chunks of 50,000 bytes unless it says otherwise. */
export const makeFixture = async (
  options: PeerOptions = {},
  given: Readonly<Record<string, string | number>> = {},
): Promise<SelfCommunityFixture> => {
  const peer = await startPeer('selfcommunity', { as: 'SelfCommunity', ...options });
  const meddler = await startProxy(peer.url);
  const read = (remote: unknown) => selfcommunity.remote.schema.parse(remote);
  const report = (): Promise<FineUploaderReport> => peer.ask('/__peer/report');
  return {
    peer,
    provider: selfcommunity as unknown as Fixture['provider'],
    address: meddler.url,
    given: { 'chunk-size': 50_000, ...given },
    secret: tokensOf(peer),
    refusals: { wrong: 'signed-out', missing: 'signed-out' },
    meddler,
    requests: {
      open: /^POST \/api\/v2\/pm\/upload\/\?probe$/,
      chunk: /^POST \/api\/v2\/pm\/upload\/$/,
      finish: /^POST \/api\/v2\/pm\/upload\/\?done$/,
    },
    answersNothing: true,
    keeps: true,
    finishOnce: true,
    lostAnswer: (index, count) =>
      count === 1 ? 'unknown' : index === count - 1 ? 'restart' : index === 0 ? 'new-session' : 'again',
    finishes: async (remote) => (await report()).done[read(remote).uuid ?? ''] ?? 0,
    server: { kill: peer.kill, restart: peer.restart, pass: peer.clock, crashes: () => Promise.resolve(0) },
    bodies: async (remote) => {
      const parts = (await report()).transfers[read(remote).uuid ?? ''] ?? {};
      return new Map(Object.entries(parts).map(([part, { began }]) => [Number(part), began]));
    },
    stored: async (remote) => {
      const { uuid } = read(remote);
      const files = await peer.ask<readonly StoredFile[]>('/__peer/files');
      const file = files.find((one) => one.uuid === uuid);
      return file && { size: file.size, sha256: file.sha256 };
    },
    close: async () => {
      await meddler.close();
      await peer.stop();
    },
  };
};
