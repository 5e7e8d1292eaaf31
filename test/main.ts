// npm test: everything that must hold. Lint and types, the build, then every test, a sample of kills among them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { needs } from './system.ts';

type Step = { readonly name: string; readonly command: readonly string[] };

const root = new URL('..', import.meta.url).pathname;
const began = Date.now();
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const seconds = (since: number): string => `${((Date.now() - since) / 1000).toFixed(1)} s`;

/** Runs a step; what it prints is shown when it ends, so that steps at once do not mix. */
const run = async ({ name, command }: Step): Promise<boolean> => {
  const [program = '', ...args] = command;
  const since = Date.now();
  const child = spawn(join(root, 'node_modules/.bin', program), args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  say(`${code === 0 ? 'ok' : 'FAILED'}  ${name} (${seconds(since)})`);
  if (code !== 0) say(output);
  return code === 0;
};

needs(['curl']);
const checks = await Promise.all([
  run({
    name: 'lint',
    command: ['eslint', '.', '--max-warnings', '0', '--cache', '--cache-location', '.cache/eslint'],
  }),
  (async () => {
    const types = await run({ name: 'types', command: ['tsc', '--noEmit', '-p', '.'] });
    const svelte = await run({
      name: 'svelte',
      command: ['svelte-check', '--tsconfig', './renderer/tsconfig.json', '--threshold', 'error'],
    });
    const format = await run({
      name: 'format',
      command: ['prettier', '--check', '.', '--cache', '--cache-location', '.cache/prettier'],
    });
    const unused = await run({ name: 'unused', command: ['knip'] });
    const build = await run({ name: 'build', command: ['vite', 'build'] });
    return types && svelte && format && unused && build;
  })(),
]);

const folder = mkdtempSync(join(tmpdir(), 'stevedore-test-'));
const report = join(folder, 'report.json');
const tests = spawn(
  join(root, 'node_modules/.bin/vitest'),
  ['run', '--reporter=default', '--reporter=json', `--outputFile=${report}`, ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
const [code] = (await once(tests, 'close')) as [number | null];
const counts = JSON.parse(readFileSync(report, 'utf8')) as {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
};
rmSync(folder, { recursive: true, force: true });
const wrong = checks.filter((good) => !good).length;
say(`\nin ${seconds(began)}; checks that failed: ${wrong}`);
say(`${counts.numPassedTests} passed, ${counts.numFailedTests} failed, ${counts.numPendingTests} skipped`);
process.exit(code === 0 && wrong === 0 && counts.numPassedTests > 0 ? 0 : 1);
