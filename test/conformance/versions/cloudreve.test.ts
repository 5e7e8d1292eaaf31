import { makeFixture } from '../cloudreve.ts';
import { versionPolicies } from '../store-policies.ts';
import { conformance } from '../suite.ts';

for (const [version, policy] of Object.entries(versionPolicies))
  conformance(`Cloudreve on local storage of ${version}`, () => makeFixture(policy));
