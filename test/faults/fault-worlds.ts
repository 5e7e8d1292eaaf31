/** The servers that the matrix of faults is run on: conformance fixtures, and what else it has to know of each. */
import { makeFixture as cloudreve } from '../conformance/cloudreve.ts';
import { nodeLine, partLine } from '../conformance/cloudreve-lines.ts';
import type { Fixture } from '../conformance/fixture.ts';
import { makeFixture as stend } from '../conformance/stend.ts';
import type { Traits } from './cells.ts';

export type FaultWorld = Traits & {
  readonly start: () => Promise<Fixture>;
  /** Which file on the server a state of an upload is about: two states of one file give the same. */
  readonly fileOf: (remote: unknown) => string;
};

const field =
  (name: string) =>
  (remote: unknown): string =>
    String((remote as Readonly<Record<string, unknown>>)[name]);

const MiB = 1024 * 1024;
/** So that it has to be looked up. */
const storeName = 'localhost';
const ofStend = { finishes: false, fileOf: field('transferKey') };
const ofCloudreve = { finishes: false, fileOf: field('uri') };

export const faultWorlds: Readonly<Record<string, FaultWorld>> = {
  stend: { ...ofStend, start: () => stend('2.2.3', 'none') },
  'stend-buffered': { ...ofStend, start: () => stend('2.2.3', 'nginx') },
  'cloudreve-local': { ...ofCloudreve, start: () => cloudreve({ type: 'local', chunk: 100_000 }) },
  'cloudreve-s3': {
    ...ofCloudreve,
    finishes: true,
    start: () =>
      cloudreve({ type: 's3', chunk: 5 * MiB, chunkLine: partLine, config: { s3_server: 'minio' }, storeName }),
  },
  'cloudreve-remote': {
    ...ofCloudreve,
    start: () => cloudreve({ type: 'remote', chunk: 100_000, chunkLine: nodeLine, storeName }),
  },
};
