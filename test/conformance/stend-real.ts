/**
 * Stend servers that somebody keeps on this machine, tried as the stand-in is. `STEVEDORE_STEND` names a JSON file with a
 * list of them; nothing else may use them during the run.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { stend } from '../../main/engine/providers/stend/stend.ts';
import { FRONTS } from '../peers/front.ts';
import { startNginx } from '../peers/nginx.ts';
import type { Fixture } from './fixture.ts';
import { keepRunning, programFields } from './keep-running.ts';
import { startProxy } from '../faults/proxy.ts';
import { answersAt, chunkLine, openLine, storeShort } from './stend-site.ts';

const siteSchema = z.object({
  name: z.string(),
  /** Of its API, as the program itself listens. */
  address: z.url(),
  password: z.string().optional(),
  ...programFields,
  /** A real nginx, from the PATH, that is started in front of it. Default: none. */
  front: z.enum(FRONTS).default('none'),
});
export type RealStend = z.infer<typeof siteSchema>;

/** The servers to try; none where nobody named any. */
export const realStends = (file = process.env['STEVEDORE_STEND']): readonly RealStend[] =>
  file === undefined ? [] : z.array(siteSchema).parse(JSON.parse(readFileSync(file, 'utf8')));

export const makeRealStend = async (site: RealStend): Promise<Fixture> => {
  const { address, password, front } = site;
  const program = keepRunning({ ...site, ready: `${address}/instance`, revive: true });
  await program.start();
  const { hostname: host, port } = new URL(address);
  const ignoreAbort = front === 'nginx-ignore-abort';
  const nginx = front === 'none' ? undefined : await startNginx({ target: { host, port: Number(port) }, ignoreAbort });
  const meddler = await startProxy(nginx?.url ?? address);
  const read = (remote: unknown) => stend.remote.schema.parse(remote);
  return {
    provider: stend,
    address: meddler.url,
    given: ignoreAbort ? { 'ignores-abort': true } : {},
    secret: password,
    meddler,
    requests: { chunk: chunkLine, open: openLine },
    server: program.server,
    bodies: (remote) => {
      const began = new Map<number, number>();
      for (const line of meddler.bodies()) {
        const [, key, chunk] = /^PUT \/files\/uploadChunk\?transferkey=([^&]+)&chunk=(\d+)/.exec(line) ?? [];
        if (key === read(remote).transferKey) began.set(Number(chunk), (began.get(Number(chunk)) ?? 0) + 1);
      }
      return Promise.resolve(began);
    },
    stored: async (remote) => {
      const info = await answersAt(`${address}/files/info?sharekey=${read(remote).shareKey}`);
      if (info.status === 400) return undefined;
      const { downloadLink } = (await info.json()) as { downloadLink: string };
      const bytes = Buffer.from(await (await answersAt(address + downloadLink)).arrayBuffer());
      return { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    },
    storeShort: (remote) => storeShort(address, read(remote)),
    close: async () => {
      await meddler.close();
      await nginx?.close();
      await program.end('SIGTERM');
    },
  };
};
