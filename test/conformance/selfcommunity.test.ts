import { makeFixture } from './selfcommunity.ts';
import { conformance } from './suite.ts';

conformance('SelfCommunity', () => makeFixture());
conformance('SelfCommunity with the older names of its fields', () =>
  makeFixture({ config: { fields: 'qq' } }, { 'field-names': 'qq' }),
);
