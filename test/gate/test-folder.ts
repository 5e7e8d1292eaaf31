/** Where tests keep their files for the time of a run. */
import { mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const gibibyte = 2 ** 30;
const memory = '/dev/shm';

const hasMemory = (): boolean => {
  try {
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize > 2 * gibibyte && process.availableMemory() > 4 * gibibyte;
  } catch {
    return false;
  }
};

/**
 * Makes a folder for the files of tests. With `memory` it is in memory where there is enough of it: stores wait for the
 * disk with every write, which is most of the time that their tests take.
 */
export const folderForTests = (on: 'memory' | 'disk'): string =>
  mkdtempSync(join(on === 'memory' && hasMemory() ? memory : tmpdir(), 'stevedore-test-'));
