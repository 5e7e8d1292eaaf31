import { expect } from 'vitest';
import { stend } from '../../main/engine/providers/stend/stend.ts';
import { startPeer } from '../peers/peer.ts';
import type { Fixture } from './fixture.ts';
import { startMeddler } from './meddler.ts';
import { conformance } from './suite.ts';

const secret = 'pâsse-partout';

const makeFixture = async (version: string, front: 'none' | 'nginx'): Promise<Fixture> => {
  const peer = await startPeer('stend', {
    as: `stend-api ${version}`,
    config: { CHUNK_SIZE: 200_000, FILE_MAX_SIZE: 5_000_000, API_PASSWORD: secret },
    front,
  });
  const meddler = await startMeddler(peer.url);
  const read = (remote: unknown) => stend.remote.schema.parse(remote);
  const answersAt = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(peer.url + path, { ...init, headers: { connection: 'close' } });

  return {
    provider: stend,
    address: meddler.url,
    given: {},
    secret,
    meddler,
    requests: { chunk: /^PUT \/files\/uploadChunk\?.*chunk=\d{1,8}$/, open: /^POST \/files\/create/ },
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
      const info = await answersAt(`/files/info?sharekey=${read(remote).shareKey}`);
      if (info.status === 400) return undefined;
      expect(info.status).toBe(200);
      const { size, sha256 } = await peer.storedFile(read(remote).shareKey);
      return { size, sha256 };
    },
    storeShort: async (remote) => {
      let last: unknown;
      for (let chunk = 0; chunk < read(remote).count; chunk++) {
        const body = new FormData();
        body.append('file', new Blob(['short']), 'blob');
        const path = `/files/uploadChunk?transferkey=${read(remote).transferKey}&chunk=${chunk}`;
        const answer = await answersAt(path, { method: 'PUT', body });
        const text = await answer.text();
        if (text !== '') last = JSON.parse(text);
      }
      const { deleteKey } = last as { deleteKey: string };
      return { ...read(remote), complete: true, deleteKey };
    },
    close: async () => {
      await meddler.close();
      await peer.stop();
    },
  };
};

conformance('Stend 2.2.3, bare', () => makeFixture('2.2.3', 'none'));
conformance('Stend 2.2.3 behind nginx', () => makeFixture('2.2.3', 'nginx'));
conformance('Stend 1.0.0, bare', () => makeFixture('1.0.0', 'none'));
