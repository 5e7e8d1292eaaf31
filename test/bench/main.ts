// npm run bench [-- NAME…] [--quick]: measures, and prints one JSON object a line. 0 when measured, whatever the figures.
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { needs } from '../system.ts';
import type { Bench } from './bench.ts';
import { cliFirstRequest } from './cli-first-request.ts';
import { queueAdd, queueFirstPage } from './queue.ts';
import { rssGrowth } from './rss-growth.ts';
import { stendMultipart } from './stend-multipart.ts';
import { stendRtt } from './stend-rtt.ts';

const benches = new Map<string, Bench>([
  ['stend-multipart', stendMultipart],
  ['rss-growth', rssGrowth],
  ['queue-first-page', queueFirstPage],
  ['queue-add-10000', queueAdd],
  ['cli-first-request', cliFirstRequest],
  ['stend-rtt-100ms', stendRtt],
]);

const { values, positionals } = parseArgs({ allowPositionals: true, options: { quick: { type: 'boolean' } } });
const unknown = positionals.filter((name) => !benches.has(name));
if (unknown.length > 0) {
  process.stderr.write(`There is no ${unknown.join(', ')}. There is: ${[...benches.keys()].join(', ')}.\n`);
  process.exit(2);
}
needs(['curl']);

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'stevedore-bench-'));
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    process.exit(130);
  });

/** What ships, and the benchmarks' own programs beside it: memory and start are those of a bundle. */
const bundle = async (): Promise<string> => {
  const outDir = join(folder, 'built');
  await build({
    root,
    logLevel: 'error',
    build: {
      outDir,
      sourcemap: false,
      rolldownOptions: {
        input: {
          'upload-program': fileURLToPath(new URL('./upload-program.ts', import.meta.url)),
          'queue-program': fileURLToPath(new URL('./queue-program.ts', import.meta.url)),
        },
      },
    },
  });
  await writeFile(join(outDir, 'package.json'), '{"type":"module"}');
  return outDir;
};

let failed = false;
try {
  const built = await bundle();
  for (const [name, bench] of benches) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    const own = join(folder, name);
    await mkdir(own);
    try {
      const rows = await bench({ folder: own, built, quick: values.quick === true });
      for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`);
    } catch (error) {
      failed = true;
      process.stderr.write(`${name} was not measured: ${error instanceof Error ? error.message : String(error)}\n`);
    }
    await rm(own, { recursive: true, force: true, maxRetries: 5 });
  }
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
process.exit(failed ? 1 : 0);
