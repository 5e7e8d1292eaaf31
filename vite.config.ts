import { globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

const builtin = [...builtinModules, ...builtinModules.map((name) => `node:${name}`), 'node:sqlite', 'electron'];
const here = (path: string): string => new URL(path, import.meta.url).pathname;

/** Lays a .br and a .gz beside every text of the window, so that no server has to compress it again. */
const precompress: Plugin = {
  name: 'precompress',
  applyToEnvironment: ({ name }) => name === 'client',
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      for (const [fileName, file] of Object.entries(bundle)) {
        if (!/\.(?:html|js|css|svg)$/.test(fileName)) continue;
        const source = Buffer.from(file.type === 'chunk' ? file.code : file.source);
        const best = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
        this.emitFile({ type: 'asset', fileName: `${fileName}.br`, source: brotliCompressSync(source, best) });
        this.emitFile({ type: 'asset', fileName: `${fileName}.gz`, source: gzipSync(source, { level: 9 }) });
      }
    },
  },
};

/** Lays the tray's pictures beside the main bundle. */
const icons: Plugin = {
  name: 'icons',
  applyToEnvironment: ({ name }) => name === 'main',
  generateBundle() {
    const folder = here('main/electron/icons');
    for (const name of globSync('**/*.png', { cwd: folder }))
      this.emitFile({
        type: 'asset',
        fileName: `icons/${name.replaceAll('\\', '/')}`,
        source: readFileSync(`${folder}/${name}`),
      });
  },
};

/**
 * One build for everything that ships. All entries of the main process lie flat in out/main, so that workers find each
 * other; the preload script is CommonJS, as a sandboxed one must be; the window lies in out/renderer.
 */
export default defineConfig({
  root: here('renderer'),
  base: './',
  publicDir: here('renderer/public'),
  plugins: [
    paraglideVitePlugin({
      project: here('project.inlang'),
      outdir: here('preload/paraglide'),
      strategy: ['globalVariable', 'baseLocale'],
      outputStructure: 'locale-modules',
      // There is one language yet: no message has to look for it.
      experimentalStaticLocale: '"en"',
    }),
    svelte({ configFile: false, prebundleSvelteLibraries: false }),
    precompress,
    icons,
  ],
  builder: {
    buildApp: async (builder) => {
      for (const environment of Object.values(builder.environments))
        if (['client', 'main', 'preload'].includes(environment.name)) await builder.build(environment);
    },
  },
  environments: {
    client: {
      build: {
        outDir: here('out/renderer'),
        emptyOutDir: true,
        target: 'chrome140',
        // Fonts and pictures stand in files of their own, so that the policy needs no data: beside images.
        assetsInlineLimit: 0,
        license: { fileName: 'licenses.md' },
      },
    },
    main: {
      consumer: 'server',
      resolve: { noExternal: true, external: builtin },
      build: {
        outDir: here('out/main'),
        emptyOutDir: true,
        copyPublicDir: false,
        target: 'node24',
        ssr: true,
        minify: false,
        sourcemap: true,
        // What is bundled keeps its licences.
        license: { fileName: 'licenses.md' },
        rolldownOptions: {
          input: {
            cli: here('main/cli/index.ts'),
            index: here('main/index.ts'),
            'integrity-worker': here('main/engine/store/integrity-worker.ts'),
            'hash-worker': here('main/engine/source/hash-worker.ts'),
          },
          external: builtin,
          output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
        },
      },
    },
    preload: {
      consumer: 'server',
      resolve: { noExternal: true, external: builtin },
      build: {
        outDir: here('out/preload'),
        emptyOutDir: true,
        copyPublicDir: false,
        target: 'node24',
        ssr: true,
        minify: false,
        rolldownOptions: {
          input: { index: here('preload/index.ts') },
          external: builtin,
          output: { format: 'cjs', entryFileNames: '[name].cjs' },
        },
      },
    },
  },
});
