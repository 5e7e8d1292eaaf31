/** The build, and whether what lies in `out` is that of the sources. */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Builds all that ships. Whether that worked; what it complains of is shown. */
export const buildAll = (root: string): boolean =>
  spawnSync(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'], {
    cwd: root,
    stdio: 'inherit',
  }).status === 0;

const results = ['out/main/index.js', 'out/main/cli.js', 'out/preload/index.cjs', 'out/renderer/index.html'];
const sources = [
  '{main,preload,renderer}/**/*.{ts,svelte,css,html,svg,png}',
  'messages/**/*.json',
  'project.inlang/settings.json',
  'vite.config.ts',
  'package-lock.json',
];
/** Written by the build itself, and what no build holds. */
const passedOver = /^preload\/paraglide\/|\.test\.ts$/;

/** Whether everything is built, and nothing that goes into it was changed since. */
export const isBuilt = (root: string): boolean => {
  if (!results.every((file) => existsSync(join(root, file)))) return false;
  const builtAt = Math.min(...results.map((file) => statSync(join(root, file)).mtimeMs));
  return globSync(sources, { cwd: root })
    .filter((file) => !passedOver.test(file.replaceAll('\\', '/')))
    .every((file) => statSync(join(root, file)).mtimeMs <= builtAt);
};

/** Builds where that is needed. Ends the process where it fails. */
export const ensureBuilt = (root: string): void => {
  if (isBuilt(root)) return;
  process.stdout.write('Building …\n');
  if (!buildAll(root)) process.exit(1);
};
