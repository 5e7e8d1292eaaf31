import { builtinModules } from 'node:module';
import { defineConfig } from 'vite';

const builtin = [...builtinModules, ...builtinModules.map((name) => `node:${name}`), 'node:sqlite', 'electron'];

/** One build for everything that ships: all entries of the main process lie flat in out/main, so that workers find each other. */
export default defineConfig({
  build: {
    outDir: 'out/main',
    target: 'node24',
    ssr: true,
    minify: false,
    sourcemap: true,
    // What is bundled keeps its licences.
    license: { fileName: 'licenses.md' },
    rolldownOptions: {
      input: {
        cli: 'main/cli/index.ts',

        'integrity-worker': 'main/engine/store/integrity-worker.ts',
      },
      external: builtin,
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
  ssr: { noExternal: true, target: 'node' },
});
