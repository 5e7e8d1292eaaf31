import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { defineConfig } from 'vitest/config';

/** The folder whose tests run, set by `npm run mutate`. */
const folder = process.env['MUTATE_FOLDER'] ?? 'main/engine/store';

/** Tests that start programs: the mutant that is on trial is not active in them. */
const startsPrograms = (file: string): boolean => readFileSync(file, 'utf8').includes('node:child_process');

/** ms. */
const hangsAfter = Number(process.env['MUTATE_TIMEOUT'] ?? 60_000);

/** Names of the tests to run, `bandwidth,real-clock` say; all of the folder unless given. */
const named = process.env['MUTATE_TESTS']?.split(',');
const isMeant = (file: string): boolean => named?.includes(basename(file, '.test.ts')) ?? true;

/** The first test that fails ends the trial of a mutant: what takes longest comes last. */
class QuickestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).reverse();
  }
}

export default defineConfig({
  test: {
    include: globSync(`${folder}/**/*.test.ts`).filter((file) => isMeant(file) && !startsPrograms(file)),
    isolate: false,
    // It registers hooks where it is imported: without isolation that has to happen for each file.
    setupFiles: folder.endsWith('queue') ? ['test/fakes/queue-bench.ts'] : [],
    sequence: { sequencer: QuickestFirst },
    // Each of these tests takes less than a second: this tells a hang even on a machine that is 20 times slower.
    testTimeout: hangsAfter,
    hookTimeout: hangsAfter,
    expect: { poll: { timeout: 10_000 } },
  },
});
