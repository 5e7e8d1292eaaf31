// npm run mutate -- FOLDER: changes the code of a folder in small ways, and shows which changes no test notices.
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Stryker } from '@stryker-mutator/core';

const given = process.argv.slice(2).map((path) => path.replace(/\/$/, ''));
const [first] = given;
if (first === undefined) throw new Error('usage: npm run mutate -- FOLDER, or FILE[:LINE-LINE]… of one folder');
const path = first.replace(/:.*/, '');
const isFolder = statSync(path).isDirectory();
const folder = isFolder ? path : dirname(path);
const cache = join('.cache/mutation', folder.replaceAll('/', '-'));

/** See `sample.ts`. */
const isSample = process.env['MUTATE_EVERY'] !== undefined;

process.env['MUTATE_FOLDER'] = folder;
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, '../../.cache/compile');

await new Stryker({
  mutate: isFolder ? [`${folder}/**/*.ts`, '!**/*.test.ts', '!**/fixtures/**', '!**/test-*.ts'] : given,
  plugins: ['@stryker-mutator/vitest-runner', './test/mutation/sample.ts'],
  checkers: isSample ? ['sample'] : [],
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutation.config.ts', related: false },
  coverageAnalysis: 'perTest',
  // What a sample leaves out would be taken for measured.
  incremental: !isSample,
  // What a module makes as it loads: each such mutant would need all tests.
  ignoreStatic: isSample,
  incrementalFile: `${cache}.json`,
  tempDirName: `${cache}-sandbox${isSample ? '-sample' : ''}`,
  ignorePatterns: ['out', 'dist', '.cache', 'docs', 'renderer', 'test-results', 'test/e2e', 'test/pictures'],
  disableTypeChecks: false,
  concurrency: Number(process.env['MUTATE_CONCURRENCY'] ?? 1),
  // A mutant that takes so long hangs: the machine may be busy.
  timeoutMS: Number(process.env['MUTATE_TIMEOUT'] ?? 60_000),
  timeoutFactor: 2,
  dryRunTimeoutMinutes: 30,
  reporters: ['clear-text', 'progress-append-only'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 85, low: 80, break: null },
}).runMutationTest();
