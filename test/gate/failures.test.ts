import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JSONReport } from '@playwright/test/reporter';
import { expect, it, onTestFinished } from 'vitest';
import type { JsonTestResults } from 'vitest/node';
import { failuresOfPlaywright, failuresOfVitest } from './failures.ts';

const root = new URL('../..', import.meta.url).pathname;

/** What a runner of the project reports of files in a folder of their own, which is called `/there`. */
const report = (files: Readonly<Record<string, string>>, command: readonly string[]): unknown => {
  const folder = mkdtempSync(join(tmpdir(), 'stevedore-failures-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, source] of Object.entries(files)) writeFileSync(join(folder, name), source);
  const [program = '', ...args] = command;
  // Nothing of the run that this test is in.
  const env = { PATH: process.env['PATH'], PLAYWRIGHT_JSON_OUTPUT_FILE: 'report.json' };
  spawnSync(join(root, 'node_modules/.bin', program), args, { cwd: folder, env });
  return JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8').replaceAll(`${folder}/`, '/there/'));
};

it('a test of vitest that failed is told by its file, its name and what it says, and so is a file that did not run', () => {
  const files = {
    'disk.test.js': `throw new Error('no disk');`,
    'queue.test.js': `describe('a queue', () => {
      it('stands', () => expect(1).toBe(1));
      it('goes on', () => expect(1).toBe(2));
    });`,
  };
  const command = ['vitest', 'run', '--globals', '--root=.', '--reporter=json', '--outputFile=report.json'];
  const told = failuresOfVitest(report(files, command) as JsonTestResults, '/there').toSorted();
  expect(told).toEqual([
    'disk.test.js\n    no disk',
    [
      'queue.test.js › a queue goes on',
      '    AssertionError: expected 1 to be 2 // Object.is equality',
      '        at /there/queue.test.js:3:37',
    ].join('\n'),
  ]);
});

it('a spec that failed is told by its project, its place, its title and what it says', () => {
  const files = {
    'window.spec.mjs': `import { expect, test } from '${root}node_modules/@playwright/test/index.mjs';
      test.describe('a window', () => {
        test('stands', () => expect(1).toBe(1));
        test('goes on', () => expect(1).toBe(2));
      });`,
    'playwright.config.mjs': `export default { projects: [{ name: 'web' }] };`,
  };
  const told = failuresOfPlaywright(report(files, ['playwright', 'test', '--reporter=json']) as JSONReport);
  expect(told).toHaveLength(1);
  expect(told[0]).toMatch(/^\[web\] window\.spec\.mjs:4 › goes on\n {4}Error: expect\(received\)\.toBe\(expected\)/);
});
