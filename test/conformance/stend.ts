import { expect } from 'vitest';
import { stend } from '../../main/engine/providers/stend/stend.ts';
import type { FrontName } from '../peers/front.ts';
import { startPeer } from '../peers/peer.ts';
import type { Fixture } from './fixture.ts';
import { startProxy } from '../faults/proxy.ts';
import { answersAt, chunkLine, openLine, storeShort } from './stend-site.ts';

const secret = 'pâsse-partout';

/** A Stend server of a version, behind a front and a connection that can be broken. */
export const makeFixture = async (version: string, front: FrontName): Promise<Fixture> => {
  const peer = await startPeer('stend', {
    as: `stend-api ${version}`,
    config: { CHUNK_SIZE: 200_000, FILE_MAX_SIZE: 5_000_000, API_PASSWORD: secret },
    front,
  });
  const meddler = await startProxy(peer.url);
  const read = (remote: unknown) => stend.remote.schema.parse(remote);
  return {
    provider: stend,
    address: meddler.url,
    given: front === 'nginx-ignore-abort' ? { 'ignores-abort': true } : {},
    secret,
    meddler,
    requests: { chunk: chunkLine, open: openLine },
    server: {
      kill: peer.kill,
      restart: peer.restart,
      pass: peer.clock,
      crashes: async () => (await peer.report()).crashes,
    },
    bodies: async (remote) => {
      const chunks = (await peer.report()).transfers[read(remote).transferKey] ?? {};
      return new Map(Object.entries(chunks).map(([chunk, { began, again }]) => [Number(chunk), began + again]));
    },
    stored: async (remote) => {
      const info = await answersAt(`${peer.url}/files/info?sharekey=${read(remote).shareKey}`);
      if (info.status === 400) return undefined;
      expect(info.status).toBe(200);
      const { size, sha256 } = await peer.storedFile(read(remote).shareKey);
      return { size, sha256 };
    },
    storeShort: (remote) => storeShort(peer.url, read(remote)),
    close: async () => {
      await meddler.close();
      await peer.stop();
    },
  };
};
