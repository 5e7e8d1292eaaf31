/**
 * Cloudreve sites that somebody keeps, tried as the stand-in is. `STEVEDORE_CLOUDREVE` names a JSON file with a list of
 * them, each with an account and a storage policy of its own; nothing else may happen on them meanwhile.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { cloudreve } from '../../main/engine/providers/cloudreve/cloudreve.ts';
import { bodiesBy, ownLine, storeLine } from './cloudreve-lines.ts';
import { signInTo } from './cloudreve-site.ts';
import type { Fixture } from './fixture.ts';
import { type Meddler, startMeddler } from './meddler.ts';
import { bothOf } from './two-meddlers.ts';

const siteSchema = z.object({
  name: z.string(),
  address: z.url(),
  email: z.string(),
  password: z.string(),
  /** The program and its arguments: it is started, killed and ended by the tests. */
  run: z.tuple([z.string()], z.string()),
  cwd: z.string(),
  /** Bytes; 0: the policy takes files whole. */
  chunk: z.number(),
  /** Where the policy sends its clients: to `port`, which is held by the tests and leads on to `to`. */
  store: z.object({ port: z.number(), to: z.url() }).optional(),
});
export type RealSite = z.infer<typeof siteSchema>;

/** The sites to try; none where nobody named any. */
export const realSites = (file = process.env['STEVEDORE_CLOUDREVE']): readonly RealSite[] =>
  file === undefined ? [] : z.array(siteSchema).parse(JSON.parse(readFileSync(file, 'utf8')));

/** The program of a site, through its lives. */
const keepRunning = ({ run: [program, ...args], cwd, address }: RealSite) => {
  let child: ChildProcess | undefined;
  let crashes = 0;
  const start = async (): Promise<void> => {
    const own = spawn(program, args, { cwd, stdio: 'ignore' });
    child = own;
    own.once('exit', () => {
      if (child === own) crashes++;
    });
    const until = Date.now() + 30_000;
    for (;;) {
      const answer = await fetch(`${address}/api/v4/site/ping`).catch(() => undefined);
      if (answer?.ok) return;
      await sleep(50);
      if (Date.now() > until || own.exitCode !== null) throw new Error(`${program} does not answer at ${address}`);
    }
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const own = child;
    child = undefined;
    if (own === undefined || own.exitCode !== null || own.signalCode !== null) return;
    const exited = once(own, 'exit');
    own.kill(signal);
    await exited;
  };
  return { start, end, crashes: () => crashes };
};

export const makeRealFixture = async (site: RealSite): Promise<Fixture> => {
  const { address, chunk, store } = site;
  const program = keepRunning(site);
  await program.start();
  const { secret, stored } = await signInTo(address, site);
  const beforeSite = await startMeddler(address);
  const beforeStore = store === undefined ? undefined : await startMeddler(store.to, store.port);
  const meddler: Meddler = beforeStore === undefined ? beforeSite : bothOf(beforeSite, beforeStore);
  const read = (remote: unknown) => cloudreve.remote.schema.parse(remote);
  const begin = (signal: NodeJS.Signals) => async (): Promise<void> => {
    await program.end(signal);
    await program.start();
  };
  return {
    provider: cloudreve,
    address: beforeSite.url,
    given: {},
    secret,
    refusals: { wrong: 'signed-out', missing: 'signed-out' },
    chunkBytes: chunk || 100_000,
    shared: { extra: { share: true } },
    meddler,
    requests: {
      chunk: new RegExp(`${ownLine.source}|${storeLine.source}`),
      open: /^PUT \/api\/v4\/file\/upload$/,
    },
    server: {
      forgets: true,
      kill: begin('SIGKILL'),
      restart: begin('SIGTERM'),
      crashes: () => Promise.resolve(program.crashes()),
    },
    bodies: (remote) => Promise.resolve(bodiesBy(meddler, read(remote))),
    stored: (remote) => stored(read(remote).uri),
    close: async () => {
      await meddler.close();
      await program.end('SIGTERM');
    },
  };
};
