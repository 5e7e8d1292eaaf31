import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { median, ratioRow, valueRow } from './row.ts';

type Ended = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

const bench = async (...args: readonly string[]): Promise<Ended> => {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close') as Promise<[number | null]>;
  const [[status], stdout, stderr] = await Promise.all([closed, text(child.stdout), text(child.stderr)]);
  return { status, stdout, stderr };
};

/** The files of the window's words, which lie among the sources. */
const words = (): readonly string[] => {
  const folder = fileURLToPath(new URL('../../preload/paraglide', import.meta.url));
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
};

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

  const againstCurl = (what: string): readonly string[] => [
    `${what} x curl`,
    `${what}-cpu s/GiB`,
    `${what}-rss MiB`,
    `${what}-engine MiB/s`,
    `${what}-curl MiB/s`,
  ];
  const againstOpenssl = (what: string): readonly string[] => [`${what} x openssl dgst`, `${what}-cpu s/GiB`];

  it.each([
    ['stend-multipart', 1, againstCurl('stend-multipart')],
    ['cloudreve-chunks', 1, ['cloudreve-chunks', 'cloudreve-chunks-4'].flatMap(againstCurl)],
    ['hash', 2, [...['hash-sha256', 'hash-md5'].flatMap(againstOpenssl), 'hash-longest-task ms']],
  ])(
    'compare engine and a known program, and print one JSON object a line: %s',
    { timeout: 240_000 },
    async (name, runsMost, measured) => {
      const before = words();
      const { status, stdout, stderr } = await bench('--quick', name);
      expect(stderr).toBe('');
      // Others read them meanwhile.
      expect(words()).toEqual(before);
      expect(status).toBe(0);
      const row = z
        .strictObject({
          bench: z.string().startsWith(name),
          ratio: z.number().positive().optional(),
          value: z.number().nonnegative().optional(),
          unit: z.string(),
          runs: z.array(z.number().nonnegative()).min(1).max(runsMost),
        })
        .refine(({ ratio, value, runs }) => runs.length > 1 || (ratio ?? value) === runs[0]);
      const rows = stdout
        .trimEnd()
        .split('\n')
        .map((line) => row.parse(JSON.parse(line)));
      expect(rows[0]).toHaveProperty('ratio');
      expect(rows.map(({ bench: what, unit }) => `${what} ${unit}`)).toEqual(measured);
    },
  );

  it('refuse a name that is none, and tell those that are', async () => {
    const { status, stdout, stderr } = await bench('speed');
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('There is no speed. There is: stend-multipart, rss-growth');
  });
});
