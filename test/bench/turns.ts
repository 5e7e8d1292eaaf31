/** Two programs that do the same work, one after the other, several times. */
import { join } from 'node:path';
import { freshProfile, GiB, MiB, runBuilt, type Setting } from './bench.ts';
import { ratioRow, type Row, valueRow } from './row.ts';
import type { UploadCost } from './upload-program.ts';

/**
 * Lets the engine and curl upload a file in turn. `folder`: room for profiles; `saved`: the profile with the server;
 * `byCurl`: uploads by curl, and gives seconds.
 */
export const againstCurl = async (
  setting: Setting,
  {
    name,
    folder,
    saved,
    file,
    size,
  }: Readonly<Record<'name' | 'folder' | 'saved' | 'file', string>> & { size: number },
  byCurl: () => Promise<number>,
): Promise<readonly Row[]> => {
  const { quick } = setting;
  const byEngine = async (): Promise<UploadCost> => {
    const profile = await freshProfile(saved, join(folder, 'profile'));
    return runBuilt<UploadCost>(setting, 'upload-program', { profile, file });
  };
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
  const row = (what: string, unit: string, of: (cost: UploadCost) => number): Row =>
    valueRow(`${name}-${what}`, unit, costs.map(of));
  const rate = (seconds: number): number => size / MiB / seconds;
  const ratios = costs.map(({ seconds }, turn) => (curls[turn] ?? NaN) / seconds);
  return [
    ratioRow(name, 'curl', ratios),
    row('cpu', 's/GiB', ({ cpuSeconds }) => (cpuSeconds * GiB) / size),
    row('rss', 'MiB', ({ peakRss }) => peakRss / MiB),
    row('engine', 'MiB/s', ({ seconds }) => rate(seconds)),
    valueRow(`${name}-curl`, 'MiB/s', curls.map(rate)),
  ];
};
