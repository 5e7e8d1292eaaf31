import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{main,preload,renderer,test}/**/*.test.ts'],
    // Two cores, and tests that start processes: time-outs tell a hang, never a speed.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
  },
});
