/** What each kind of server has to survive alike: one stand-in of each, started for a file of tests. */
import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { makeFixture as cloudreve } from '../conformance/cloudreve.ts';
import type { Fixture } from '../conformance/fixture.ts';
import { makeFixture as filesnest } from '../conformance/filesnest.ts';
import { makeFixture as selfcommunity } from '../conformance/selfcommunity.ts';
import { makeFixture as stend } from '../conformance/stend.ts';
import { OneUpload } from './one-upload.ts';

// One chunk at a time: tests count the chunks that were taken before the next one leaves.
const servers: Readonly<Record<string, () => Promise<Fixture>>> = {
  'Stend, bare': () => stend('2.2.3', 'none'),
  'Stend behind nginx': () => stend('2.2.3', 'nginx'),
  FilesNest: () => filesnest('head', {}, { parallel: 1 }),
  'FilesNest, the version without settings': () => filesnest('seed', {}, { parallel: 1 }),
  SelfCommunity: () => selfcommunity(),
  Cloudreve: () => cloudreve({ type: 'local', chunk: 100_000 }),
};

export type Scene = {
  /** A file of so many chunks, the last one short, on a profile of its own; removed after the test. */
  readonly upload: (chunks: number) => Promise<OneUpload>;
};

/** Describes the same for each server. */
export const onEachServer = (what: string, tests: (scene: Scene) => void): void => {
  describe.each(Object.entries(servers))(`${what}: %s`, (_name, start) => {
    let fixture: Fixture;
    const made: OneUpload[] = [];
    beforeAll(async () => {
      fixture = await start();
    });
    afterEach(async () => {
      for (const upload of made.splice(0)) await upload.remove();
    });
    afterAll(() => fixture.close());
    tests({
      upload: async (chunks) => {
        const upload = await OneUpload.make(fixture, chunks);
        made.push(upload);
        return upload;
      },
    });
  });
};
