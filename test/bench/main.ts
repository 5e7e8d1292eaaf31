// npm run bench [-- NAME…] [--quick]: measures, and prints one JSON object a line. 0 when measured, whatever the figures.
import { rmSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createBuilder } from 'vite';
import { browsers } from '../electron/stand-in/chromium.ts';
import { needs } from '../system.ts';
import { appFirstWindow } from './app-first-window.ts';
import type { Bench } from './bench.ts';
import { cloudreveChunks } from './cloudreve-chunks.ts';
import { cliFirstRequest } from './cli-first-request.ts';
import { hash } from './hash.ts';
import { inboxDrop } from './inbox-drop.ts';
import { queueAdd, queueFirstPage, queueLog } from './queue.ts';
import { rendererSize } from './renderer-size.ts';
import { rssGrowth } from './rss-growth.ts';
import { stendMultipart } from './stend-multipart.ts';
import { stendRtt } from './stend-rtt.ts';
import { windowIdleCost } from './window-idle-cost.ts';
import { windowUsable } from './window-usable.ts';

/** Those that need the window's files too, and all but one of them a browser. */
const ofWindow = new Map<string, Bench>([
  ['window-usable', windowUsable],
  ['window-idle-cost', windowIdleCost],
  ['renderer-size', rendererSize],
  ['app-first-window', appFirstWindow],
  ['inbox-drop', inboxDrop],
]);
const benches = new Map<string, Bench>([
  ['stend-multipart', stendMultipart],
  ['rss-growth', rssGrowth],
  ['queue-first-page', queueFirstPage],
  ['queue-add-10000', queueAdd],
  ['queue-log', queueLog],
  ['cli-first-request', cliFirstRequest],
  ['stend-rtt-100ms', stendRtt],
  ['cloudreve-chunks', cloudreveChunks],
  ['hash', hash],
  ...ofWindow,
]);

const { values, positionals } = parseArgs({ allowPositionals: true, options: { quick: { type: 'boolean' } } });
const unknown = positionals.filter((name) => !benches.has(name));
if (unknown.length > 0) {
  process.stderr.write(`There is no ${unknown.join(', ')}. There is: ${[...benches.keys()].join(', ')}.\n`);
  process.exit(2);
}
const wanted = [...benches].filter(([name]) => positionals.length === 0 || positionals.includes(name));
const windowed = wanted.some(([name]) => ofWindow.has(name));
needs([['curl'], ['openssl'], ...(windowed ? [browsers] : [])]);

// What ships is measured, whoever starts this. In another environment the build would lay the window's words out
// otherwise, among the sources, where tests and checks read them meanwhile.
process.env['NODE_ENV'] = 'production';
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'stevedore-bench-'));
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    process.exit(130);
  });

const program = (name: string): string => fileURLToPath(new URL(`./${name}.ts`, import.meta.url));

/** What ships, and the benchmarks' own programs beside it: memory and start are those of a bundle. */
const bundle = async (): Promise<{ readonly app: string; readonly built: string }> => {
  const app = join(folder, 'app');
  const built = join(app, 'out/main');
  const input = Object.fromEntries(
    ['upload-program', 'queue-program', 'hash-program'].map((name) => [name, program(name)]),
  );
  const builder = await createBuilder({
    root: join(root, 'renderer'),
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'error',
    environments: {
      client: { build: { outDir: join(app, 'out/renderer') } },
      main: { build: { outDir: built, sourcemap: false, rolldownOptions: { input } } },
      preload: { build: { outDir: join(app, 'out/preload') } },
    },
  });
  for (const name of windowed ? ['client', 'main', 'preload'] : ['main']) {
    const environment = builder.environments[name];
    if (environment !== undefined) await builder.build(environment);
  }
  await copyFile(join(root, 'package.json'), join(app, 'package.json'));
  return { app, built };
};

let failed = false;
try {
  const { app, built } = await bundle();
  for (const [name, bench] of wanted) {
    const own = join(folder, name);
    await mkdir(own);
    try {
      const rows = await bench({ folder: own, app, built, quick: values.quick === true });
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
