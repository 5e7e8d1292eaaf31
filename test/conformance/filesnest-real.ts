/**
 * FilesNest servers that somebody keeps on this machine, tried as the stand-in is. `STEVEDORE_FILESNEST` names a JSON file with a list
 * of them; nothing else may use them during the run.
 */
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { filesnest } from '../../main/engine/providers/filesnest/filesnest.ts';
import { startProxy } from '../faults/proxy.ts';
import { lines } from './filesnest.ts';
import type { Fixture } from './fixture.ts';
import { keepRunning, programFields } from './keep-running.ts';

const siteSchema = z.object({
  name: z.string(),
  /** As the program itself listens. Its queue worker has to run as well. */
  address: z.url(),
  token: z.string(),
  /** The folder in which the server keeps completed files, by their names. protocol: nothing downloads them. */
  files: z.string(),
  ...programFields,
});
export type RealFilesNest = z.infer<typeof siteSchema>;

/** The servers to try; none where nobody named any. */
export const realFilesNests = (file = process.env['STEVEDORE_FILESNEST']): readonly RealFilesNest[] =>
  file === undefined ? [] : z.array(siteSchema).parse(JSON.parse(readFileSync(file, 'utf8')));

const hashOf = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest('hex');
};

/** How often a body for each chunk began, by the requests that passed. */
const countBodies = (passed: readonly string[], id: string, uploads: readonly string[]): Map<number, number> => {
  const began = new Map<number, number>();
  for (const line of passed) {
    const [, file, upload = ''] = /^PATCH \/api\/files\/(\d+)\/uploads\/(\d+)/.exec(line) ?? [];
    const index = uploads.indexOf(upload);
    if (file === id && index >= 0) began.set(index, (began.get(index) ?? 0) + 1);
  }
  return began;
};

export const makeRealFilesNest = async (site: RealFilesNest): Promise<Fixture> => {
  const { address, token, files } = site;
  const program = keepRunning({ ...site, ready: `${address}/login`, revive: true });
  await program.start();
  const proxy = await startProxy(address);
  const read = (remote: unknown) => filesnest.remote.schema.parse(remote);
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json', connection: 'close' };
  return {
    provider: filesnest as unknown as Fixture['provider'],
    address: proxy.url,
    given: { 'chunk-size': 50_000 },
    secret: token,
    refusals: { wrong: 'signed-out', missing: 'signed-out' },
    meddler: proxy,
    requests: { ...lines, finish: /^PATCH \/api\/files\/\d+$/ },
    server: program.server,
    bodies: (remote) => {
      const { id, uploads } = read(remote);
      return Promise.resolve(countBodies(proxy.bodies(), id, uploads));
    },
    stored: async (remote) => {
      const { id, name } = read(remote);
      if ((await fetch(`${address}/api/files/${id}`, { headers })).status !== 200) return undefined;
      const path = join(files, name);
      return { size: (await stat(path)).size, sha256: await hashOf(path) };
    },
    close: async () => {
      await proxy.close();
      await program.end('SIGTERM');
    },
  };
};
