import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // For the classes with runes in renderer/lib.
  plugins: [svelte({ configFile: false })],
  test: {
    include: ['{main,preload,renderer,test}/**/*.test.ts'],
    // Two cores, and tests that start processes: time-outs tell a hang, never a speed.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // They wait for servers and clocks more than they compute.
    maxWorkers: 3,
  },
});
