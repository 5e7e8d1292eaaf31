import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { describe, expect, it } from 'vitest';
import { until } from './app.ts';
import { electronBinary, hostLine } from './host.ts';
import { dropFiles, launch } from './launch.ts';
import { temporary } from './small-app.ts';
import { chromiumFlags, findChromium } from './stand-in/chromium.ts';

const fixture = fileURLToPath(new URL('fixture-app', import.meta.url));
const start = async (folder: string, more: object = {}) => {
  const app = await launch({ app: fixture, userData: join(folder, 'profile'), host: 'stand-in', ...more });
  const page = await app.firstWindow();
  await until(
    () => page.evaluate('window.seen'),
    () => 'the page did not run',
  );
  const call = (name: string, ...args: readonly unknown[]) =>
    page.evaluate<unknown>(`fixture.call(...${JSON.stringify([name, ...args])})`);
  return { app, page, call };
};

/** Processes that were started on a profile. */
const processesOf = (profile: string): readonly string[] =>
  process.platform === 'linux' ? running().filter((words) => words.includes(profile)) : [];
const running = (): readonly string[] =>
  readdirSync('/proc').flatMap((id) => {
    try {
      return readFileSync(`/proc/${id}/cmdline`, 'utf8');
    } catch {
      return [];
    }
  });

describe('an app on the stand-in', () => {
  it('survives SIGKILL: the same profile starts again, and its secrets can be read', async () => {
    await using folder = await temporary();
    const first = await start(folder.path);
    expect(await first.call('vault')).toEqual([true, 'gnome_libsecret']);
    const hidden = await first.call('hide', 'a secret');
    expect(Buffer.from(String(hidden), 'base64').toString()).not.toContain('a secret');
    await first.page.evaluate(`localStorage.setItem('kept', '1')`);
    await first.app.kill();
    expect(await first.app.ended).toMatchObject({ signal: 'SIGKILL' });
    await until(
      () => Promise.resolve(processesOf(folder.path).length === 0 || undefined),
      () => 'it left processes',
    );
    const second = await start(folder.path);
    expect(await second.call('reveal', hidden)).toBe('a secret');
    await second.app.close();
  });

  it('takes Chromium with it when only the main process is killed', async () => {
    await using folder = await temporary();
    const { app } = await start(folder.path);
    expect(processesOf(folder.path).length).toBeGreaterThan(1);
    process.kill(app.pid, 'SIGKILL');
    await app.ended;
    await until(
      () => Promise.resolve(processesOf(folder.path).length === 0 || undefined),
      () => 'Chromium lives on',
    );
  });

  it('can be without a keychain, and quits in Electron’s order: before-quit, windows, will-quit, quit', async () => {
    await using folder = await temporary();
    const { app, call } = await start(folder.path, { keychain: 'none' });
    expect(await call('vault')).toEqual([false, 'basic_text']);
    await expect(call('hide', 'x')).rejects.toThrow('Encryption is not available');
    await app.close();
    expect(await app.ended).toMatchObject({ code: 0 });
    expect(app.output()).toContain(
      'event before-quit after 0 closed\nevent will-quit after 1 closed\nevent quit after 1 closed',
    );
  });

  it('can have a keychain that only hides, and quits when its last window is closed', async () => {
    await using folder = await temporary();
    const { app, call } = await start(folder.path, { keychain: 'basic_text' });
    expect(await call('vault')).toEqual([true, 'basic_text']);
    expect(await call('hide', 'x')).not.toBe('');
    await app.command('closeWindow', 1);
    expect(await app.ended).toMatchObject({ code: 0 });
    await app.close();
  });

  it('exits with a code without asking a window', async () => {
    await using folder = await temporary();
    const { app, call } = await start(folder.path);
    await call('keep', true);
    void call('exit', 7).catch(() => undefined);
    expect(await app.ended).toMatchObject({ code: 7 });
    expect(app.output()).not.toContain('before-quit');
    await app.kill();
  });
});

describe('a drop of files', () => {
  it('gives a page of a plain browser the files', async () => {
    await using folder = await temporary();
    const file = join(folder.path, 'plain.txt');
    await writeFile(file, 'in the browser');
    const browser = await chromium.launch({ executablePath: findChromium(), args: [...chromiumFlags()] });
    try {
      const page = await browser.newPage();
      await page.setContent('<div id="drop" style="height: 200px">here</div>');
      await page.evaluate(`addEventListener('dragover', (event) => event.preventDefault());
        addEventListener('drop', async (event) => {
          event.preventDefault();
          const [file] = event.dataTransfer.files;
          document.querySelector('#drop').textContent = file.name + ': ' + (await file.text());
        })`);
      await dropFiles(page, '#drop', [file]);
      await page.getByText('plain.txt: in the browser').waitFor();
    } finally {
      await browser.close();
    }
  });
});

describe('the host of the app', () => {
  it('is real Electron only where a binary is there', async () => {
    await using folder = await temporary();
    expect(electronBinary({}, folder.path)).toBeUndefined();
    await writeFile(join(folder.path, 'path.txt'), 'electron-here');
    expect(electronBinary({}, folder.path)).toBeUndefined();
    await writeFile(join(folder.path, 'electron-here'), '');
    expect(electronBinary({ ELECTRON_OVERRIDE_DIST_PATH: folder.path }, folder.path)).toBe(
      join(folder.path, 'electron-here'),
    );
    expect(existsSync(join(folder.path, 'dist'))).toBe(false);
  });

  it('is named in one line', () => {
    expect(hostLine()).toMatch(/^The app runs on (the stand-in for )?Electron 45\.[^\n]+$/);
  });

  it('asks for Chromium in one sentence where it is missing', () => {
    expect(() => findChromium({ PATH: '/no/where/bin' })).toThrow(
      /^Chromium is missing: install it with `sudo apt-get install [^`]+`, or /,
    );
  });
});
