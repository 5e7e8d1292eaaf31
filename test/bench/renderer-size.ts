/** What a browser loads before it shows the window: scripts and styles, compressed as the host sends them at most. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Bench } from './bench.ts';
import { valueRow } from './row.ts';

export const rendererSize: Bench = async ({ app }) => {
  const folder = join(app, 'out/renderer');
  const sizeOf = async (ending: string): Promise<number> => {
    const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(ending));
    if (names.length === 0) throw new Error(`there is no ${ending} in ${folder}`);
    const sizes = await Promise.all(
      names.map(async (name) => gzipSync(await readFile(join(folder, name)), { level: 9 }).length),
    );
    return sizes.reduce((sum, size) => sum + size, 0) / 1000;
  };
  const [scripts, styles] = [await sizeOf('.js'), await sizeOf('.css')];
  return [
    valueRow('renderer-size', 'kB gzip', [scripts + styles]),
    valueRow('renderer-size-js', 'kB gzip', [scripts]),
    valueRow('renderer-size-css', 'kB gzip', [styles]),
  ];
};
