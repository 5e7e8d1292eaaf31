/**
 * Cloudreve sites that somebody keeps, tried as the stand-in is. `STEVEDORE_CLOUDREVE` names a JSON file with a list of
 * them, each with an account and a storage policy of its own; nothing else may happen on them meanwhile.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { cloudreve } from '../../main/engine/providers/cloudreve/cloudreve.ts';
import { bodiesBy, storeLine } from './cloudreve-lines.ts';
import { ofEverySite, signInTo } from './cloudreve-site.ts';
import type { Fixture } from './fixture.ts';
import { keepRunning, programFields } from './keep-running.ts';
import { startProxy } from '../faults/proxy.ts';

const siteSchema = z.object({
  name: z.string(),
  address: z.url(),
  email: z.string(),
  password: z.string(),
  ...programFields,
  /** Bytes; 0: the policy takes files whole. */
  chunk: z.number(),
  /** Where the policy sends its clients: to `port`, which is held by the tests and leads on to `to`. */
  store: z.object({ port: z.number(), to: z.url() }).optional(),
});
export type RealSite = z.infer<typeof siteSchema>;

/** The sites to try; none where nobody named any. */
export const realSites = (file = process.env['STEVEDORE_CLOUDREVE']): readonly RealSite[] =>
  file === undefined ? [] : z.array(siteSchema).parse(JSON.parse(readFileSync(file, 'utf8')));

export const makeRealFixture = async (site: RealSite): Promise<Fixture> => {
  const { address, chunk, store } = site;
  const program = keepRunning({ ...site, ready: `${address}/api/v4/site/ping` });
  await program.start();
  const { secret, stored } = await signInTo(address, site);
  const meddler = await startProxy(address);
  if (store !== undefined) await meddler.also(store.to, store.port);
  const read = (remote: unknown) => cloudreve.remote.schema.parse(remote);
  return {
    ...ofEverySite(chunk, storeLine),
    address: meddler.url,
    secret,
    meddler,
    server: { forgets: true, ...program.server },
    bodies: (remote) => Promise.resolve(bodiesBy(meddler, read(remote))),
    stored: (remote) => stored(read(remote).uri),
    close: async () => {
      await meddler.close();
      await program.end('SIGTERM');
    },
  };
};
