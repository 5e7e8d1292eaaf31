/** Runs the programs of a gate: checks, whose output is shown when they end, and test runners, which report in JSON. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JSONReport } from '@playwright/test/reporter';
import type { JsonTestResults } from 'vitest/node';
import { counted } from './cpu.ts';
import { failuresOfPlaywright, failuresOfVitest } from './failures.ts';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** How a run of tests ended. `failures`: a text for each test that failed. */
export interface Result extends Counts {
  readonly good: boolean;
  readonly failures: readonly string[];
}

/** Seconds since a moment (ms), as text. */
export const since = (began: number): string => `${((Date.now() - began) / 1000).toFixed(1)} s`;

export class Runs {
  readonly #root: string;
  readonly #env: NodeJS.ProcessEnv;
  /** Where reports are written. */
  readonly #folder: string;
  #reports = 0;

  constructor(root: string, folder: string, env: NodeJS.ProcessEnv) {
    this.#root = root;
    this.#folder = folder;
    this.#env = { ...process.env, ...env };
  }

  async #end(command: readonly string[], onOutput?: (text: string) => void, env = {}): Promise<boolean> {
    const [name = '', ...words] = command;
    const [program = '', ...args] = counted([join(this.#root, 'node_modules/.bin', name), ...words]);
    const stdio = onOutput === undefined ? 'inherit' : 'pipe';
    const child = spawn(program, args, {
      cwd: this.#root,
      stdio: ['ignore', stdio, stdio],
      env: { ...this.#env, ...env },
    });
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', onOutput ?? (() => {}));
    const [code] = (await once(child, 'close')) as [number | null];
    return code === 0;
  }

  /** Runs a check. Returns what it printed where it failed; undefined where it did not. */
  async check(name: string, command: readonly string[]): Promise<string | undefined> {
    const began = Date.now();
    let output = '';
    const good = await this.#end(command, (text) => (output += text));
    process.stdout.write(`${good ? 'ok' : 'FAILED'}  ${name} (${since(began)})\n${good ? '' : output}`);
    return good ? undefined : `${name}\n${output}`;
  }

  #report(path: string): unknown {
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
  }

  /** Runs unit tests, with their output shown. */
  async vitest(args: readonly string[]): Promise<Result> {
    const path = join(this.#folder, `${++this.#reports}.json`);
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile=${path}`];
    const good = await this.#end(['vitest', 'run', ...reporters, ...args]);
    const report = this.#report(path) as JsonTestResults | undefined;
    if (report === undefined) return broken('vitest');
    const { numPassedTests: passed, numFailedTests: failed, numPendingTests: skipped } = report;
    return { good, passed, failed, skipped, failures: failuresOfVitest(report, this.#root) };
  }

  /** Runs the window's specs, with their output shown. */
  async playwright(args: readonly string[]): Promise<Result> {
    const path = join(this.#folder, `${++this.#reports}.json`);
    const command = ['playwright', 'test', '--reporter=list,json', ...args];
    const good = await this.#end(command, undefined, { PLAYWRIGHT_JSON_OUTPUT_FILE: path });
    const report = this.#report(path) as JSONReport | undefined;
    if (report === undefined) return broken('playwright');
    const { expected: passed, unexpected, flaky, skipped } = report.stats;
    return { good, passed, failed: unexpected + flaky, skipped, failures: failuresOfPlaywright(report) };
  }
}

const broken = (name: string): Result => ({
  good: false,
  passed: 0,
  failed: 0,
  skipped: 0,
  failures: [`${name} ended without a report`],
});
