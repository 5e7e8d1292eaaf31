/**
 * Runs an app's main module on the stand-in: `node start.ts FOLDER [--user-data-dir=…] [words of the app]`.
 * With an IPC channel it takes a spec's commands, and ends with the spec.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app, becomeReady, identity } from './app.ts';
import { startChromium } from './chromium.ts';
import { chromiumSwitches, commandLine } from './command-line.ts';
import { commands } from './commands.ts';
import type { Answer, Order } from './control.ts';
import { keepDownloads } from './downloads.ts';
import { browser, browserStarted, lifecycle } from './lifecycle.ts';
import { ownFolder, paths } from './paths.ts';
import { fault } from './record.ts';

const ours = new Set(['electron', 'electron/main', 'electron/common']);
const standIn = new URL('electron.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    ours.has(specifier) ? { url: standIn, shortCircuit: true } : next(specifier, context),
});

const folder = resolve(process.argv[2] ?? '.');
const given = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Readonly<Record<string, string>>;
const main = join(folder, given['main'] ?? 'out/main/index.js');
if (!existsSync(main)) throw new Error(`There is no ${main}: build the app first.`);
Object.assign(identity, { name: given['productName'] ?? given['name'], version: given['version'], folder });

const profile = commandLine.getSwitchValue('user-data-dir');
if (profile === '')
  throw new Error('The stand-in for Electron needs --user-data-dir, so that no test meets a real profile.');
paths.set('userData', resolve(profile));

// What a main process of Electron finds in `process`.
const { version } = createRequire(import.meta.url)('electron/package.json') as { readonly version: string };
const found = { electron: version, chrome: '0.0.0.0' };
Object.defineProperty(process, 'versions', { value: Object.freeze({ ...process.versions, ...found }) });
Object.assign(process, { type: 'browser', defaultApp: true, resourcesPath: folder });
process.argv = [process.execPath, folder, ...process.argv.slice(3)];

const tell = process.send?.bind(process) as ((answer: Answer) => void) | undefined;
// The app must not find the spec's channel.
Reflect.deleteProperty(process, 'send');

process.on('message', ({ id, name, args }: Order) => {
  const command = commands[name] as (...words: readonly unknown[]) => unknown;
  new Promise((resolve) => resolve(command(...args))).then(
    (value) => tell?.({ kind: 'done', id, value }),
    (error: unknown) => tell?.({ kind: 'failed', id, message: error instanceof Error ? error.message : String(error) }),
  );
});
process.on('disconnect', () => process.exit(1));
// Until the main module is evaluated nothing of ours keeps the process: one that waits for itself is seen by Node.
process.channel?.unref();

const waitsForItself = (code: number): void => {
  // Node's own code for a top-level await that nothing can end.
  if (code === 13) fault('the main module awaits at its top level what comes only after it: app.whenReady(), say.');
};
process.on('exit', waitsForItself);

try {
  await import(pathToFileURL(main).href);
} catch (error) {
  const name =
    error instanceof SyntaxError ? /does not provide an export named '(\w+)'/.exec(error.message)?.[1] : undefined;
  if (name === undefined) throw error;
  throw new Error(`The stand-in for Electron does not provide ${name}.`, { cause: error });
}
process.off('exit', waitsForItself);
process.channel?.ref();
// Electron lives until it is told to quit, with or without windows.
setInterval(() => undefined, 60_000);

setImmediate(() => {
  if (lifecycle.quitting) return;
  const chromium = startChromium(join(ownFolder(), 'chromium'), chromiumSwitches());
  browserStarted(chromium.then((started) => keepDownloads(started).then(() => started)));
  browser.then(
    ({ endpoint, kill, ended }) => {
      process.on('exit', kill);
      void ended.then(() => {
        if (lifecycle.quitting) return;
        fault('Chromium ended by itself, and the windows with it.');
        process.exit(1);
      });
      tell?.({ kind: 'browser', endpoint });
    },
    (error: unknown) => {
      fault(error instanceof Error ? error.message : String(error));
      process.exit(1);
    },
  );
  app[becomeReady]();
});
