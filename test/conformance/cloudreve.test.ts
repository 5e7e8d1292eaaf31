import { makeFixture, type Policy } from './cloudreve.ts';
import { nodeLine } from './cloudreve-lines.ts';
import { conformance } from './suite.ts';

const policies: Readonly<Record<string, Policy>> = {
  'local storage': { type: 'local', chunk: 100_000 },
  'local storage, chunks side by side': { type: 'local', chunk: 100_000, config: { chunk_concurrency: 3 } },
  'local storage that encrypts': { type: 'local', chunk: 100_001, config: { encryption: true } },
  'relayed storage': { type: 'local', config: { relay: true } },
  'a node': { type: 'remote', chunk: 100_000, chunkLine: nodeLine },
};

for (const [name, policy] of Object.entries(policies)) conformance(`Cloudreve on ${name}`, () => makeFixture(policy));
