/** What all cells of one server stand on: the server, a profile that knows it, and a file of three chunks. */
import { randomBytes, randomUUID, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { LookupFunction } from 'node:net';
import { join } from 'node:path';
import { openEngine } from '../../main/engine/engine.ts';
import { toJson } from '../../main/engine/json.ts';
import type { SavedServer } from '../../main/engine/profile/settings.ts';
import { createVaults } from '../../main/engine/vault/vaults.ts';
import type { Fixture } from '../conformance/fixture.ts';
import { must, sha256 } from '../conformance/upload.ts';
import type { Way } from './cells.ts';
import type { FaultWorld } from './fault-worlds.ts';
import { startForwardProxy } from './forward-proxy.ts';
import { startProxy } from './proxy.ts';

export type FaultBench = {
  readonly world: FaultWorld;
  /** Of what each cell leaves to chance. */
  readonly seed: number;
  readonly fixture: Fixture;
  readonly folder: string;
  /** A profile that knows the server and has no upload. */
  readonly profile: string;
  readonly serverId: string;
  /** Three chunks, the last one short. */
  readonly file: string;
  readonly sha256: string;
  /** Bytes of a chunk. */
  readonly chunk: number;
  readonly lookup: LookupFunction;
  /** Whether names are found from now on. */
  readonly knowsNames: (on: boolean) => void;
  /** A number that no other upload has. */
  readonly next: () => number;
  readonly close: () => Promise<void>;
};

const pem = (name: string): string =>
  readFileSync(new URL(`../../main/engine/http/fixtures/${name}`, import.meta.url), 'utf8');
const tls = { cert: pem('self-signed.crt.pem'), key: pem('self-signed.key.pem') };

/** How its servers are reached, and what is closed with it. */
const startWay = async (
  way: Way,
  fixture: Fixture,
): Promise<{
  readonly saved: Pick<SavedServer, 'proxy' | 'pin'>;
  readonly address: (straight: string) => string;
  readonly close: () => Promise<void>;
}> => {
  // By a name, so that it has to be looked up.
  const named = (url: string): string => url.replace('127.0.0.1', 'localhost');
  if (way === 'straight') return { saved: { proxy: 'none' }, address: named, close: () => Promise.resolve() };
  if (way === 'proxied') {
    const proxy = await startForwardProxy();
    const close = async (): Promise<void> => {
      await proxy.close();
      if (proxy.count() === 0) throw new Error('nothing went through the proxy');
    };
    return { saved: { proxy: proxy.url }, address: named, close };
  }
  const before = await startProxy(fixture.address, { tls });
  const pin = new X509Certificate(tls.cert).fingerprint256;
  return {
    saved: { proxy: 'none', pin },
    address: (straight) => named(straight.replace(fixture.address, before.url)),
    close: () => before.close(),
  };
};

/** @param parent where all its files are */
export const startBench = async (world: FaultWorld, way: Way, parent: string, seed: number): Promise<FaultBench> => {
  const folder = await mkdtemp(join(parent, 'server-'));
  const fixture = await world.start(way);
  const { saved, address, close } = await startWay(way, fixture);
  let areKnown = true;
  const lookup: LookupFunction = (hostname, { all }, told) => {
    const found = { address: '127.0.0.1', family: 4 };
    if (!areKnown) told(Object.assign(new Error(`${hostname} is not known`), { code: 'ENOTFOUND' }), '');
    else if (all === true) told(null, [found]);
    else told(null, found.address, found.family);
  };

  const profile = join(folder, 'profile');
  const engine = must(
    openEngine(
      ...([profile, createVaults(profile, { env: {} }), 'Stevedore/test', undefined, undefined, undefined] as const),
      { lookup },
    ),
  );
  const http = engine.servers.connect('peer', saved);
  const { provider, given, secret } = fixture;
  const found = must(await provider.recognise(address(fixture.address), given, http));
  if (found === undefined) throw new Error('the provider does not recognise its own server');
  const server: SavedServer = {
    id: randomUUID(),
    kind: provider.kind,
    name: 'peer',
    address: found.address,
    settings: { version: provider.settings.version, value: toJson(found.settings) },
    secret: { vault: secret === undefined ? 'none' : 'file' },
    addedAt: Date.now(),
    ...saved,
  };
  const checked = must(await engine.servers.check(server, secret, http));
  http.close();
  engine.settings.saveServer(checked.saved);
  if (checked.secret !== undefined) must(await engine.vaults.keep(checked.saved, checked.secret));
  const chunk = fixture.chunkBytes ?? engine.servers.limits(server.id).chunkSize ?? 100_000;
  await engine.close('now');

  const bytes = randomBytes(Math.ceil(2.6 * chunk));
  const file = join(folder, 'file');
  await writeFile(file, bytes);
  let uploads = 0;
  return {
    ...{ world, seed, fixture, folder, profile, serverId: server.id, file, sha256: sha256(bytes), chunk, lookup },
    knowsNames: (on) => (areKnown = on),
    next: () => ++uploads,
    close: async () => {
      await close();
      await fixture.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};
