/**
 * `npm test`: everything the product promises, and a fifth of the rest. `npm run test:all`: everything.
 * CONTRIBUTING.md describes both and their options.
 */
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { browsers } from './electron/stand-in/chromium.ts';
import { fifthOf, fifths, findTests, readChoice } from './gate/choice.ts';
import { cpuSeconds } from './gate/cpu.ts';
import { type Counts, type Result, Runs, since } from './gate/runs.ts';
import { folderForTests } from './gate/test-folder.ts';
import { needs } from './system.ts';

const began = Date.now();
const root = resolve(import.meta.dirname, '..');
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const choice = readChoice(process.argv.slice(2), root, findTests(root));
if (choice instanceof Error) {
  process.stderr.write(`${choice.message}\nUsage: npm test [-- [--fifth N] [--seed N] [PATH…]]\n`);
  process.exit(2);
}
const { all, units, specs } = choice;
const hasPaths = units.length + specs.length > 0;

/** Which fifth of the rest is run, and why, in words. */
const drawn = (): { readonly fifth: number; readonly why: string } => {
  if (choice.fifth !== undefined) return { fifth: choice.fifth, why: 'chosen by --fifth' };
  const git = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' });
  const commit = git.status === 0 ? git.stdout.trim() : '';
  if (commit === '') return { fifth: 1, why: 'there is no commit to choose another one' };
  return { fifth: fifthOf(commit), why: `chosen by commit ${commit.slice(0, 12)}` };
};

const { fifth, why } = drawn();
/** Each fifth has a fixed seed of its own: the kills of a sample differ from commit to commit, and can be repeated. */
const seed = choice.seed ?? (all ? randomInt(1, 1_000_000) : hasPaths ? 1 : fifth);
const notes = [
  ...(all || hasPaths
    ? []
    : [`fifth ${fifth} of ${fifths} of the rest, ${why}; repeat it with: npm test -- --fifth ${fifth}`]),
  `seed ${seed}${all ? `; repeat it with: npm run test:all -- --seed ${seed}` : ''}`,
];
for (const note of notes) say(note);

const folder = folderForTests(all ? 'disk' : 'memory');
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
const runs = new Runs(root, folder, {
  // Programs and stand-ins are started by the hundred: what one has compiled, the next one takes.
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? join(root, '.cache/compile'),
  TEST_SEED: String(seed),
  TMPDIR: folder,
  ...(all && { TEST_KILLS: '25', TEST_INPUTS: '100000', TEST_WHOLE: '1', TEST_CLI: 'apart' }),
});
const results: Result[] = [];
const problems: (string | undefined)[] = [];

const build = async (): Promise<void> => void problems.push(await runs.check('build', ['vite', 'build']));

const check = async (): Promise<void> => {
  // TypeScript 7; `tsc` may be the 6 that the linter of components and svelte-check need.
  const tsc = ['node', 'node_modules/@typescript/native/bin/tsc', '--noEmit'];
  const svelte = [
    'svelte-check',
    '--tsconfig',
    './renderer/tsconfig.json',
    '--fail-on-warnings',
    '--tsgo-experimental-api',
  ];
  const steps: Readonly<Record<string, readonly string[]>> = {
    lint: ['oxlint'],
    'lint of components': ['eslint', 'renderer', '--max-warnings', '0'],
    types: [...tsc, '-p', '.'],
    'types of tests': [...tsc, '-p', 'test'],
    svelte,
    format: ['oxfmt', '--check'],
    'format of components': ['prettier', '--check', 'renderer/**/*.svelte'],
    unused: ['knip'],
  };
  for (const [name, command] of Object.entries(steps)) problems.push(await runs.check(name, command));
};

const part = `--shard=${fifth}/${fifths}`;

const unitTests = async (): Promise<void> => {
  if (all || hasPaths) results.push(await runs.vitest(units));
  else {
    results.push(await runs.vitest(['--project=shared', '--project=apart']));
    results.push(await runs.vitest(['--project=rest-*', part]));
  }
};

const windowSpecs = async (): Promise<void> => {
  if (all) results.push(await runs.playwright(specs));
  else {
    const rest = hasPaths ? ['--project=rest-web'] : [];
    results.push(await runs.playwright(['--project=web', '--project=app', ...rest, ...specs]));
    if (!hasPaths) results.push(await runs.playwright(['--project=rest-*', part]));
  }
};

needs([['curl'], browsers]);
if (!hasPaths) {
  await build();
  // Most tests wait for servers and clocks more than they compute: the checks run beside them.
  await Promise.all([check(), unitTests()]);
  await windowSpecs();
} else {
  // Tests of whole programs run what was built.
  if (specs.length > 0 || units.some((path) => path.startsWith('test'))) await build();
  if (units.length > 0) await unitTests();
  if (specs.length > 0) await windowSpecs();
}

const failures = [
  ...problems.filter((problem) => problem !== undefined),
  ...results.flatMap((result) => result.failures),
];
for (const failure of failures) say(`\nFAILED  ${failure}`);
const sum = (key: keyof Counts): number => results.reduce((count, result) => count + result[key], 0);
say('');
for (const note of notes) say(note);
const checksFailed = problems.filter((problem) => problem !== undefined).length;
if (checksFailed > 0) say(`checks that failed: ${checksFailed}`);
say(`in ${since(began)}, CPU ${cpuSeconds()?.toFixed(1) ?? 'unknown'} s`);
say(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
process.exit(checksFailed === 0 && results.every((result) => result.good) && sum('passed') > 0 ? 0 : 1);
