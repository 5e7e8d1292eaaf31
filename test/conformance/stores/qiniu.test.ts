import { makeFixture } from '../cloudreve.ts';
import { storePolicies } from '../store-policies.ts';
import { conformance } from '../suite.ts';

conformance('Cloudreve on Qiniu', () => makeFixture(storePolicies.Qiniu));
