import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

let folder = '';
/** Everything outside of the demo's own folder that a process of this user may write to. */
const places = ['home', 'tmp', 'run'] as const;
const traces = (): readonly string[] => places.flatMap((place) => readdirSync(join(folder, place)));

type Demo = { readonly child: ChildProcess; readonly said: () => string; readonly code: Promise<number | null> };

const demo = (env: NodeJS.ProcessEnv): Demo => {
  const child = spawn(process.execPath, [main, '--built'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      DISPLAY: '',
      WAYLAND_DISPLAY: '',
      HOME: join(folder, 'home'),
      TMPDIR: join(folder, 'tmp'),
      XDG_RUNTIME_DIR: join(folder, 'run'),
      // Where a real Electron is installed the demo would open it.
      ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'no-electron'),
      ...env,
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (said += data.toString()));
  const code = once(child, 'close').then(([status]) => status as number | null);
  return { child, said: () => said, code };
};

/** The processes that have the demo's folder in their command line. */
const left = (): readonly string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder) ? [pid] : [];
      } catch {
        return [];
      }
    });

const until = async <T>(look: () => T | undefined, what: () => string): Promise<T> => {
  for (let n = 0; n < 3_000; n++) {
    const found = look();
    if (found !== undefined) return found;
    await sleep(50);
  }
  throw new Error(what());
};

/** A program that notes what it was called with, in place of the system's own. */
const stub = (path: string, script: string): void => {
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'demo-test-'));
  for (const place of [...places, 'bin']) mkdirSync(join(folder, place), { mode: 0o700 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

describe.skipIf(process.platform !== 'linux')(
  'npm run demo, where /proc tells what is left',
  { timeout: 180_000 },
  () => {
    it('does the job in the terminal where there is no screen, and tells how to see the window', async () => {
      const { said, code } = demo({});
      expect(await code, said()).toBe(0);
      expect(said()).toMatch(/broken off: the upload was killed with .* acknowledged/);
      expect(said()).toContain('downloaded again and compared: identical');
      expect(said()).toContain('npm run web');
      expect(said()).toContain('ssh -L 7420:127.0.0.1:7420');
      expect(traces()).toEqual([]);
      expect(left()).toEqual([]);
    });

    it('opens a browser that finds a sample file on its way, and leaves nothing after Ctrl-C', async () => {
      const opened = join(folder, 'opened');
      stub(join(folder, 'bin/xdg-open'), `cat "$1" > ${opened}.new && mv ${opened}.new ${opened}`);
      const { child, said, code } = demo({
        DISPLAY: ':77',
        PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
      });
      const page = await until(() => (existsSync(opened) ? readFileSync(opened, 'utf8') : undefined), said);
      const link = /url=(http:\/\/127\.0\.0\.1:\d+\/)#sign-in=([^"]+)/.exec(page);
      const [, origin = '', secret] = link ?? [];
      await until(() => (said().includes(`${origin}#sign-in=`) ? true : undefined), said);
      const answer = await fetch(`${origin}sign-in`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: new URL(origin).origin },
        body: JSON.stringify({ secret }),
      });
      expect(answer.status).toBe(204);
      expect(said()).toMatch(/A sample file of 24 MB is on its way/);

      child.kill('SIGINT');
      expect(await code, said()).toBe(0);
      expect(said()).toContain('Nothing of the demo is left behind.');
      await expect(fetch(origin)).rejects.toThrow();
      expect(traces()).toEqual([]);
      expect(left()).toEqual([]);
    });

    it('opens the app where its binary is there, and ends with it', async () => {
      const words = join(folder, 'words');
      mkdirSync(join(folder, 'electron'));
      stub(join(folder, 'electron/electron'), `echo "$@" > ${words}`);
      const { said, code } = demo({ DISPLAY: ':77', ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'electron') });
      expect(await code, said()).toBe(0);
      expect(said()).toContain('The app opens.');
      expect(readFileSync(words, 'utf8')).toContain(`--profile ${join(folder, 'tmp', 'stevedore-demo-')}`);
      expect(traces()).toEqual([]);
      expect(left()).toEqual([]);
    });

    it('cleans up when it is ended in the middle of an upload', async () => {
      const { child, said, code } = demo({});
      await until(() => (said().includes('Uploading') ? true : undefined), said);
      child.kill('SIGTERM');
      expect(await code, said()).toBe(130);
      expect(traces()).toEqual([]);
      expect(left()).toEqual([]);
    });
  },
);
