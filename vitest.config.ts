import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{main,preload,renderer,test}/**/*.test.ts'],
    // Two cores, and tests that start processes: time-outs tell a hang, never a speed.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // On CI's busy machine a test that fails is tried once more, and is told as flaky; at a desk it fails at once.
    retry: process.env['CI'] === 'true' ? 1 : 0,
    pool: 'forks',
  },
});
