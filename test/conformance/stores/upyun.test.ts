import { makeFixture } from '../cloudreve.ts';
import { storePolicies } from '../store-policies.ts';
import { conformance } from '../suite.ts';

conformance('Cloudreve on Upyun that encrypts', () => makeFixture(storePolicies['Upyun that encrypts']));
