/** Starts the real Chromium whose pages are the windows. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Readable, Writable } from 'node:stream';
import { Cdp } from './cdp.ts';

/**
 * What the windows are shown in, the best one first: the shell is Chromium without a browser's own window, as Electron is,
 * and takes a third less CPU time.
 */
export const browsers = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
];

/** Debian's program of that name starts this one and waits for it: a signal would not reach the browser. */
const shell = '../lib/chromium/chromium-headless-shell';

/** The path of Chromium: the environment's CHROMIUM, else the best one on PATH. Throws one sentence that says how to install it. */
export const findChromium = (env: NodeJS.ProcessEnv = process.env): string => {
  const folders = (env['PATH'] ?? '/usr/bin').split(delimiter);
  const names = [shell, ...browsers];
  const found = [env['CHROMIUM'] ?? '', ...names.flatMap((name) => folders.map((folder) => join(folder, name)))].find(
    (path) => path !== '' && existsSync(path),
  );
  if (found !== undefined) return found;
  throw new Error(
    'Chromium is missing: install it with `sudo apt-get install -y --no-install-recommends chromium-headless-shell`, or name its path in CHROMIUM.',
  );
};

/** Quiet, alone, and cut off from every network but loopback. */
export const chromiumFlags = (): readonly string[] => [
  '--headless',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-default-apps',
  '--disable-extensions',
  '--disable-back-forward-cache',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--password-store=basic',
  '--use-mock-keychain',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
];

/** In a locale that knows no more than ASCII, Chromium leaves out every other name among the files that are dropped. */
export const chromiumEnvironment = (): Record<string, string> => ({
  ...(process.env as Record<string, string>),
  LC_ALL: 'C.UTF-8',
});

export interface Chromium {
  readonly cdp: Cdp;
  /** Where the specs connect. */
  readonly endpoint: string;
  /** Lets it write its profile; ends it after two seconds in any case. */
  readonly close: () => Promise<void>;
  readonly kill: () => void;
  readonly ended: Promise<void>;
}

/** `folder` keeps its profile. The pipe ends it with this process; the port is for the specs. */
export const startChromium = async (folder: string, flags: readonly string[]): Promise<Chromium> => {
  mkdirSync(folder, { recursive: true });
  const portFile = join(folder, 'DevToolsActivePort');
  rmSync(portFile, { force: true });
  const child = spawn(
    findChromium(),
    [
      ...chromiumFlags(),
      ...flags,
      '--no-startup-window',
      '--remote-debugging-pipe',
      '--remote-debugging-port=0',
      `--user-data-dir=${folder}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'], env: chromiumEnvironment() },
  );
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2000)));
  const ended = new Promise<void>((resolve) => {
    child.on('error', () => resolve());
    child.on('exit', () => resolve());
  });
  const cdp = new Cdp(child.stdio[3] as Writable, child.stdio[4] as Readable);
  try {
    await cdp.session().send('Browser.getVersion');
    // The file is there before what it says is.
    const told = (): readonly string[] => (existsSync(portFile) ? readFileSync(portFile, 'utf8').split('\n') : []);
    for (let tries = 0; told().length < 2 && tries < 3000; tries++) await sleep(10);
    const [port = '', path = ''] = told();
    return {
      cdp,
      endpoint: `ws://127.0.0.1:${port}${path}`,
      close: async () => {
        void cdp
          .session()
          .send('Browser.close')
          .catch(() => undefined);
        await Promise.race([ended, sleep(2000)]);
        child.kill('SIGKILL');
      },
      kill: () => void child.kill('SIGKILL'),
      ended,
    };
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`Chromium did not start: ${said}`, { cause: error });
  }
};
