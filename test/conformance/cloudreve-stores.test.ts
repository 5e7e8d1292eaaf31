import { describe } from 'vitest';
import { makeFixture } from './cloudreve.ts';
import { storePolicies, versionPolicies } from './store-policies.ts';
import { aboutAllInBrief } from './suite/brief.ts';
import { makeStand } from './suite/stand.ts';

describe.each(Object.entries({ ...storePolicies, ...versionPolicies }))('Cloudreve on %s', (_name, policy) => {
  aboutAllInBrief(makeStand(() => makeFixture(policy)));
});
