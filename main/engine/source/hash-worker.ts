/** Hashes one file after the other, away from the main thread. What it is asked and says: see file-hashes.ts. */
import { parentPort } from 'node:worker_threads';
import { fail, unexpected } from '../outcome.ts';
import type { HashRequest, HashReport } from './file-hashes.ts';
import { hashFile } from './hash.ts';

/** Progress is reported at most so often, ms. */
const reportEvery = 100;

const report = (what: HashReport): void => parentPort?.postMessage(what);

parentPort?.on('message', ({ identity, algorithms }: HashRequest) => {
  let reported = 0;
  const onProgress = (bytes: number): void => {
    const now = performance.now();
    if (now - reported < reportEvery) return;
    reported = now;
    report({ bytes });
  };
  hashFile(identity, algorithms, { onProgress })
    .catch((error: unknown) => fail('retry', unexpected(error)))
    .then((outcome) => report({ outcome }))
    .catch((error: unknown) => {
      throw error;
    });
});
