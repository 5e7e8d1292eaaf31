import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { stend } from '../../main/engine/providers/stend/stend.ts';
import { wholeChunks } from '../../main/practice/chunk-store.ts';
import { type PracticeServer, startPracticeServer } from '../../main/practice/practice-server.ts';
import { observed } from '../peers/stend/append-chunks.ts';
import { Journal } from '../peers/stend/journal.ts';
import type { Fixture } from './fixture.ts';
import { startProxy } from '../faults/proxy.ts';
import { answersAt, chunkLine, openLine, storeShort } from './stend-site.ts';
import { conformance } from './suite.ts';

/** The server as it ships, in this process: it ends when its listener is closed, and reads its folder when it starts. */
const makeFixture = async (): Promise<Fixture> => {
  const base = await mkdtemp(join(tmpdir(), 'practice-conformance-'));
  const journal = new Journal(join(base, 'journal'));
  let ahead = 0;
  const start = (port: number): Promise<PracticeServer> =>
    startPracticeServer({
      folder: join(base, 'storage'),
      port,
      settings: { chunkSize: 200_000, fileMaxSize: 5_000_000 },
      store: observed(wholeChunks, journal),
      now: () => Date.now() + ahead,
    });
  let server = await start(0);
  const { url, port } = server;
  const restart = async (): Promise<void> => {
    await server.close();
    server = await start(port);
  };
  const meddler = await startProxy(url);
  const read = (remote: unknown) => stend.remote.schema.parse(remote);
  return {
    provider: stend,
    address: meddler.url,
    given: {},
    secret: undefined,
    meddler,
    requests: { chunk: chunkLine, open: openLine },
    server: {
      kill: restart,
      restart,
      pass: (ms) => {
        ahead += ms;
        server.sweep();
        return Promise.resolve();
      },
      crashes: () => Promise.resolve(0),
    },
    bodies: (remote) => {
      const chunks = journal.report().transfers[read(remote).transferKey] ?? {};
      return Promise.resolve(new Map(Object.entries(chunks).map(([chunk, { began }]) => [Number(chunk), began])));
    },
    stored: async (remote) => {
      const info = await answersAt(`${url}/files/info?sharekey=${read(remote).shareKey}`);
      if (info.status === 400) return undefined;
      expect(info.status).toBe(200);
      const { downloadLink } = (await info.json()) as { readonly downloadLink: string };
      const bytes = Buffer.from(await (await answersAt(url + downloadLink)).arrayBuffer());
      return { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    },
    storeShort: (remote) => storeShort(url, read(remote)),
    close: async () => {
      await meddler.close();
      await server.close();
      await rm(base, { recursive: true, force: true });
    },
  };
};

conformance('the practice server', makeFixture);
