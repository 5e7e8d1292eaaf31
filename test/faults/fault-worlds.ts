/** The servers that the matrix of faults is run on: conformance fixtures, and what else it has to know of each. */
import { makeFixture as cloudreve } from '../conformance/cloudreve.ts';
import { nodeLine, partLine } from '../conformance/cloudreve-lines.ts';
import { makeFixture as filesnest } from '../conformance/filesnest.ts';
import type { Fixture } from '../conformance/fixture.ts';
import { makeFixture as selfcommunity } from '../conformance/selfcommunity.ts';
import { makeFixture as stend } from '../conformance/stend.ts';
import type { Traits, Way } from './cells.ts';

export type FaultWorld = Traits & {
  readonly start: (way: Way) => Promise<Fixture>;
  /** Which file on the server a state of an upload is about: two states of one file give the same. `undefined`: none yet. */
  readonly fileOf: (remote: unknown) => string | undefined;
  /** First lines of the requests that a step has, where it has several: each is struck in some of the cells. */
  readonly lines?: { readonly finish?: readonly RegExp[]; readonly verify?: readonly RegExp[] };
};

const field =
  (name: string) =>
  (remote: unknown): string | undefined =>
    (remote as Readonly<Record<string, string | undefined>>)[name];

const MiB = 1024 * 1024;
/** So that it has to be looked up. */
const storeName = 'localhost';
const ofStend = {
  finishes: false,
  fileOf: field('transferKey'),
  lines: { verify: [/^GET \/files\/info/, /^HEAD /] },
};
const ofFilesNest = { fileOf: field('id') };
const ofCloudreve = { finishes: false, fileOf: field('uri') };

export const faultWorlds: Readonly<Record<string, FaultWorld>> = {
  stend: { ...ofStend, start: () => stend('2.2.3', 'none') },
  'stend-buffered': { ...ofStend, start: () => stend('2.2.3', 'nginx') },
  'cloudreve-local': { ...ofCloudreve, start: () => cloudreve({ type: 'local', chunk: 100_000 }) },
  'cloudreve-s3': {
    ...ofCloudreve,
    plainStore: true,
    finishes: true,
    lines: { finish: [/^POST \/bucket\//, /^GET \/api\/v4\/callback\//] },
    start: () =>
      cloudreve({ type: 's3', chunk: 5 * MiB, chunkLine: partLine, config: { s3_server: 'minio' }, storeName }),
  },
  'cloudreve-remote': {
    ...ofCloudreve,
    plainStore: true,
    start: () => cloudreve({ type: 'remote', chunk: 100_000, chunkLine: nodeLine, storeName }),
  },
  selfcommunity: {
    finishes: true,
    finishOnce: true,
    fileOf: field('uuid'),
    // It names its files as they are reached.
    start: (way) => selfcommunity({ config: { scheme: way === 'tls' ? 'https' : 'http' } }),
  },
  filesnest: { ...ofFilesNest, finishes: true, start: () => filesnest('head') },
  'filesnest-seed': { ...ofFilesNest, finishes: false, start: () => filesnest('seed') },
};
