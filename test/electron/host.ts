/** Which host runs the app: real Electron where its binary is there, else the stand-in. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { findChromium } from './stand-in/chromium.ts';

const manifest = createRequire(import.meta.url).resolve('electron/package.json');
const version = (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string }).version;

const usual: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
};

/** The path of Electron's binary; undefined where there is none. Looks only: the package itself would start a download. */
export const electronBinary = (
  env: NodeJS.ProcessEnv = process.env,
  folder = dirname(manifest),
): string | undefined => {
  const told = join(folder, 'path.txt');
  const name = existsSync(told) ? readFileSync(told, 'utf8').trim() : (usual[process.platform] ?? 'electron');
  const path = join(env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(folder, 'dist'), name);
  return existsSync(path) ? path : undefined;
};

/** For the first line of a run: on what the app ran, so that nobody takes one host for the other. */
export const hostLine = (): string => {
  const binary = electronBinary();
  return binary === undefined
    ? `The app runs on the stand-in for Electron ${version}, with ${findChromium()}. This is no test on Electron.`
    : `The app runs on Electron ${version}: ${binary}`;
};
