/**
 * One file over a long way: 100 ms there and back, 100 Mbit/s. protocol: Stend judges a chunk by what is stored when its
 * headers arrive, so that the way is empty for one round trip after each chunk: 0.94 is the most that chunks of 20 MB,
 * one after the other, can reach; the calls before and after them take four round trips more.
 */
import { join } from 'node:path';
import { startProxy } from '../faults/proxy.ts';
import { type Bench, freshProfile, makeProfile, MiB, runBuilt, sparseFile } from './bench.ts';
import { curlStream } from './curl.ts';
import { ratioRow, valueRow } from './row.ts';
import { startServer } from './server.ts';
import type { UploadCost } from './upload-program.ts';

const rttMs = 100;
const bytesPerSecond = 12_500_000;

export const stendRtt: Bench = async (setting) => {
  const { folder, quick } = setting;
  const size = quick ? 2_000_000 : 300_000_000;
  const file = await sparseFile(join(folder, 'file'), size);
  const server = await startServer(join(folder, 'server'));
  const link = await startProxy(`http://127.0.0.1:${server.port}`, { rttMs, bytesPerSecond });
  try {
    const saved = await makeProfile(join(folder, 'saved'), link.url);
    const engine: number[] = [];
    const bears: number[] = [];
    for (let turn = 0; turn < (quick ? 1 : 5); turn++) {
      bears.push(await curlStream(`${link.url}/sink`, file));
      const profile = await freshProfile(saved, join(folder, 'profile'));
      engine.push((await runBuilt<UploadCost>(setting, 'upload-program', { profile, file })).seconds);
    }
    const ratios = engine.map((seconds, turn) => (bears[turn] ?? NaN) / seconds);
    return [
      ratioRow('stend-rtt-100ms', 'the link', ratios),
      valueRow(
        'stend-rtt-100ms-link',
        'MiB/s',
        bears.map((seconds) => size / MiB / seconds),
      ),
    ];
  } finally {
    await link.close();
    await server.stop();
  }
};
