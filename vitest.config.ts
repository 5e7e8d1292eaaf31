import { globSync } from 'node:fs';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

/** The files of tests that patterns name. */
const find = (...patterns: readonly string[]): string[] => globSync([...patterns], { cwd: import.meta.dirname });

/**
 * What the product's promises do not stand in: tests of the stand-ins and tools, and what repeats a test on one more
 * server. `npm test` runs a fifth of it.
 */
const restShared = ['test/peers/**/*.test.ts', 'test/gate/{cpu,failures}.test.ts'];
const restApart = [
  'test/{bench,demo,dev,electron,pictures}/**/*.test.ts',
  'test/conformance/{stores,versions}/*.test.ts',
  'test/conformance/*-real.test.ts',
  'test/faults/kill-ignored.test.ts',
];

const notShared = new Set(find(...restShared, ...restApart));
/** Where tests leave nothing behind in the modules they load: one process runs their files one after the other. */
const shared = find(
  '{preload,renderer}/**/*.test.ts',
  'main/{api,app,cli,engine,practice,web}/**/*.test.ts',
  'test/{conformance,e2e,gate,lint,profiles}/*.test.ts',
).filter((path) => !notShared.has(path));

export default defineConfig({
  // For the classes with runes in renderer
  plugins: [svelte({ configFile: false })],
  test: {
    // Two cores, and tests that start processes: time-outs tell a hang, never a speed.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 30_000 } },
    pool: 'forks',
    // They wait for servers and clocks more than they compute.
    maxWorkers: 4,
    setupFiles: ['./test/gate/fixed-seed.ts'],
    projects: [
      { extends: true, test: { name: 'shared', include: shared, isolate: false } },
      {
        extends: true,
        test: {
          name: 'apart',
          include: ['{main,preload,renderer,test}/**/*.test.ts'],
          exclude: [...shared, ...restShared, ...restApart],
        },
      },
      { extends: true, test: { name: 'rest-shared', include: restShared, isolate: false } },
      { extends: true, test: { name: 'rest-apart', include: restApart } },
    ],
  },
});
