/** The hash of a whole file, made in a worker as the queue has it made, against `openssl dgst` of the same file, in turn. */
import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { HashAlgorithm } from '../../main/engine/source/hashes.ts';
import { type Bench, GiB, MiB, run, runBuilt } from './bench.ts';
import type { HashCost } from './hash-program.ts';
import { ratioRow, type Row, valueRow } from './row.ts';

/** A file with contents, so that both read what a disk has. */
const filledFile = async (path: string, size: number): Promise<string> => {
  const block = randomBytes(MiB);
  const file = await open(path, 'w');
  for (let at = 0; at < size; at += block.length) await file.write(block);
  await file.close();
  return path;
};

export const hash: Bench = async (setting) => {
  const { folder, quick } = setting;
  const size = quick ? 16 * MiB : GiB;
  const file = await filledFile(join(folder, 'file'), size);
  const rows: Row[] = [];
  const longest: number[] = [];
  for (const algorithm of ['sha256', 'md5'] satisfies readonly HashAlgorithm[]) {
    const ratios: number[] = [];
    const cpu: number[] = [];
    for (let turn = 0; turn < (quick ? 1 : 5); turn++) {
      const began = performance.now();
      const said = await run('openssl', ['dgst', `-${algorithm}`, '-r', file]);
      const openssl = (performance.now() - began) / 1000;
      const cost = await runBuilt<HashCost>(setting, 'hash-program', { file, algorithm });
      if (!said.startsWith(`${cost.hashes[algorithm]} `)) throw new Error(`openssl has another ${algorithm}: ${said}`);
      ratios.push(openssl / cost.seconds);
      cpu.push(cost.cpuSeconds / (size / GiB));
      longest.push(cost.longestTaskMs);
    }
    rows.push(ratioRow(`hash-${algorithm}`, 'openssl dgst', ratios), valueRow(`hash-${algorithm}-cpu`, 's/GiB', cpu));
  }
  return [...rows, valueRow('hash-longest-task', 'ms', longest)];
};
