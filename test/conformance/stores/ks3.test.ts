import { makeFixture } from '../cloudreve.ts';
import { storePolicies } from '../store-policies.ts';
import { conformance } from '../suite.ts';

conformance('Cloudreve on KS3 that encrypts', () => makeFixture(storePolicies['KS3 that encrypts']));
