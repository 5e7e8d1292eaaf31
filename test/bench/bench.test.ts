import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { median, ratioRow, valueRow } from './row.ts';

const bench = (...args: readonly string[]): SpawnSyncReturns<string> =>
  spawnSync(process.execPath, [fileURLToPath(new URL('./main.ts', import.meta.url)), ...args], { encoding: 'utf8' });

describe('the benchmarks', () => {
  it('tell the median, whatever the order and number of the runs', () => {
    expect(median([10, 2, 9])).toBe(9);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([7])).toBe(7);
    expect(() => median([])).toThrow('no runs');
  });

  it('tell in four digits what was measured, and against what', () => {
    expect(valueRow('some-time', 'ms', [1.23456, 300.04])).toEqual({
      bench: 'some-time',
      value: 150.6,
      unit: 'ms',
      runs: [1.235, 300],
    });
    expect(ratioRow('some-speed', 'curl', [0.95123])).toEqual({
      bench: 'some-speed',
      ratio: 0.9512,
      unit: 'x curl',
      runs: [0.9512],
    });
  });

  it.each([
    ['stend-multipart', ['stend-multipart']],
    ['cloudreve-chunks', ['cloudreve-chunks', 'cloudreve-chunks-4']],
  ])('upload through engine and curl, and print one JSON object a line: %s', (name, measured) => {
    const { status, stdout, stderr } = bench('--quick', name);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const row = z
      .strictObject({
        bench: z.string().startsWith(name),
        ratio: z.number().positive().optional(),
        value: z.number().positive().optional(),
        unit: z.string(),
        runs: z.array(z.number().positive()).length(1),
      })
      .refine(({ ratio, value, runs }) => (ratio ?? value) === runs[0]);
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => row.parse(JSON.parse(line)));
    expect(rows[0]).toHaveProperty('ratio');
    expect(rows.map(({ bench: what, unit }) => `${what} ${unit}`)).toEqual(
      measured.flatMap((what) => [
        `${what} x curl`,
        `${what}-cpu s/GiB`,
        `${what}-rss MiB`,
        `${what}-engine MiB/s`,
        `${what}-curl MiB/s`,
      ]),
    );
  });

  it('refuse a name that is none, and tell those that are', () => {
    const { status, stdout, stderr } = bench('speed');
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('There is no speed. There is: stend-multipart, rss-growth');
  });
});
