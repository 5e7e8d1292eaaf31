/**
 * What every provider has to keep, said against the interface alone and tried on a server: nothing is lost, nothing is
 * sent twice, done means verified. A provider runs it with its stand-in.
 */
import { describe } from 'vitest';
import type { Fixture } from './fixture.ts';
import { aboutAborts } from './suite/aborts.ts';
import { aboutBreaks } from './suite/breaks.ts';
import { aboutEndings } from './suite/endings.ts';
import { aboutFiles } from './suite/files.ts';
import { aboutFinishes } from './suite/finishes.ts';
import { aboutServers } from './suite/servers.ts';
import { aboutShares } from './suite/shares.ts';
import { aboutUploadedBefore } from './suite/uploaded-before.ts';
import { makeStand } from './suite/stand.ts';

export const conformance = (name: string, makeFixture: () => Promise<Fixture>): void => {
  describe(name, () => {
    const stand = makeStand(makeFixture);
    aboutServers(stand);
    aboutFiles(stand);
    aboutBreaks(stand);
    aboutFinishes(stand);
    aboutAborts(stand);
    aboutEndings(stand);
    aboutShares(stand);
    aboutUploadedBefore(stand);
  });
};
