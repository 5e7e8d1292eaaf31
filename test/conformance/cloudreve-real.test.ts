import { describe, it } from 'vitest';
import { makeRealFixture, realSites } from './cloudreve-real.ts';
import { conformance } from './suite.ts';

const sites = realSites();

for (const site of sites) conformance(`Cloudreve ${site.name}`, () => makeRealFixture(site));

describe.skipIf(sites.length > 0)('Cloudreve, real', () => {
  it('is not tried here', ({ skip }) => skip('STEVEDORE_CLOUDREVE names no sites'));
});
