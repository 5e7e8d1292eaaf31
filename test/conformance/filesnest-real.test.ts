import { describe, it } from 'vitest';
import { makeRealFilesNest, realFilesNests } from './filesnest-real.ts';
import { conformance } from './suite.ts';

const sites = realFilesNests();

for (const site of sites) conformance(`FilesNest ${site.name}`, () => makeRealFilesNest(site));

describe.skipIf(sites.length > 0)('FilesNest, real', () => {
  it('is not tried here', ({ skip }) => skip('STEVEDORE_FILESNEST names no servers'));
});
