import { describe, it } from 'vitest';
import { makeRealStend, realStends } from './stend-real.ts';
import { conformance } from './suite.ts';

const sites = realStends();

for (const site of sites) conformance(`Stend ${site.name}`, () => makeRealStend(site));

describe.skipIf(sites.length > 0)('Stend, real', () => {
  it('is not tried here', ({ skip }) => skip('STEVEDORE_STEND names no servers'));
});
