import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../electron/stand-in/chromium.ts';
import { startDev, type Dev } from './dev.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const parts = ['renderer', 'preload', 'messages', 'project.inlang', 'vite.config.ts', 'package.json', 'tsconfig.json'];

let folder = '';
let dev: Dev;
let browser: Browser;

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'dev-test-')));
  const root = join(folder, 'project');
  mkdirSync(join(folder, 'profile'), { mode: 0o700 });
  // A copy, so that no test writes into the sources.
  for (const part of parts) cpSync(join(project, part), join(root, part), { recursive: true });
  symlinkSync(join(project, 'node_modules'), join(root, 'node_modules'));
  dev = await startDev({
    root,
    host: project,
    profile: join(folder, 'profile'),
    files: folder,
    port: 0,
    cache: join(folder, 'cache'),
  });
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  browser = await chromium.launch({ executablePath: findChromium(), args });
}, 180_000);

afterAll(async () => {
  await browser.close();
  await dev.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

describe('npm run dev', { timeout: 180_000 }, () => {
  it('brings an edited component into the open window without a reload', async () => {
    const page = await browser.newPage();
    // Vite prepares all of the window for its first page: the limit is the test's own.
    page.setDefaultTimeout(0);
    await page.goto(dev.link);
    // The window is signed in and has its answers: through Vite, from its host.
    const heading = page.locator('main h2').first();
    await heading.waitFor();
    await page.evaluate(() => Object.assign(window, { sameDocument: true }));

    const file = join(folder, 'project/renderer/servers/FirstStart.svelte');
    const source = readFileSync(file, 'utf8');
    writeFileSync(file, source.replace(/(?=<style>|$)/, '<p>berth seven</p>\n'));
    await page.getByText('berth seven').waitFor();
    expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true);
    expect(page.url()).toBe(dev.url);
  });

  it('is no way around the check of who asks', async () => {
    const ask = (origin: string): Promise<Response> =>
      fetch(`${dev.url}sign-in`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin },
        body: JSON.stringify({ secret: 'guessed' }),
      });
    expect((await ask(new URL(dev.url).origin)).status).toBe(401);
    const refused = await ask('http://elsewhere.example');
    expect(refused.status).toBe(403);
  });
});
