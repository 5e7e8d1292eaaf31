import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

/** Where tests leave nothing behind in the modules they load: one process runs their files one after the other. */
const sharing = ['renderer', 'preload', 'main/{cli,app}', 'main/engine/!(queue)', 'test/peers'].map(
  (folder) => `${folder}/**/*.test.ts`,
);

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
    maxWorkers: 3,
    projects: [
      { extends: true, test: { name: 'sharing', include: sharing, isolate: false } },
      {
        extends: true,
        test: { name: 'apart', include: ['{main,preload,renderer,test}/**/*.test.ts'], exclude: sharing },
      },
    ],
  },
});
