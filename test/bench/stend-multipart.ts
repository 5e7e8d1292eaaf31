/** The whole engine, its database on the disk, against curl: each sends the same chunks to the same server, in turn. */
import { join } from 'node:path';
import { type Bench, freshProfile, GiB, makeProfile, MiB, runBuilt, sparseFile } from './bench.ts';
import { curlChunks, cutFile } from './curl.ts';
import { ratioRow, valueRow } from './row.ts';
import { startServer } from './server.ts';
import type { UploadCost } from './upload-program.ts';

export const stendMultipart: Bench = async (setting) => {
  const { folder, quick } = setting;
  const size = quick ? 50 * MiB : 2 * GiB;
  const file = await sparseFile(join(folder, 'file'), size);
  const cut = await cutFile(join(folder, 'chunks'), size);
  const server = await startServer(join(folder, 'server'));
  try {
    const saved = await makeProfile(join(folder, 'saved'), server.url);
    const byEngine = async (): Promise<UploadCost> => {
      const profile = await freshProfile(saved, join(folder, 'profile'));
      return runBuilt<UploadCost>(setting, 'upload-program', { profile, file });
    };
    const byCurl = (): Promise<number> => curlChunks(folder, server.url, cut);
    if (!quick) {
      // Once for both, so that the files are in memory and the server is warm.
      await byEngine();
      await byCurl();
    }
    const costs: UploadCost[] = [];
    const curls: number[] = [];
    for (let turn = 0; turn < (quick ? 1 : 5); turn++) {
      costs.push(await byEngine());
      curls.push(await byCurl());
    }
    const ratios = costs.map(({ seconds }, turn) => (curls[turn] ?? NaN) / seconds);
    return [
      ratioRow('stend-multipart', 'curl', ratios),
      valueRow(
        'stend-multipart-cpu',
        's/GiB',
        costs.map(({ cpuSeconds }) => (cpuSeconds * GiB) / size),
      ),
      valueRow(
        'stend-multipart-rss',
        'MiB',
        costs.map(({ peakRss }) => peakRss / MiB),
      ),
      valueRow(
        'stend-multipart-engine',
        'MiB/s',
        costs.map(({ seconds }) => size / MiB / seconds),
      ),
      valueRow(
        'stend-multipart-curl',
        'MiB/s',
        curls.map((seconds) => size / MiB / seconds),
      ),
    ];
  } finally {
    await server.stop();
  }
};
