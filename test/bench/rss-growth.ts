/** How much more memory a file takes that is ten times as large. */
import { join } from 'node:path';
import { type Bench, freshProfile, GiB, makeProfile, MiB, runBuilt, sparseFile } from './bench.ts';
import { valueRow } from './row.ts';
import { startServer } from './server.ts';
import type { UploadCost } from './upload-program.ts';

export const rssGrowth: Bench = async (setting) => {
  const { folder, quick } = setting;
  const small = await sparseFile(join(folder, 'small'), quick ? 10 * MiB : GiB);
  const large = await sparseFile(join(folder, 'large'), quick ? 100 * MiB : 10 * GiB);
  const server = await startServer(join(folder, 'server'));
  try {
    const saved = await makeProfile(join(folder, 'saved'), server.url);
    const peak = async (file: string): Promise<number> => {
      const profile = await freshProfile(saved, join(folder, 'profile'));
      return (await runBuilt<UploadCost>(setting, 'upload-program', { profile, file })).peakRss / MiB;
    };
    const peaks: { readonly small: number; readonly large: number }[] = [];
    for (let turn = 0; turn < (quick ? 1 : 3); turn++)
      peaks.push({ small: await peak(small), large: await peak(large) });
    return [
      valueRow(
        'rss-growth',
        'MiB',
        peaks.map((both) => both.large - both.small),
      ),
      valueRow(
        'rss-growth-large',
        'MiB',
        peaks.map((both) => both.large),
      ),
    ];
  } finally {
    await server.stop();
  }
};
