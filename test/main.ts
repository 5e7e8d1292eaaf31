// npm test: everything that must hold. Lint and types, the build, then every test, a sample of kills among them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JSONReport } from '@playwright/test/reporter';
import type { JsonTestResults } from 'vitest/node';
import { failuresOfPlaywright, failuresOfVitest } from './failures.ts';
import { needs } from './system.ts';

type Step = { readonly name: string; readonly command: readonly string[] };

const root = new URL('..', import.meta.url).pathname;
const began = Date.now();
const say = (text: string): void => void process.stdout.write(`${text}\n`);
/** What failed, told once more at the end: the first half of a long output is not always kept. */
const failures: string[] = [];
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
  if (code !== 0) {
    say(output);
    failures.push(`${name}\n${output}`);
  }
  return code === 0;
};

// Programs and stand-ins are started by the hundred: what one has compiled, the next one takes.
process.env['NODE_COMPILE_CACHE'] ??= join(root, '.cache/compile');

needs(['curl', 'chromium']);
const built = await run({ name: 'build', command: ['vite', 'build'] });
/** What only reads the sources, on a core each. The tests come after it: they fill both cores by themselves. */
const checks = await Promise.all([
  run({
    name: 'lint',
    command: ['eslint', '.', '--max-warnings', '0', '--cache', '--cache-location', '.cache/eslint'],
  }),
  (async () => {
    const types = await run({ name: 'types', command: ['tsc', '--noEmit', '-p', '.'] });
    const testTypes = await run({ name: 'types of tests', command: ['tsc', '--noEmit', '-p', 'test'] });
    const svelte = await run({
      name: 'svelte',
      command: ['svelte-check', '--tsconfig', './renderer/tsconfig.json', '--fail-on-warnings'],
    });
    const format = await run({
      name: 'format',
      command: ['prettier', '--check', '.', '--cache', '--cache-location', '.cache/prettier'],
    });
    const unused = await run({ name: 'unused', command: ['knip'] });
    return types && testTypes && svelte && format && unused;
  })(),
]);

type Counts = { readonly passed: number; readonly failed: number; readonly skipped: number };

const folder = mkdtempSync(join(tmpdir(), 'stevedore-test-'));
const only = process.argv.slice(2);

/** Runs a test runner with its output shown. Returns whether it was content. */
const tests = async (command: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<boolean> => {
  const [program = '', ...args] = command;
  const child = spawn(join(root, 'node_modules/.bin', program), args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return code === 0;
};

const unit = async (): Promise<[boolean, Counts]> => {
  const report = join(folder, 'vitest.json');
  const command = ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile=${report}`, ...only];
  const good = await tests(command);
  const said = JSON.parse(readFileSync(report, 'utf8')) as JsonTestResults;
  failures.push(...failuresOfVitest(said, root));
  return [good, { passed: said.numPassedTests, failed: said.numFailedTests, skipped: said.numPendingTests }];
};

/** The window's specs, on both hosts. */
const specs = async (): Promise<[boolean, Counts]> => {
  const report = join(folder, 'playwright.json');
  const good = await tests(['playwright', 'test', '--reporter=list,json', ...only], {
    PLAYWRIGHT_JSON_OUTPUT_FILE: report,
  });
  const said = JSON.parse(readFileSync(report, 'utf8')) as JSONReport;
  failures.push(...failuresOfPlaywright(said));
  const { expected, unexpected, flaky, skipped } = said.stats;
  return [good, { passed: expected, failed: unexpected + flaky, skipped }];
};

const [unitGood, units] = await unit();
const [specsGood, windows] = await specs();
rmSync(folder, { recursive: true, force: true });
const wrong = [built, ...checks].filter((good) => !good).length;
const sum = (key: keyof Counts): number => units[key] + windows[key];
for (const failure of failures) say(`\nFAILED  ${failure}`);
say(`\nin ${seconds(began)}; checks that failed: ${wrong}`);
say(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
process.exit(unitGood && specsGood && wrong === 0 && sum('passed') > 0 ? 0 : 1);
